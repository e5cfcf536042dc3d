/** How any chart over time is put together: lines on the run's axis, and their numbers as a table. */
import type { TimelineRow } from "../../verdict/result.ts";
import { CHART_TABLE_ROWS_MAX } from "../limits.ts";
import { mergedRows } from "../timeline-rows.ts";
import { timeLabel } from "./chart.ts";
import type { Chart, Series } from "./chart.ts";
import type { Column, Table } from "./table.ts";

export const TALL_PX = 240;
export const MIDDLE_PX = 180;
export const LOW_PX = 130;

interface TimeChartParts extends Pick<
  Chart,
  "id" | "title" | "unit" | "heightPx" | "series" | "says"
> {
  log?: boolean;
  columns: readonly string[];
  cells: (row: TimelineRow) => string[];
}

export function timeChart(rows: readonly TimelineRow[], parts: TimeChartParts): Chart {
  const { columns, cells, log = false, ...rest } = parts;
  return {
    ...rest,
    x: "time",
    log,
    xs: rows.map((row) => row.atMs / 1000),
    marks: [],
    table: tableOf(rows, parts.title, columns, cells),
  };
}

function tableOf(
  rows: readonly TimelineRow[],
  title: string,
  columns: readonly string[],
  cells: (row: TimelineRow) => string[],
): Table {
  const merged = mergedRows(rows, CHART_TABLE_ROWS_MAX);
  const note = merged.length < rows.length ? ", of merged seconds the highest" : "";
  const titles: Column[] = columns.map((name) => ({ title: name, number: true }));
  return {
    caption: `${title} over time${note}`,
    columns: [{ title: "from" }, ...titles],
    rows: merged.map((row) => [timeLabel(row.atMs / 1000), ...cells(row)]),
  };
}

export function line(
  name: string,
  pen: number,
  rows: readonly TimelineRow[],
  value: (row: TimelineRow) => number | null,
): Series {
  return { name, pen, values: rows.map((row) => digits(value(row))) };
}

export function rate(row: TimelineRow, count: number): number {
  return count / (row.spanMs / 1000 || 1);
}

/** Four digits are more than a pixel can show, and half the bytes. */
function digits(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(4));
}
