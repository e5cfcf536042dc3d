/**
 * The seam between acting and judging. Whoever acts (the engine, a protocol client) tells a Recorder what happened; it
 * does not know what becomes of it. Whoever judges reads what a Recorder kept.
 *
 * The calls marked HOT happen once or more per request: implementations may not allocate there.
 */
import type { Clock } from "../base/clock.ts";
import type { OperationStart, Phase } from "./operation.ts";
import type { Tags } from "./metric.ts";
import type { Value } from "./value.ts";

export interface Recorder {
  readonly clock: Clock;
  readonly metrics: MetricSink;
  readonly operations: OperationLog;
}

/** Where the parts of one HTTP exchange took their time, in ms. One object per client, reused for every exchange. */
export interface HttpTimings {
  /** Sending, waiting and receiving; from the intended start where the executor set one. */
  durationMs: number;
  /** The same from the actual start; NaN when no intended start was set, because then both are one. */
  serviceMs: number;
  /** Waiting for a free connection, without connecting. 0 is not recorded but counted, here and in the next three. */
  blockedMs: number;
  lookingUpMs: number;
  connectingMs: number;
  tlsMs: number;
  sendingMs: number;
  waitingMs: number;
  receivingMs: number;
  bytesSent: number;
  bytesReceived: number;
  failed: boolean;
}

/** Takes numbers. A series is an interned set of tags, a small integer that is cheap to pass. */
export interface MetricSink {
  /**
   * Interns a set of tags. At most `SERIES_LIMIT` sets; from there on every new set is counted under the one series
   * tagged `{overflow: "true"}`, and the run's report says so.
   */
  series(tags: Tags): number;
  /** The code of a metric by name: built-in or declared by the test. Throws on an unknown name. */
  metric(name: string): number;
  /** HOT. Counter: adds. Gauge: sets. Rate: 0 or 1. Trend: one value. */
  add(metric: number, series: number, value: number): void;
  /** HOT. One finished HTTP exchange: everything `http_*` and `data_*` in one call. Copies what it keeps. */
  http(series: number, timings: HttpTimings): void;
}

/** Takes operations. */
export interface OperationLog {
  /** A process id never used before in this run, unique over all threads. */
  newProcess(): number;
  /** HOT. Notes that an operation is about to be sent; the slot is good until `complete`. */
  invoke(start: OperationStart, process: number, phase: Phase, invokeNs: number): number;
  /**
   * HOT. Notes how it ended. `rule` is a code of OUTCOME_RULES and decides the outcome. Call it before any other work:
   * a late completion only widens the interval, which is sound but loses power.
   */
  complete(
    slot: number,
    returnNs: number,
    rule: number,
    status: number,
    result: Value | undefined,
  ): void;
}

/**
 * Who acts: one virtual user as clients and recorder see it. The executor sets `intendedNs` before each iteration of
 * an arrival-rate scenario; the first request of the iteration takes its latency from there and resets it to NaN.
 */
export interface Actor {
  /** Changes after every `unknown` outcome: the old process may still be acting. */
  process: number;
  intendedNs: number;
  readonly phase: Phase;
  /** True while nothing it does is a sample: it is being set up or torn down, or was cut off by the end of the run. */
  readonly uncounted?: boolean;
  /** True while it is being set up: its connections are samples all the same, for they are load as long as it lives. */
  readonly settingUp?: boolean;
  /** Tags of every sample of this actor: the scenario, its groups, the author's own. */
  readonly tags: Tags;
  /** Set by a client that has something to put away after each iteration. */
  onIterationEnd?: (() => void) | undefined;
  /** Takes what the author's own function threw where no iteration can see it: called back from the event loop. */
  threw?(error: unknown): void;
}
