import { placeOf } from "./ascending.ts";

/** Bids that may have been made, by amount, with the earliest call of any range of amounts (a sparse table). */
export class EarliestBids {
  readonly #amounts: Float64Array;
  /** Level k: the earliest of 2^k bids from here on. */
  readonly #levels: Float64Array[];

  /** `amounts` ascending, `invokeNs` in the same order. */
  constructor(amounts: Float64Array, invokeNs: Float64Array) {
    this.#amounts = amounts;
    let level = invokeNs;
    this.#levels = [level];
    for (let span = 1; span * 2 <= amounts.length; span *= 2) {
      const lower = level;
      level = new Float64Array(amounts.length - span * 2 + 1).map((_, i) =>
        Math.min(lower[i] as number, lower[i + span] as number),
      );
      this.#levels.push(level);
    }
  }

  /** Over the amounts from `low` (or, with `above`, beyond it) up to, not including, `high`; infinite without one. */
  earliest(low: number, above: boolean, high: number): number {
    const from = placeOf(this.#amounts, this.#amounts.length, low, above);
    const to = placeOf(this.#amounts, this.#amounts.length, high, false);
    if (from >= to) return Number.POSITIVE_INFINITY;
    const level = 31 - Math.clz32(to - from);
    const earliest = this.#levels[level] as Float64Array;
    return Math.min(earliest[from] as number, earliest[to - 2 ** level] as number);
  }
}
