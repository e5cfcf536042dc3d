/** What the main thread and an engine thread say to each other. All plain data; nothing is sent per request. */
import type { EngineReport } from "../engine/engine.ts";
import type { SharedCells } from "../engine/shared-cells.ts";
import type { MetricsDelta } from "../metrics/delta.ts";
import type { GeneratorSample } from "../record/generator.ts";
import type { PlanOptions } from "../scenario/plan.ts";

/** Everything an engine thread needs to know; handed over when it is made. */
export interface ThreadStart {
  file: string;
  exportName: string;
  planOptions: PlanOptions;
  index: number;
  count: number;
  seed: string;
  target: string;
  shared: SharedCells;
  /** What `setup` returned. */
  data: unknown;
  keepHistory: boolean;
  availableCores: number;
}

export type ToThread =
  /** The load begins; its clock starts at `originNs` of the kernel's monotonic clock. */
  | { kind: "go"; originNs: bigint }
  /** A block of history is written, or lost. */
  | { kind: "settled" }
  /** No new iterations; running ones may finish. */
  | { kind: "stop" }
  /** Nothing may finish any more. */
  | { kind: "kill" };

export type FromThread =
  | { kind: "ready" }
  | ThreadTick
  | { kind: "block"; block: ArrayBuffer }
  | { kind: "exception"; scenario: string; message: string; stack: string }
  | { kind: "done"; report: EngineReport; lostRecords: number }
  | { kind: "broken"; message: string; stack: string };

/** What was counted since the tick before. Its buffers are handed over, not copied. */
export interface ThreadTick {
  kind: "tick";
  atNs: number;
  metrics: MetricsDelta;
  generator: GeneratorSample;
}
