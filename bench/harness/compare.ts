/** How a new result stands to the stored one, by the figures that do not move with the host. Pure. */
import type { Cell, SuiteResult } from "./result.ts";
import type { Spread } from "./spread.ts";

export interface Change {
  row: string;
  column: string;
  before: number;
  now: number;
  /** now / before - 1. */
  change: number;
  /** The ranges of the two do not touch: more than the rounds of either differ among themselves. */
  clear: boolean;
}

/** Rows and columns found in both, in the order of the new result. */
export function compareResults(before: SuiteResult, now: SuiteResult): Change[] {
  return now.tables.flatMap((table) => {
    const former = before.tables.find(({ title }) => title === table.title);
    const columns = table.columns.filter(({ stable }) => stable === true);
    return table.rows.flatMap((row) => {
      const formerRow = former?.rows.find(({ name }) => name === row.name);
      return columns.flatMap(({ key, title }) => {
        const was = asSpread(formerRow?.cells[key]);
        const is = asSpread(row.cells[key]);
        return was === undefined || is === undefined ? [] : [changeOf(row.name, title, was, is)];
      });
    });
  });
}

export function renderChanges(changes: readonly Change[]): string {
  if (changes.length === 0) return "  nothing stored that could be compared";
  return changes
    .map(({ row, column, before, now, change, clear }) => {
      const percent = `${change >= 0 ? "+" : ""}${(change * 100).toFixed(1)} %`;
      const mark = clear ? (change > 0 ? "  higher" : "  lower") : "";
      return `  ${row}, ${column}: ${before.toFixed(2)} -> ${now.toFixed(2)} (${percent})${mark}`;
    })
    .join("\n");
}

function changeOf(row: string, column: string, before: Spread, now: Spread): Change {
  return {
    row,
    column,
    before: before.median,
    now: now.median,
    change: now.median / before.median - 1,
    clear: now.min > before.max || now.max < before.min,
  };
}

function asSpread(cell: Cell): Spread | undefined {
  if (typeof cell === "number") return { median: cell, min: cell, max: cell, rounds: 1 };
  return typeof cell === "object" ? cell : undefined;
}
