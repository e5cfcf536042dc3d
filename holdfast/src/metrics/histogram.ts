/**
 * Counts how often each value was seen, to three significant digits, in fixed memory and a few nanoseconds a value.
 *
 * The intuition: a float64 already is a log-linear number. Its exponent says in which octave (2 to 4, 4 to 8, …) the
 * value lies, the first ten bits of its mantissa in which of 1,024 equal slices of that octave. So the bucket of a
 * value is its own leading bits; no logarithm is taken, and there is nothing to configure.
 *
 *     high word of the float64:  [ sign ][ exponent, 11 bits ][ mantissa, 10 bits ][ 10 bits not looked at ]
 *                                         octave: which page    which slot in it
 *
 * - A bucket answers with its middle, which is off by at most 0.049 %.
 * - 64 octaves either side of zero, from 2^-20 to 2^44: in ms from a nanosecond to five centuries. Nearer to zero
 *   counts as 0; further out counts in the last bucket, and in `clamped`. Minimum, maximum and sum are always exact.
 * - The 4 KB page of an octave is made when the first value falls into it: latencies from 0.1 to 50 ms take 36 KB. All
 *   pages together are 512 KB.
 * - A counter that passes 2^32 carries into a map: there is no such thing as too many values.
 * - Merging two histograms is the same as having recorded everything in one.
 *
 * The quantile of a share q is the value of rank ceil(q × count) in ascending order (nearest rank): a value that was
 * seen, not a point between two. The first rank is the exact minimum, the last the exact maximum.
 */
import { assert } from "../base/assert.ts";
import type { PairList } from "./pair-list.ts";

const SLOT_BITS = 10;
const SLOTS = 2 ** SLOT_BITS;
const OCTAVES = 64;
const OCTAVE_FIRST = -20;

/** Values nearer to zero than this count as 0: 2^-20, about a millionth. */
export const MAGNITUDE_MIN: number = 2 ** OCTAVE_FIRST;

/** Values this far from zero, or further, share the last bucket: 2^44, about 17 million million. */
export const MAGNITUDE_MAX: number = 2 ** (OCTAVE_FIRST + OCTAVES);

const COUNTER_LIMIT = 2 ** 32;

/** Where a histogram's numbers stand. */
const COUNT = 0;
const SUM = 1;
const MIN = 2;
const MAX = 3;

/** What the leading bits of MAGNITUDE_MIN read; less this, they count from 0. */
const LEADING_MIN = (1_023 + OCTAVE_FIRST) << SLOT_BITS;

/** A rank is rounded up only when it is whole by no more than rounding errors: 0.07 × 100 must be 7, not 8. */
const RANK_TOLERANCE = 1 - 2 ** -50;

const float = new Float64Array([-0]);
const words = new Uint32Array(float.buffer);
const HIGH = words[0] === 0 ? 1 : 0;

/** All of a histogram but its buckets. */
export interface HistogramTotals {
  count: number;
  sum: number;
  /** Infinity when there is no value. */
  min: number;
  /** -Infinity when there is no value. */
  max: number;
  nearZero: number;
  /** Values too large for a bucket of their own. */
  clamped: number;
  /** What was recorded and is no number. */
  ignored: number;
}

export class Histogram {
  /**
   * In ascending order of value: pages 0 to 63 are the negative octaves, largest magnitude first; then come the values
   * near zero, which have no page; pages 64 to 127 are the positive octaves.
   */
  readonly #pages: (Uint32Array | undefined)[] = Array.from({ length: 2 * OCTAVES });
  /** By bucket (page × 1,024 + slot): how often its counter went past 32 bits. */
  readonly #carries = new Map<number, number>();
  /** Count, sum, minimum and maximum: an array, because writing a fractional field of an object costs twice as much. */
  readonly #numbers = new Float64Array(4);
  #nearZero = 0;
  #clamped = 0;
  #ignored = 0;

  constructor() {
    this.#forget();
  }

