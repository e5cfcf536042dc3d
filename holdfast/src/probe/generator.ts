/**
 * Watches one engine thread from inside, for next to nothing: a native timer a hundred times a second, a callback per
 * garbage collection, and one reading of the thread's processor time per tick.
 *
 * A delay of the event loop is what an answer may have waited before anybody looked at it. It means nothing while
 * arrivals are paced by spinning, since the loop is then held up on purpose; there the slip of the schedule speaks.
 */
import { monitorEventLoopDelay, PerformanceObserver } from "node:perf_hooks";
import type { Clock } from "../base/clock.ts";
import { threadCpuUs } from "../base/node.ts";
import { NS_PER_MS, NS_PER_US } from "../base/units.ts";
import type { GeneratorSample } from "../record/generator.ts";
import { HOLD_UPS_MS, LOOP_DELAY_EVERY_MS } from "./limits.ts";

export type { GeneratorSample } from "../record/generator.ts";

/** Make it in the engine thread when the load begins: what happened before is not counted. */
export class GeneratorProbe {
  readonly #clock: Clock;
  readonly #loop: ReturnType<typeof monitorEventLoopDelay>;
  readonly #collections: PerformanceObserver;
  readonly #cpuNsBefore: number;
  #gcPauseTotalMs = 0;
  #gcPauseMaxMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#cpuNsBefore = threadCpuNs();
    this.#loop = monitorEventLoopDelay({ resolution: LOOP_DELAY_EVERY_MS });
    this.#loop.enable();
    this.#collections = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) this.#addPause(duration);
    });
    this.#collections.observe({ entryTypes: ["gc"] });
  }

  /** Everything since the probe was made. */
  sample(): GeneratorSample {
    return {
      atNs: this.#clock.nowNs(),
      cpuNs: threadCpuNs() - this.#cpuNsBefore,
      loopDelayP99Ms: this.#latenessMs(this.#loop.percentile(99)),
      loopDelayMaxMs: this.#latenessMs(this.#loop.max),
      holdUps: this.#holdUps(),
      gcPauseTotalMs: this.#gcPauseTotalMs,
      gcPauseMaxMs: this.#gcPauseMaxMs,
    };
  }

  stop(): void {
    this.#loop.disable();
    this.#collections.disconnect();
  }

  /** Node counts the time between two firings of its timer, so a loop that is never late shows the interval itself. */
  #latenessMs(betweenNs: number): number {
    if (this.#loop.count === 0) return 0;
    return Math.max(0, betweenNs / NS_PER_MS - LOOP_DELAY_EVERY_MS);
  }

  /** Node tells the value at each of some percentiles: what comes after the last one below an edge may be above it. */
  #holdUps(): number[] {
    const { count, percentiles } = this.#loop;
    const latenesses = [...percentiles].map(([percentile, betweenNs]) => ({
      share: percentile / 100,
      ms: this.#latenessMs(betweenNs),
    }));
    return HOLD_UPS_MS.map((edgeMs) => {
      const below = latenesses.findLast(({ ms }) => ms < edgeMs);
      return count * (1 - (below?.share ?? 0));
    });
  }

  #addPause(ms: number): void {
    this.#gcPauseTotalMs += ms;
    this.#gcPauseMaxMs = Math.max(this.#gcPauseMaxMs, ms);
  }
}

function threadCpuNs(): number {
  return threadCpuUs() * NS_PER_US;
}
