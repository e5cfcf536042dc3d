/** What carries out one scenario's executor in one thread; `scenario-run.ts` starts, stops and counts for it. */
import type { Random } from "../base/random.ts";
import type { VirtualUser } from "./virtual-user.ts";
import type { VuHost } from "./vu-host.ts";

export interface ActingExecutor {
  /** It is the scenario's time. */
  start(): void;
  /**
   * No iteration starts any more, but for arrivals that were due before and are still waiting. With `discard` these
   * are dropped, too.
   */
  stop(discard: boolean): void;
  /** A virtual user has come in, or its pause is over. */
  free(vu: VirtualUser): void;
  /** A virtual user's iteration is over. `nowNs`: where the clock has just been read. */
  ended(vu: VirtualUser, threw: boolean, nowNs?: number): void;
  /** A virtual user has left, or is lost. */
  gone(vu: VirtualUser): void;
  /** The pause has begun or ended, or the control has set another level. */
  controlsChanged(): void;
}

/** What an executor needs of its scenario's run. */
export interface ExecutorHost extends VuHost {
  /** Times of the plan are since the scenario's start; this is its start on the run's clock. */
  readonly startNs: number;
  readonly paused: boolean;
  readonly thinkRandom: Random;
  /** True from `stop` on. */
  readonly stopping: boolean;
  /** All virtual users of this thread's share that are not gone. */
  readonly present: ReadonlySet<VirtualUser>;
  /** Makes the virtual user of that number, from 1, and brings it in. */
  bringIn(number: number): VirtualUser;
  /** Brings one in again that had left. */
  bringBack(vu: VirtualUser): void;
  /** The next `iterationInTest` of this thread. */
  nextIteration(): number;
  dropped(count: number): void;
  /** The executor has nothing left to start. */
  finished(): void;
}