  /** HOT. Counts one value. NaN and the infinities are no values; they only count in `ignored`. */
  record(value: number): void {
    if (value >= MAGNITUDE_MIN && value < MAGNITUDE_MAX) {
      float[0] = value;
      const leading = ((words[HIGH] as number) >>> SLOT_BITS) - LEADING_MIN;
      const page = OCTAVES + (leading >>> SLOT_BITS);
      const slot = leading & (SLOTS - 1);
      const counters = this.#pages[page] ?? this.#open(page);
      const counter = ((counters[slot] as number) + 1) >>> 0;
      counters[slot] = counter;
      if (counter === 0) this.#carry(page * SLOTS + slot, 1);
      const numbers = this.#numbers;
      (numbers[COUNT] as number) += 1;
      (numbers[SUM] as number) += value;
      if (value < (numbers[MIN] as number)) numbers[MIN] = value;
      if (value > (numbers[MAX] as number)) numbers[MAX] = value;
    } else if (value === 0) {
      this.#nearZero += 1;
      const numbers = this.#numbers;
      (numbers[COUNT] as number) += 1;
      if ((numbers[MIN] as number) > 0) numbers[MIN] = 0;
      if ((numbers[MAX] as number) < 0) numbers[MAX] = 0;
    } else {
      this.recordMany(value, 1);
    }
  }

  /** Counts one value `times` times: any whole number from 0. */
  recordMany(value: number, times: number): void {
    if (times === 0) return;
    if (!Number.isFinite(value)) {
      this.#ignored += times;
      return;
    }
    const magnitude = Math.abs(value);
    if (magnitude < MAGNITUDE_MIN) this.#nearZero += times;
    else this.#addTo(bucketOf(value), times);
    if (magnitude >= MAGNITUDE_MAX) this.#clamped += times;
    this.#addNumbers(times, value * times, value, value);
  }

  get count(): number {
    return this.#numbers[COUNT] as number;
  }

  /** Whether nothing at all was recorded, not even what is no number. */
  get isEmpty(): boolean {
    return this.count === 0 && this.#ignored === 0;
  }

  get totals(): HistogramTotals {
    const [count, sum, min, max] = this.#numbers as unknown as [number, number, number, number];
    return {
      count,
      sum,
      min,
      max,
      nearZero: this.#nearZero,
      clamped: this.#clamped,
      ignored: this.#ignored,
    };
  }

