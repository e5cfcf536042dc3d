/**
 * What the load generator says of itself: how busy each engine thread was and how long it was held up. Without this
 * nobody could tell a slow system from a slow Holdfast.
 */

/** What one engine thread knows at a tick: all of it counted since the load began, so that no sample must arrive. */
export interface GeneratorSample {
  /** Since the run started. */
  atNs: number;
  /** Processor time of this thread alone. */
  cpuNs: number;
  /** How late the event loop was to its own timers; the share that was later than this is 1 %. */
  loopDelayP99Ms: number;
  loopDelayMaxMs: number;
  /** How often the loop was late by at least so much, for each of `HOLD_UPS_MS`; rather a few too many. */
  holdUps: readonly number[];
  gcPauseTotalMs: number;
  gcPauseMaxMs: number;
}

export interface GeneratorHealth {
  valid: boolean;
  /** Processor time of all of Holdfast's threads. */
  cpuSeconds: number;
  rssMaxBytes: number;
  eventLoopDelayP99Ms: number;
  scheduleSlipP99Ms: number;
  droppedIterations: number;
  gcPauseMaxMs: number;
  gcPauseTotalMs: number;
  /** Highest share of a core that one engine thread used in a second. */
  cpuShareMax: number;
  /** `precise`, `economy`, or null in a closed model. */
  pacing: string | null;
  /** Why it is not valid, one sentence each. */
  reasons: string[];
}
