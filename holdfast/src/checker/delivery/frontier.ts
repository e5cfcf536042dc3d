/**
 * What is over when something begins, as far as it matters: of the things that took place before it, those that nothing
 * in between has followed. Telling only these who comes next tells, step by step, of all before.
 *
 *     a ├──┤     c ├──┤            e follows c and d; that it follows a and b, too,
 *       b ├───┤      d ├───┤   e   c and d have already told.
 */
import { UNORDERED_MAX } from "../limits.ts";

export interface Interval {
  endNs: number;
  /** False while it has told nobody what it follows: then what it follows is still for the next to tell. */
  tells: boolean;
  /** What it follows, until it is over itself: then nobody asks, and all that was would be kept for ever. */
  follows: readonly Interval[];
}

/** To be given things in order of their beginning. */
export class Frontier<I extends Interval> {
  #open: I[] = [];
  #latest: I[] = [];

  /** What is not over, or was not when the last thing began. */
  get open(): readonly I[] {
    return this.#open;
  }

  /** What the next thing follows. */
  get latest(): readonly I[] {
    return this.#latest;
  }

  clear(): void {
    this.#open = [];
    this.#latest = [];
  }

  /** Something begins: what has ended before, by a moment at least, is handed to `over`. */
  begin(atNs: number, over: (interval: I) => void): void {
    if (!this.#hasEnded(atNs)) return;
    const first = this.#open[0] as I;
    if (this.#open.length === 1 && first.follows === this.#latest) {
      // The usual case: one after the other, each following the one before and nothing else.
      this.#open.pop();
      if (first.tells) this.#latest = [first];
      first.follows = [];
      over(first);
      return;
    }
    const ended = this.#open.filter((interval) => interval.endNs < atNs);
    this.#open = this.#open.filter((interval) => interval.endNs >= atNs);
    const telling = ended.filter((interval) => interval.tells);
    const told = new Set<Interval>(telling.flatMap(({ follows }) => follows));
    this.#latest = [...this.#latest.filter((interval) => !told.has(interval)), ...telling];
    for (const interval of ended) {
      interval.follows = [];
      over(interval);
    }
  }

  #hasEnded(atNs: number): boolean {
    for (const interval of this.#open) if (interval.endNs < atNs) return true;
    return false;
  }

  /**
   * It has begun. With UNORDERED_MAX under way, the oldest of them is forgotten: that only hides what it is before. What
   * the next follows are no more, for none of them was over when another began, and so all were once open together.
   */
  add(interval: I): void {
    this.#open.push(interval);
    if (this.#open.length > UNORDERED_MAX) this.#open.shift();
  }
}
