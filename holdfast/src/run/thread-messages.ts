/** What the main thread and an engine thread say to each other. All plain data; nothing is sent per request. */
import type { EngineReport } from "../engine/engine.ts";
import type { SharedCells } from "../engine/shared-cells.ts";
import type { MetricsDelta } from "../metrics/delta.ts";
import type { GeneratorSample } from "../record/generator.ts";
import type { RawExchange } from "../record/raw-exchange.ts";
import type { PlanOptions } from "../scenario/plan.ts";

/** What an engine thread shall act: known before the system is up, so that both get ready at the same time. */
export interface ThreadTask {
  file: string;
  exportName: string;
  planOptions: PlanOptions;
  index: number;
  count: number;
  seed: string;
  keepHistory: boolean;
  keepRaw: boolean;
  availableCores: number;
}

/** What is only known when the load begins. */
export interface ThreadStart {
  /** Zero of the load's clock, on the kernel's monotonic clock. */
  originNs: bigint;
  target: string;
  shared: SharedCells;
  /** What `setup` returned. */
  data: unknown;
  /** When messages left, for whoever receives them on another thread. */
  sentIds: SharedArrayBuffer;
}

export type ToThread =
  | { kind: "load"; task: ThreadTask }
  | { kind: "go"; start: ThreadStart }
  /** Blocks of history are written, or lost; here is their memory. */
  | { kind: "settled"; block: ArrayBuffer }
  /** No new iterations; running ones may finish. */
  | { kind: "stop" }
  /** Nothing may finish any more. */
  | { kind: "kill" };

export type FromThread =
  | { kind: "ready" }
  | ThreadTick
  | { kind: "block"; block: ArrayBuffer }
  | { kind: "exception"; scenario: string; message: string; stack: string }
  | { kind: "done"; report: EngineReport; lostRecords: number; raw: RawExchange[] }
  | { kind: "broken"; message: string; stack: string };

/** What was counted since the tick before. Its buffers are handed over, not copied. */
export interface ThreadTick {
  kind: "tick";
  atNs: number;
  metrics: MetricsDelta;
  generator: GeneratorSample;
}
