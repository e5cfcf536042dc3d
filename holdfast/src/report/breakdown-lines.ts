/**
 * A test's own tables in a terminal: a line of titles, then a line for each row, numbers below each other. Titles break
 * in two where the table is too wide, then the gaps become narrow, and at last columns from the right are left out.
 *
 *                connect  connect              server,
 *     people       p50      p95     dropped     each
 *     200         1.2 ms   4.9 ms         0    38.0 KB
 */
import type { BreakdownResult } from "../verdict/result.ts";
import { breakdownCells } from "./breakdown-cells.ts";
import { columnsOf, cut, fit, visible } from "./text-columns.ts";

export interface TableRoom {
  readonly width: number;
  /** Where the numbers begin, if the names of the rows are no longer than that. */
  readonly indent: number;
  readonly linesMax: number;
}

export interface TableLine {
  /** What the line is about, filled up to where the numbers begin. */
  readonly name: string;
  readonly numbers: string;
}

const NAME_COLUMNS_MAX = 24;
const GAP = 2;

/** As many rows of as many tables as there are lines for; what is left out is counted. */
export function breakdownLines(
  breakdowns: readonly BreakdownResult[],
  { width, indent, linesMax }: TableRoom,
): TableLine[] {
  const lines: TableLine[] = [];
  for (const breakdown of breakdowns) {
    const left = linesMax - lines.length;
    const { titles, rows } = tableOf(breakdown, width, indent);
    if (rows.length === 0 || left < titles.length + 1) continue;
    const room = left - titles.length;
    const shown = rows.length <= room ? rows : rows.slice(0, Math.max(1, room - 1));
    lines.push(...titles, ...shown);
    const more = rows.length - shown.length;
    if (more > 0 && shown.length < room) {
      lines.push({ name: fit("", indent), numbers: `and ${more} more in the report` });
    }
  }
  return lines;
}

interface Table {
  readonly titles: readonly TableLine[];
  readonly rows: readonly TableLine[];
}

function tableOf(breakdown: BreakdownResult, width: number, indent: number): Table {
  const cells = breakdownCells(breakdown).map((row) => row.map((cell) => visible(cell)));
  const by = visible(breakdown.by);
  const names = [by, ...cells.map(([name = ""]) => name)];
  const longest = Math.max(...names.map(columnsOf)) + GAP;
  const start = Math.min(NAME_COLUMNS_MAX, Math.max(indent, longest));
  const whole = breakdown.columns.map(({ title }) => [visible(title)]);
  const bodies = cells.map((row) => row.slice(1));
  const { headings, widths, gap } = fitting(whole, bodies, width - start);
  const line = (name: string, numbers: readonly string[]): TableLine => ({
    name: fit(cut(name, start - 1), start),
    numbers: widths
      .map((columns, i) => " ".repeat(i === 0 ? 0 : gap) + padStart(numbers[i] ?? "", columns))
      .join("")
      .trimEnd(),
  });
  const height = Math.max(1, ...headings.map((heading) => heading.length));
  const titles = Array.from({ length: height }, (_, at) => {
    const texts = headings.map((heading) => heading[at - (height - heading.length)] ?? "");
    return line(at === height - 1 ? by : "", texts);
  });
  return { titles, rows: bodies.map((row, i) => line(names[i + 1] ?? "", row)) };
}

interface Fitting {
  /** Of each column that is shown, its title in one line or two. */
  readonly headings: readonly (readonly string[])[];
  readonly widths: readonly number[];
  readonly gap: number;
}

function fitting(
  whole: readonly (readonly string[])[],
  bodies: readonly (readonly string[])[],
  room: number,
): Fitting {
  const broken = whole.map(([title = ""]) => inTwo(title));
  for (const [headings, gap] of [
    [whole, GAP],
    [broken, GAP],
    [broken, 1],
  ] as const) {
    const widths = widthsOf(headings, bodies);
    if (spanOf(widths, gap) <= room) return { headings, widths, gap };
  }
  const widths = widthsOf(broken, bodies);
  let count = widths.length;
  while (count > 1 && spanOf(widths.slice(0, count), 1) > room) count -= 1;
  return { headings: broken.slice(0, count), widths: widths.slice(0, count), gap: 1 };
}

function inTwo(title: string): readonly string[] {
  const at = title.lastIndexOf(" ");
  return at < 0 ? [title] : [title.slice(0, at), title.slice(at + 1)];
}

function widthsOf(
  headings: readonly (readonly string[])[],
  bodies: readonly (readonly string[])[],
): number[] {
  return headings.map((heading, i) =>
    Math.max(...heading.map(columnsOf), ...bodies.map((row) => columnsOf(row[i] ?? ""))),
  );
}

function spanOf(widths: readonly number[], gap: number): number {
  return widths.reduce((sum, width) => sum + width + gap, -gap);
}

function padStart(text: string, columns: number): string {
  return " ".repeat(Math.max(0, columns - columnsOf(text))) + text;
}
