/**
 * Stock that only falls, with sales of any quantity: can the rejections be explained? Sales count from their invocation
 * on and rejections speak at their return, which is the most favourable choice for both, so nothing else need be tried.
 * What is open is which of the undecided sales took place: the set of all sums that they may add up to is kept as bits.
 *
 *     sale q begins        A += q                          (A: taken for certain)
 *     undecided q begins   sums |= sums << q
 *     rejection of q ends  keep the sums above S - q - A   (none left: it was a lie)
 */
import { QUANTITY_WORDS_MAX } from "../limits.ts";

export interface Timed {
  readonly atNs: number;
  readonly quantity: number;
}

/** The first rejection that cannot be explained, by its place in `rejected`; undefined when all can. */
export interface SweepResult {
  readonly unexplained: number | undefined;
  /** False when the undecided quantities were too many to try: then only a violation is certain. */
  readonly exact: boolean;
}

/** `sold` and `undecided` are timed by invocation, `rejected` by return; in any order. */
export function sweepQuantities(
  stock: number,
  sold: readonly Timed[],
  undecided: readonly Timed[],
  rejected: readonly Timed[],
): SweepResult {
  const begun: Begun[] = [
    ...sold.map(({ atNs, quantity }) => ({ atNs, quantity, certain: true })),
    ...undecided.map(({ atNs, quantity }) => ({ atNs, quantity, certain: false })),
  ].sort((a, b) => a.atNs - b.atNs);
  const ended = rejected
    .map(({ atNs, quantity }, place) => ({ atNs, quantity, place }))
    .sort((a, b) => a.atNs - b.atNs);
  if (sum(sold) > stock) return oversold(stock, begun, ended);

  const bound = Math.min(stock - sum(sold), sum(undecided));
  const words = Math.floor(bound / 32) + 1;
  const exact = (undecided.length + rejected.length) * words <= QUANTITY_WORDS_MAX;
  const sums = exact ? new BitSums(bound) : new RangeOfSums(bound);
  let taken = 0;
  let next = 0;
  for (const rejection of ended) {
    for (; next < begun.length && (begun[next] as Begun).atNs <= rejection.atNs; next++) {
      const { quantity, certain } = begun[next] as Begun;
      if (certain) taken += quantity;
      else sums.add(quantity);
    }
    if (!sums.keepAbove(stock - rejection.quantity - taken)) {
      return { unexplained: rejection.place, exact };
    }
  }
  return { unexplained: undefined, exact };
}

interface Begun extends Timed {
  readonly certain: boolean;
}

/**
 * More was sold than there was, which no order of events explains. Each rejection can still be held against what it
 * says by itself: that so much may have been gone, and that no sale as large begins after it.
 */
function oversold(
  stock: number,
  begun: readonly Begun[],
  ended: readonly (Timed & { place: number })[],
): SweepResult {
  let taken = 0;
  let next = 0;
  for (const { atNs, quantity, place } of ended) {
    for (; next < begun.length && (begun[next] as Begun).atNs <= atNs; next++) {
      taken += (begun[next] as Begun).quantity;
    }
    if (taken <= stock - quantity) return { unexplained: place, exact: true };
  }
  let largest = -1;
  for (let last = begun.length - 1, i = ended.length - 1; i >= 0; i--) {
    const { atNs, quantity, place } = ended[i] as Timed & { place: number };
    for (; last >= 0 && (begun[last] as Begun).atNs > atNs; last--) {
      const { quantity: later, certain } = begun[last] as Begun;
      if (certain) largest = Math.max(largest, later);
    }
    if (largest >= quantity) return { unexplained: place, exact: true };
  }
  return { unexplained: undefined, exact: true };
}

function sum(events: readonly Timed[]): number {
  return events.reduce((total, event) => total + event.quantity, 0);
}

/** A set of whole numbers from 0 to `bound`, one bit each. Starts as {0}. */
class BitSums {
  readonly #bound: number;
  readonly #bits: Uint32Array;

  constructor(bound: number) {
    this.#bound = bound;
    this.#bits = new Uint32Array(Math.floor(bound / 32) + 1);
    this.#bits[0] = 1;
  }

  /** Every sum may also be larger by `quantity`. */
  add(quantity: number): void {
    const bits = this.#bits;
    const words = Math.floor(quantity / 32);
    const shift = quantity % 32;
    for (let to = bits.length - 1; to >= words; to--) {
      const low = bits[to - words] as number;
      const carried = shift === 0 ? 0 : (bits[to - words - 1] ?? 0) >>> (32 - shift);
      bits[to] = (bits[to] as number) | (low << shift) | carried;
    }
    // Sums above the bound would be sales beyond the stock.
    const kept = 2 ** ((this.#bound % 32) + 1) - 1;
    bits[bits.length - 1] = (bits[bits.length - 1] as number) & kept;
  }

  /** Drops the sums up to and including `limit`; false when none is left. */
  keepAbove(limit: number): boolean {
    const bits = this.#bits;
    if (limit >= 0) {
      const word = Math.floor(limit / 32);
      bits.fill(0, 0, word);
      const kept = (limit % 32) + 1;
      bits[word] = kept === 32 ? 0 : ((bits[word] as number) >>> kept) << kept;
    }
    return bits.some((word) => word !== 0);
  }
}

/** The same by its ends alone, as if every number between them were a sum: cheap, and never too strict. */
class RangeOfSums {
  readonly #bound: number;
  #low = 0;
  #high = 0;

  constructor(bound: number) {
    this.#bound = bound;
  }

  add(quantity: number): void {
    this.#high = Math.min(this.#bound, this.#high + quantity);
  }

  keepAbove(limit: number): boolean {
    this.#low = Math.max(this.#low, limit + 1);
    return this.#low <= this.#high;
  }
}
