/** What all closed executors share: a virtual user iterates again and again, as long as it may. */
import { EXCEPTION_PAUSE_NS } from "./limits.ts";
import type { ExecutorHost } from "./acting-executor.ts";
import type { VirtualUser } from "./virtual-user.ts";

export class ClosedLoop {
  readonly #host: ExecutorHost;
  readonly #claim: (vu: VirtualUser) => number | undefined;
  /** Those that wait for the end of the pause. */
  readonly #held = new Set<VirtualUser>();

  /** `claim` gives the number of the virtual user's next iteration; undefined when there is none for it. */
  constructor(host: ExecutorHost, claim: (vu: VirtualUser) => number | undefined) {
    this.#host = host;
    this.#claim = claim;
  }

  free(vu: VirtualUser, nowNs?: number): void {
    if (this.#host.stopping || !vu.wanted) {
      vu.leave();
      return;
    }
    if (this.#host.paused) {
      this.#held.add(vu);
      return;
    }
    const iteration = this.#claim(vu);
    if (iteration === undefined) vu.leave();
    else vu.iterate(Number.NaN, iteration, nowNs);
  }

  /** The next iteration begins in the same instant: `nowNs`, where the clock has just been read. */
  ended(vu: VirtualUser, threw: boolean, nowNs?: number): void {
    const pauseNs = this.#pauseNs(threw);
    if (pauseNs === 0 || this.#host.stopping || !vu.wanted) this.free(vu, nowNs);
    else vu.pause(this.#host.recorder.clock.nowNs() + pauseNs);
  }

  gone(vu: VirtualUser): void {
    this.#held.delete(vu);
  }

  controlsChanged(): void {
    if (this.#host.paused) return;
    const held = [...this.#held];
    this.#held.clear();
    for (const vu of held) this.free(vu);
  }

  /** Think time; after an exception at least a moment, so that a storm of them leaves the core alone. */
  #pauseNs(threw: boolean): number {
    const least = threw ? EXCEPTION_PAUSE_NS : 0;
    const { plan, thinkRandom } = this.#host;
    if (plan.thinkTime === undefined) return least;
    const { minNs, maxNs } = plan.thinkTime;
    return Math.max(least, minNs + (maxNs - minNs) * thinkRandom.next());
  }
}