  /** Exact but for rounding in the sum; NaN when there is no value. */
  get mean(): number {
    return (this.#numbers[SUM] as number) / this.count;
  }

  /** Exact; NaN when there is no value. */
  get min(): number {
    return this.count === 0 ? Number.NaN : (this.#numbers[MIN] as number);
  }

  /** Exact; NaN when there is no value. */
  get max(): number {
    return this.count === 0 ? Number.NaN : (this.#numbers[MAX] as number);
  }

  /** The value at or below which lies this share (0 to 1) of all values, by nearest rank; NaN when there is none. */
  quantile(share: number): number {
    const { count, min, max } = this;
    if (count === 0) return Number.NaN;
    const rank = Math.ceil(share * count * RANK_TOLERANCE);
    if (rank <= 1) return min;
    if (rank >= count) return max;
    return Math.min(max, Math.max(min, this.#valueOfRank(rank)));
  }

  /** Takes in all that `other` has counted, as if it had been recorded here. */
  merge(other: Histogram): void {
    for (let page = 0; page < other.#pages.length; page++) {
      const counters = other.#pages[page];
      if (counters !== undefined) this.#mergePage(page, counters);
    }
    for (const [bucket, carries] of other.#carries) this.#carry(bucket, carries);
    this.#addTotals(other.totals);
  }

  /** Takes in what another histogram has drained: its totals, and its pairs from index `from` to before `to`. */
  mergeDrained(totals: HistogramTotals, pairs: Uint32Array, from: number, to: number): void {
    for (let i = from; i < to; i += 2) this.#addTo(pairs[i] as number, pairs[i + 1] as number);
    this.#addTotals(totals);
  }

  /** Hands everything over and starts again from nothing: appends (bucket, counter) to `pairs`. Keeps its pages. */
  drain(pairs: PairList): HistogramTotals {
    const totals = this.totals;
    for (let page = 0; page < this.#pages.length; page++) {
      const counters = this.#pages[page];
      if (counters !== undefined) pairs.drain(counters, page * SLOTS);
    }
    for (const [bucket, carries] of this.#carries) {
      for (let i = 0; i < carries; i++) {
        pairs.push(bucket, COUNTER_LIMIT - 1);
        pairs.push(bucket, 1);
      }
    }
    this.#forget();
    return totals;
  }

  /** Starts again from nothing. Keeps its pages. */
  clear(): void {
    for (const counters of this.#pages) counters?.fill(0);
    this.#forget();
  }

  #forget(): void {
    this.#carries.clear();
    this.#numbers.set([0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
    this.#nearZero = 0;
    this.#clamped = 0;
    this.#ignored = 0;
  }

  #addTotals(totals: HistogramTotals): void {
    this.#addNumbers(totals.count, totals.sum, totals.min, totals.max);
    this.#nearZero += totals.nearZero;
    this.#clamped += totals.clamped;
    this.#ignored += totals.ignored;
  }

  #addNumbers(count: number, sum: number, min: number, max: number): void {
    const numbers = this.#numbers;
    (numbers[COUNT] as number) += count;
    (numbers[SUM] as number) += sum;
    numbers[MIN] = Math.min(numbers[MIN] as number, min);
    numbers[MAX] = Math.max(numbers[MAX] as number, max);
  }

  #mergePage(page: number, others: Uint32Array): void {
    const counters = this.#pages[page] ?? this.#open(page);
    for (let slot = 0; slot < SLOTS; slot++) {
      const counter = (counters[slot] as number) + (others[slot] as number);
      counters[slot] = counter;
      if (counter >= COUNTER_LIMIT) this.#carry(page * SLOTS + slot, 1);
    }
  }

  #addTo(bucket: number, times: number): void {
    const page = bucket >>> SLOT_BITS;
    const counters = this.#pages[page] ?? this.#open(page);
    const slot = bucket & (SLOTS - 1);
    const counter = (counters[slot] as number) + times;
    const carries = Math.floor(counter / COUNTER_LIMIT);
    counters[slot] = counter - carries * COUNTER_LIMIT;
    if (carries > 0) this.#carry(bucket, carries);
  }

  #open(page: number): Uint32Array {
    const counters = new Uint32Array(SLOTS);
    this.#pages[page] = counters;
    return counters;
  }

  #carry(bucket: number, carries: number): void {
    this.#carries.set(bucket, (this.#carries.get(bucket) ?? 0) + carries);
  }

  #valueOfRank(rank: number): number {
    let left = rank;
    for (let page = 0; page < this.#pages.length; page++) {
      if (page === OCTAVES) {
        left -= this.#nearZero;
        if (left <= 0) return 0;
      }
      const counters = this.#pages[page];
      if (counters === undefined) continue;
      for (let slot = 0; slot < SLOTS; slot++) {
        left -= counters[slot] as number;
        if (this.#carries.size > 0) left -= this.#carried(page * SLOTS + slot);
        if (left <= 0) return middleOf(page, slot);
      }
    }
    assert(false, `a histogram of ${this.count} values has a value of rank ${rank}`);
  }

  #carried(bucket: number): number {
    return (this.#carries.get(bucket) ?? 0) * COUNTER_LIMIT;
  }
}

/** The bucket of a value that is neither near zero nor infinite. */
function bucketOf(value: number): number {
  float[0] = Math.min(Math.abs(value), MAGNITUDE_MAX - 1);
  const leading = ((words[HIGH] as number) >>> SLOT_BITS) - LEADING_MIN;
  return value > 0 ? OCTAVES * SLOTS + leading : OCTAVES * SLOTS - 1 - leading;
}

function middleOf(page: number, slot: number): number {
  if (page < OCTAVES) return -middleOf(2 * OCTAVES - 1 - page, SLOTS - 1 - slot);
  return MAGNITUDE_MIN * 2 ** (page - OCTAVES) * (1 + (slot + 0.5) / SLOTS);
}
