/**
 * What one engine thread tells the main thread each tick: everything counted since the tick before, as two typed arrays
 * that are handed over, not copied (`postMessage(delta, transfersOf(delta))`).
 *
 *     rows:   [metric, series, pairs, number, number, …] [metric, series, …] …      ROW_LENGTH numbers each
 *     pairs:  [bucket, counter, bucket, counter, …]     of the trends, in the order of their rows
 */
import type { Tags } from "../record/metric.ts";
import type { Cell, Drained } from "./cells.ts";
import { PairList } from "./pair-list.ts";

export interface MetricsDelta {
  /** The sets of tags met for the first time, in the order of their series' numbers. */
  readonly newSeries: readonly Tags[];
  readonly rows: Float64Array<ArrayBuffer>;
  readonly pairs: Uint32Array<ArrayBuffer>;
  /** Sets of tags that came after the limit; their samples are in the overflow series. */
  readonly seriesOverLimit: number;
  /** Samples that were no number. */
  readonly notNumbers: number;
}

export function transfersOf(delta: MetricsDelta): ArrayBuffer[] {
  return [delta.rows.buffer, delta.pairs.buffer];
}

const HEAD_LENGTH = 3;
const NUMBERS_MAX = 7;
const ROW_LENGTH = HEAD_LENGTH + NUMBERS_MAX;

/** Collects the cells of one tick. Keeps its room from tick to tick. */
export class DeltaWriter {
  #rows = new Float64Array(64 * ROW_LENGTH);
  #length = 0;
  readonly #pairs = new PairList();

  /** Empties the cell into the delta. */
  drain(metric: number, series: number, cell: Cell): void {
    if (this.#length === this.#rows.length) this.#grow();
    const pairsBefore = this.#pairs.length;
    const numbers = cell.drain(this.#pairs);
    const at = this.#length;
    this.#rows[at] = metric;
    this.#rows[at + 1] = series;
    this.#rows[at + 2] = this.#pairs.length - pairsBefore;
    this.#rows.set(numbers, at + HEAD_LENGTH);
    this.#length += ROW_LENGTH;
  }

  take(): Pick<MetricsDelta, "rows" | "pairs"> {
    const rows = this.#rows.slice(0, this.#length);
    this.#length = 0;
    return { rows, pairs: this.#pairs.take() };
  }

  #grow(): void {
    const larger = new Float64Array(2 * this.#rows.length);
    larger.set(this.#rows);
    this.#rows = larger;
  }
}

/** Calls back with the metric, the thread's number of the series, and what was drained; `source` is left to the caller. */
export function readDelta(
  delta: MetricsDelta,
  each: (metric: number, series: number, drained: Omit<Drained, "source">) => void,
): void {
  let pairsFrom = 0;
  for (let at = 0; at < delta.rows.length; at += ROW_LENGTH) {
    const [metric, series, pairs] = delta.rows.subarray(at, at + HEAD_LENGTH) as unknown as [
      number,
      number,
      number,
    ];
    const numbers = delta.rows.subarray(at + HEAD_LENGTH, at + ROW_LENGTH);
    const pairsTo = pairsFrom + pairs;
    each(metric, series, { numbers, pairs: delta.pairs, pairsFrom, pairsTo });
    pairsFrom = pairsTo;
  }
}
