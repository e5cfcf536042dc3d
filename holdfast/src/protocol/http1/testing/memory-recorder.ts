/** A recorder that keeps everything in plain arrays, for tests to look at. */
import { monotonicNs, systemClock, type Clock } from "../../../base/clock.ts";
import { BUILTIN_METRICS, type Tags } from "../../../record/metric.ts";
import type { OperationStart, Phase } from "../../../record/operation.ts";
import { OUTCOME_RULES, type Outcome } from "../../../record/outcome.ts";
import type { Actor, HttpTimings, Recorder } from "../../../record/recorder.ts";
import type { Value } from "../../../record/value.ts";

export interface RecordedOperation {
  start: OperationStart;
  process: number;
  phase: Phase;
  invokeNs: number;
  returnNs: number;
  rule: number;
  outcome: Outcome | undefined;
  status: number;
  result: Value | undefined;
  /** How often it was completed; anything but 1 at the end is a fault. */
  completions: number;
}

export interface MemoryRecorder extends Recorder {
  readonly series: Tags[];
  readonly exchanges: { tags: Tags; timings: HttpTimings }[];
  readonly log: RecordedOperation[];
  /** What was added to single metrics. */
  readonly samples: { metric: string; tags: Tags; value: number }[];
}

export function memoryRecorder(clock: Clock = systemClock(monotonicNs())): MemoryRecorder {
  const series: Tags[] = [];
  const exchanges: { tags: Tags; timings: HttpTimings }[] = [];
  const log: RecordedOperation[] = [];
  const samples: MemoryRecorder["samples"] = [];
  let processes = 1000;
  return {
    clock,
    series,
    exchanges,
    log,
    samples,
    metrics: {
      series: (tags) => series.push(tags) - 1,
      metric: (name) => BUILTIN_METRICS.findIndex((metric) => metric.name === name),
      add: (metric, index, value) => {
        const name = BUILTIN_METRICS[metric]?.name ?? "";
        samples.push({ metric: name, tags: series[index] as Tags, value });
      },
      http: (index, timings) => {
        exchanges.push({ tags: series[index] as Tags, timings: { ...timings } });
      },
    },
    operations: {
      newProcess: () => processes++,
      invoke: (start, process, phase, invokeNs) => {
        const entry = { start, process, phase, invokeNs, returnNs: Number.NaN, rule: -1 };
        const rest = { outcome: undefined, status: -1, result: undefined, completions: 0 };
        return log.push({ ...entry, ...rest }) - 1;
      },
      complete: (slot, returnNs, rule, status, result) => {
        const entry = log[slot] as RecordedOperation;
        const completions = entry.completions + 1;
        const outcome = OUTCOME_RULES[rule]?.outcome;
        Object.assign(entry, { returnNs, rule, outcome, status, result, completions });
      },
    },
  };
}

export function testActor(tags: Tags = { scenario: "test" }): Actor {
  return { process: 1, intendedNs: Number.NaN, phase: "load", tags };
}
