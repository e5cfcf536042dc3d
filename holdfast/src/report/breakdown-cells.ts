/** How the numbers of a breakdown are written. */
import { formatBytes } from "../base/units.ts";
import type { BreakdownResult, BreakdownUnit } from "../verdict/result.ts";
import { formatMs, formatNumber, formatRate, formatShare } from "./wording.ts";

const FORMAT: Readonly<Record<BreakdownUnit, (value: number) => string>> = {
  ms: formatMs,
  bytes: formatBytes,
  share: formatShare,
  "per second": formatRate,
  number: formatNumber,
};

/** The cells of each row as text, the row's own value first. */
export function breakdownCells({ columns, rows }: BreakdownResult): string[][] {
  return rows.map(({ value, cells }) => [
    value,
    ...cells.map((cell, i) => {
      const column = columns[i];
      return cell === null || column === undefined ? "–" : FORMAT[column.unit](cell);
    }),
  ]);
}
