/**
 * Lets the event loop turn. Iterations that never wait for anything outside (they throw, or only compute) would follow
 * each other in microtasks for ever, and no answer, timer or stop signal would get through.
 *
 * Whether the loop turns is watched by one marker that is set at most once a millisecond and cleared by the next turn:
 * only when the marker stays set for too long must a virtual user wait for the turn.
 */
import type { Clock } from "../base/clock.ts";
import { TURN_NS_MAX } from "./limits.ts";

export class Turns {
  readonly #clock: Clock;
  #turnedNs = 0;
  #markedNs: number | undefined;
  #waiting: (() => void)[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** True when the loop has not turned for too long: whoever asks must go on by way of `next`. */
  isOverdue(nowNs: number): boolean {
    if (this.#markedNs !== undefined) return nowNs - this.#markedNs > TURN_NS_MAX;
    if (nowNs - this.#turnedNs > TURN_NS_MAX) this.#mark(nowNs);
    return false;
  }

  /** Goes on in the next turn. */
  next(go: () => void): void {
    this.#waiting.push(go);
    if (this.#markedNs === undefined) this.#mark(this.#clock.nowNs());
  }

  /** Resolves when no marker is set any more. */
  settled(): Promise<void> {
    if (this.#markedNs === undefined) return Promise.resolve();
    return new Promise((resolve) => this.next(resolve));
  }

  #mark(nowNs: number): void {
    this.#markedNs = nowNs;
    this.#clock.soon(this.#turn);
  }

  readonly #turn = (): void => {
    this.#turnedNs = this.#clock.nowNs();
    this.#markedNs = undefined;
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    for (const go of waiting) go();
  };
}
