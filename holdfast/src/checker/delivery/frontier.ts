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
    if (this.#open.every((interval) => interval.endNs >= atNs)) return;
    const ended = this.#open.filter((interval) => interval.endNs < atNs);
    this.#open = this.#open.filter((interval) => interval.endNs >= atNs);
    const told = new Set<Interval>(ended.flatMap(({ follows }) => follows));
    this.#latest = [...this.#latest.filter((interval) => !told.has(interval)), ...ended];
    for (const interval of ended) {
      interval.follows = [];
      over(interval);
    }
  }

  /** It has begun. With UNORDERED_MAX under way, the oldest of them is forgotten: that only hides what it is before. */
  add(interval: I): void {
    this.#open.push(interval);
    if (this.#open.length > UNORDERED_MAX) this.#open.shift();
    if (this.#latest.length > UNORDERED_MAX) this.#latest.shift();
  }
}
