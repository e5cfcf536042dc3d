/** The test's own tables: one section for each. */
import type { BreakdownResult, RunResult } from "../../verdict/result.ts";
import { breakdownCells } from "../breakdown-cells.ts";
import { BREAKDOWNS_MAX, ROWS_MAX } from "../limits.ts";
import type { Section } from "./section.ts";
import { leftOut, table } from "./table.ts";

export function breakdownSections({ breakdowns = [] }: RunResult): Section[] {
  return breakdowns.slice(0, BREAKDOWNS_MAX).map(breakdownSection);
}

function breakdownSection(breakdown: BreakdownResult, index: number): Section {
  const { title, by, columns, rows } = breakdown;
  return {
    id: `breakdown-${index + 1}`,
    title,
    gist: `by ${by}`,
    content: [
      table({
        caption: `${title}, by ${by}`,
        columns: [
          { title: by, number: true },
          ...columns.map((column) => ({ title: column.title, number: true })),
        ],
        rows: breakdownCells(breakdown).slice(0, ROWS_MAX),
      }),
      leftOut(rows.length - ROWS_MAX, "rows"),
    ],
  };
}
