/**
 * What one metric knows of one series. A cell counts in an engine thread (`record`) and is emptied every tick (`drain`);
 * a total adds up in the main thread what all cells have drained (`absorb`). Counters, rates and trends are both, and
 * add up exactly, in any order and grouping. A gauge cannot be added up: see GaugeTotal.
 */
import { Histogram } from "./histogram.ts";
import { VALUES_WAITING_MAX } from "./limits.ts";
import type { PairList } from "./pair-list.ts";
import type { MetricType } from "../record/metric.ts";

export interface Cell {
  /** HOT. Takes one sample. */
  record(value: number): void;
  readonly isEmpty: boolean;
  /** Gives all it has counted, as numbers (and a trend also as pairs), and starts again. */
  drain(pairs: PairList): readonly number[];
}

/** What a cell has drained, as it arrives in the main thread. */
export interface Drained {
  readonly numbers: ArrayLike<number>;
  readonly pairs: Uint32Array;
  readonly pairsFrom: number;
  readonly pairsTo: number;
  /** Says which cell of which thread it was: one number for one cell. */
  readonly source: number;
}

interface Total<Self> {
  readonly isEmpty: boolean;
  absorb(drained: Drained): void;
  merge(other: Self): void;
  clear(): void;
}

export class Counter implements Cell, Total<Counter> {
  #sum = 0;
  #samples = 0;

  record(value: number): void {
    this.#sum += value;
    this.#samples += 1;
  }

  /** Samples that are `sum` together. */
  recordSum(sum: number, samples: number): void {
    this.#sum += sum;
    this.#samples += samples;
  }

  get sum(): number {
    return this.#sum;
  }

  get isEmpty(): boolean {
    return this.#samples === 0;
  }

  drain(): readonly number[] {
    const numbers = [this.#sum, this.#samples];
    this.clear();
    return numbers;
  }

  absorb({ numbers }: Drained): void {
    this.#sum += numbers[0] as number;
    this.#samples += numbers[1] as number;
  }

  merge(other: Counter): void {
    this.#sum += other.#sum;
    this.#samples += other.#samples;
  }

  clear(): void {
    this.#sum = 0;
    this.#samples = 0;
  }
}

export class Rate implements Cell, Total<Rate> {
  #passed = 0;
  #total = 0;

  record(value: number): void {
    this.recordMany(value, 1);
  }

  recordMany(value: number, times: number): void {
    if (value !== 0) this.#passed += times;
    this.#total += times;
  }

  get passed(): number {
    return this.#passed;
  }

  get total(): number {
    return this.#total;
  }

  get isEmpty(): boolean {
    return this.#total === 0;
  }

  drain(): readonly number[] {
    const numbers = [this.#passed, this.#total];
    this.clear();
    return numbers;
  }

  absorb({ numbers }: Drained): void {
    this.#passed += numbers[0] as number;
    this.#total += numbers[1] as number;
  }

  merge(other: Rate): void {
    this.#passed += other.#passed;
    this.#total += other.#total;
  }

  clear(): void {
    this.#passed = 0;
    this.#total = 0;
  }
}

export class Trend implements Cell, Total<Trend> {
  readonly #histogram = new Histogram();
  /**
   * Values that wait to be put into the histogram together: its memory is far apart, and cheaper to go to often at once
   * than now and then. Undefined in a total, which takes no sample.
   */
  #waiting: Float64Array | undefined;
  #waits = 0;

  record(value: number): void {
    const waiting = (this.#waiting ??= new Float64Array(VALUES_WAITING_MAX));
    waiting[this.#waits] = value;
    this.#waits += 1;
    if (this.#waits === VALUES_WAITING_MAX) this.#settle();
  }

  get histogram(): Histogram {
    if (this.#waits > 0) this.#settle();
    return this.#histogram;
  }

  get isEmpty(): boolean {
    return this.#waits === 0 && this.#histogram.isEmpty;
  }

  #settle(): void {
    const waiting = this.#waiting as Float64Array;
    for (let i = 0; i < this.#waits; i++) this.#histogram.record(waiting[i] as number);
    this.#waits = 0;
  }

  drain(pairs: PairList): readonly number[] {
    const { count, sum, min, max, nearZero, clamped, ignored } = this.histogram.drain(pairs);
    return [count, sum, min, max, nearZero, clamped, ignored];
  }

  absorb({ numbers, pairs, pairsFrom, pairsTo }: Drained): void {
    const [count, sum, min, max, nearZero, clamped, ignored] = Array.from(numbers) as TrendNumbers;
    const totals = { count, sum, min, max, nearZero, clamped, ignored };
    this.histogram.mergeDrained(totals, pairs, pairsFrom, pairsTo);
  }

  merge(other: Trend): void {
    this.histogram.merge(other.histogram);
  }

  clear(): void {
    this.histogram.clear();
  }
}

type TrendNumbers = [number, number, number, number, number, number, number];

/** A gauge in an engine thread: the last value, and the range since the last tick. */
class Gauge implements Cell {
  #value = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  record(value: number): void {
    this.#value = value;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
  }

  get isEmpty(): boolean {
    return this.#max < this.#min;
  }

  drain(): readonly number[] {
    const numbers = [this.#value, this.#min, this.#max];
    this.#min = Number.POSITIVE_INFINITY;
    this.#max = Number.NEGATIVE_INFINITY;
    return numbers;
  }
}

/**
 * A gauge over many cells. One that is summed (virtual users: each thread tells its own) is at any time the sum of what
 * every cell said last, and its range is that of this sum at each tick. Any other is what was said last, by anyone.
 */
export class GaugeTotal implements Total<GaugeTotal> {
  readonly #summed: boolean;
  readonly #lastBySource = new Map<number, number>();
  #value = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  constructor(summed: boolean) {
    this.#summed = summed;
  }

  get value(): number {
    return this.#value;
  }

  get min(): number {
    return this.#min;
  }

  get max(): number {
    return this.#max;
  }

  get isEmpty(): boolean {
    return this.#max < this.#min;
  }

  absorb({ numbers, source }: Drained): void {
    const [value, min, max] = Array.from(numbers) as [number, number, number];
    this.#set(source, value);
    this.#min = Math.min(this.#min, this.#summed ? this.#value : min);
    this.#max = Math.max(this.#max, this.#summed ? this.#value : max);
  }

  merge(other: GaugeTotal): void {
    if (other.isEmpty) return;
    for (const [source, value] of other.#lastBySource) this.#set(source, value);
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max, this.#value);
  }

  clear(): void {
    this.#lastBySource.clear();
    this.#value = 0;
    this.#min = Number.POSITIVE_INFINITY;
    this.#max = Number.NEGATIVE_INFINITY;
  }

  #set(source: number, value: number): void {
    const before = this.#lastBySource.get(source) ?? 0;
    this.#lastBySource.set(source, value);
    this.#value = this.#summed ? this.#value + value - before : value;
  }
}

export function cellOf(type: MetricType): Cell {
  switch (type) {
    case "counter":
      return new Counter();
    case "rate":
      return new Rate();
    case "trend":
      return new Trend();
    case "gauge":
      return new Gauge();
  }
}
