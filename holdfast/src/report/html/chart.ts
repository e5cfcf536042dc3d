/** What a chart shows, apart from how it is drawn: the script of the page and the static form both draw this. */
import type { Table } from "./table.ts";

export interface Chart {
  id: string;
  title: string;
  /** What the numbers are: `ms`, `per second`. */
  unit: string;
  x: "time" | "percentile";
  /** Logarithmic upwards: values must then be above 0, or null. */
  log: boolean;
  heightPx: number;
  /** Seconds since the start, or nines: 2 is 99 %. Ascending. */
  xs: readonly number[];
  series: readonly Series[];
  marks: readonly Mark[];
  /** The chart in a sentence, for those who do not see it. */
  says: string;
  table: Table;
}

export interface Series {
  name: string;
  /** 1 to 4: colour and dash. */
  pen: number;
  values: readonly (number | null)[];
}

/** An instant that matters: a stage begins, an invariant breaks. */
export interface Mark {
  at: number;
  label: string;
  kind: "stage" | "fail";
}

export interface Tick {
  value: number;
  label: string;
}

/** Lowest and highest value to be drawn; a linear scale begins at 0. */
export function rangeOf(chart: Chart): { low: number; high: number } {
  const values = chart.series.flatMap(({ values }) => values.filter((value) => value !== null));
  const high = values.reduce((most, value) => Math.max(most, value), 0);
  if (!chart.log) return { low: 0, high: high === 0 ? 1 : high * 1.08 };
  const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  if (high === 0) return { low: 1, high: 10 };
  return { low: 10 ** Math.floor(Math.log10(low)), high: 10 ** Math.ceil(Math.log10(high * 1.05)) };
}

/** `2 s`, `90 s`, `12 min`. */
export function timeLabel(seconds: number): string {
  if (seconds < 600) return `${Number(seconds.toFixed(3))} s`;
  return `${Number((seconds / 60).toFixed(1))} min`;
}

/** `99.9 %` for 3 nines. */
export function percentileLabel(nines: number): string {
  return `${Number((100 - 100 * 10 ** -nines).toPrecision(9))} %`;
}
