/** What a chart shows, apart from how it is drawn: the script of the page and the static form both draw this. */
import { formatCount } from "../../base/units.ts";
import { niceStep } from "../time-axis.ts";
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

/** 0, 50, 90, 99 % and so on, in nines. */
const PERCENTILE_TICKS = [0, Math.log10(2), 1, 2, 3, 4, 5, 6];

/** Lowest and highest value to be drawn; a linear scale begins at 0. */
export function rangeOf(chart: Chart): { low: number; high: number } {
  const values = chart.series.flatMap(({ values }) => values.filter((value) => value !== null));
  const high = values.reduce((most, value) => Math.max(most, value), 0);
  if (!chart.log) return { low: 0, high: high === 0 ? 1 : high * 1.08 };
  const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  if (high === 0) return { low: 1, high: 10 };
  return { low: niceStep(low * 0.85) / 2.5, high: niceStep(high * 1.05) };
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

/** Round values upwards; on a logarithmic scale powers of ten, with 2 and 5 between when there are few. */
export function yTicksOf(chart: Chart): Tick[] {
  const { low, high } = rangeOf(chart);
  if (!chart.log) {
    const step = niceStep(high / 5);
    const count = Math.floor(high / step) + 1;
    return Array.from({ length: count }, (_, n) => tick(n * step));
  }
  const decades = Math.log10(high / low);
  const step = 10 ** Math.max(1, Math.ceil(decades / 6));
  const between = decades <= 3.2 ? [1, 2, 5] : [1];
  const ticks: Tick[] = [];
  for (let power = 10 ** Math.floor(Math.log10(low)); power <= high; power *= step) {
    const values = between.map((factor) => factor * power);
    ticks.push(...values.filter((value) => value >= low && value <= high).map(tick));
  }
  return ticks;
}

/** Round instants, or percentiles by nines. */
export function xTicksOf(chart: Chart): Tick[] {
  const first = chart.xs[0] ?? 0;
  const last = chart.xs.at(-1) ?? 1;
  if (chart.x === "percentile") {
    const shown = PERCENTILE_TICKS.filter((value) => value >= first && value <= last);
    return shown.map((value) => ({ value, label: percentileLabel(value) }));
  }
  const step = niceStep((last - first || 1) / 6);
  const ticks: Tick[] = [];
  for (let n = Math.ceil(first / step); n * step <= last; n++) {
    ticks.push({ value: n * step, label: timeLabel(n * step) });
  }
  return ticks;
}

function tick(value: number): Tick {
  const label = value >= 1000 ? formatCount(value) : String(Number(value.toPrecision(3)));
  return { value, label };
}
