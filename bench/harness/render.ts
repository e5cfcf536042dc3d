/** Results as text: aligned tables for a terminal, Markdown for `performance.md`. Pure. */
import { formatCount } from "../../holdfast/src/base/units.ts";
import {
  type Cell,
  type Findings,
  type Goal,
  isMet,
  type Missing,
  type ResultTable,
  type SuiteResult,
} from "./result.ts";

/** A suite's tables, goals and gaps for the terminal. */
export function renderTerminal(findings: Findings): string {
  const tables = findings.tables.map((table) => `${table.title}\n\n${aligned(gridOf(table))}`);
  const goals = findings.goals.length === 0 ? [] : [aligned(goalGrid(findings.goals))];
  const gaps = findings.missing.map(({ what, why }) => `not measured: ${what} (${why})`);
  return [findings.title, ...tables, ...goals, gaps.join("\n")]
    .filter((part) => part !== "")
    .join("\n\n");
}

/** The whole of `performance.md`. */
export function renderMarkdown(results: readonly SuiteResult[]): string {
  const parts = [
    "# Performance",
    "Measured by `npm run bench`, which writes this page from `performance.json`. Each figure is the median of its " +
      "rounds, with the smallest and largest in brackets. A ratio is taken within a round and then its median: the " +
      "host has faster and slower minutes, which move both sides of a ratio alike. Absolute times of two tables may " +
      "stem from different minutes and should not be compared.",
    ...goalSummary(results),
    ...results.map(suiteMarkdown),
  ];
  return `${parts.join("\n\n")}\n`;
}

function goalSummary(results: readonly SuiteResult[]): string[] {
  const goals = results.flatMap((result) => result.goals);
  return goals.length === 0 ? [] : ["## Goals", markdownGrid(goalGrid(goals))];
}

function suiteMarkdown(result: SuiteResult): string {
  const { machine, settings } = result;
  const parts = [
    `## ${result.title}`,
    `${result.measuredAt.slice(0, 16).replace("T", " ")} UTC · ${machine.cores} cores of ${machine.cpu} · ` +
      `${machine.memory} · ${machine.system} · Node ${machine.node} · ` +
      `${machine.pinned ? "server and client pinned to a core each" : "nothing pinned to a core"} · ` +
      `\`npm run bench -- ${result.suite} --rounds ${settings.rounds} --seconds ${settings.windowSeconds}\``,
    result.method.map((sentence) => `- ${sentence}`).join("\n"),
    ...result.tables.map((table) => `### ${table.title}\n\n${markdownGrid(gridOf(table))}`),
    result.missing.map(gapLine).join("\n"),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function gapLine({ what, why }: Missing): string {
  return `- Not measured: ${what} (${why.replaceAll("\n", " ")}).`;
}

/** Header first. Every row has as many cells as the header. */
type Grid = string[][];

function gridOf(table: ResultTable): Grid {
  const header = ["", ...table.columns.map((column) => column.title)];
  const rows = table.rows.map((row) => [
    row.name,
    ...table.columns.map((column) => showCell(row.cells[column.key], column.digits)),
  ]);
  return [header, ...rows];
}

function goalGrid(goals: readonly Goal[]): Grid {
  const rows = goals.map((goal) => [
    goal.says,
    `${goal.kind === "max" ? "≤" : "≥"} ${goal.limit} ${goal.unit}`.trim(),
    goal.seen === undefined ? "not measured" : `${significant(goal.seen)} ${goal.unit}`.trim(),
    { true: "yes", false: "NO", undefined: "-" }[String(isMet(goal))] ?? "-",
  ]);
  return [["goal", "limit", "seen", "met"], ...rows];
}

/** `6.44 [5.84-7.78]`; a single round has no range. */
export function showCell(cell: Cell, digits: number): string {
  if (cell === undefined) return "-";
  if (typeof cell === "string") return cell;
  if (typeof cell === "number") return showNumber(cell, digits);
  const median = showNumber(cell.median, digits);
  if (cell.rounds === 1) return median;
  return `${median} [${showNumber(cell.min, digits)}-${showNumber(cell.max, digits)}]`;
}

function showNumber(value: number, digits: number): string {
  if (digits === 0) return formatCount(value);
  return value.toLocaleString("en-US", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

function significant(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function aligned(grid: Grid): string {
  const widths = (grid[0] ?? []).map((_, column) =>
    Math.max(...grid.map((row) => (row[column] ?? "").length)),
  );
  return grid
    .map((row) => row.map((cell, column) => pad(cell, widths[column] ?? 0, column)).join("  "))
    .map((line) => `  ${line.trimEnd()}`)
    .join("\n");
}

/** Names to the left, figures to the right. */
function pad(cell: string, width: number, column: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}

function markdownGrid([header = [], ...rows]: Grid): string {
  const rule = header.map((_, column) => (column === 0 ? "---" : "---:"));
  return [header, rule, ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}
