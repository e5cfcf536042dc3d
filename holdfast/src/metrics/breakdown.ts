/**
 * The test's own numbers as a table, a row for each value of a tag: latency by number of watchers, relevance by search
 * pattern. The author says which tag and which columns; the samples say which rows there are.
 */
import { got } from "../base/errors.ts";
import type { MetricDefinition } from "../record/metric.ts";
import { BREAKDOWN_ROWS_MAX } from "./limits.ts";
import type { MetricStore } from "./store.ts";
import { type Aggregation, parseAggregation, valueOf } from "./threshold-expression.ts";
import { type Meaning, meaningOf } from "./threshold.ts";

/** As an author writes it. */
export interface GivenBreakdown {
  readonly title: string;
  readonly by: string;
  readonly columns: Readonly<Record<string, string>>;
}

export interface ParsedBreakdown {
  readonly title: string;
  readonly by: string;
  readonly columns: readonly (Meaning & { readonly title: string; readonly what: Aggregation })[];
}

export type BreakdownUnit = "ms" | "bytes" | "share" | "per second" | "number";

export interface BreakdownResult {
  title: string;
  /** The tag whose values are the rows. */
  by: string;
  columns: { title: string; unit: BreakdownUnit }[];
  /** In each row a cell for each column; null when there was no sample. */
  rows: { value: string; cells: (number | null)[] }[];
}

const FORM = /^\s*([a-z]+(?:\s*\([^)]*\))?)\s+of\s+(.+)$/;

/** All problems at once: `breakdowns[0].columns["p99"] must be …, got …`. */
export function parseBreakdowns(
  given: readonly GivenBreakdown[],
  metrics: readonly MetricDefinition[],
): { breakdowns: readonly ParsedBreakdown[]; problems: readonly string[] } {
  const problems: string[] = [];
  const breakdowns = given.map(({ title, by, columns }, i) => ({
    title,
    by,
    columns: Object.entries(columns).flatMap(([name, text]) => {
      const parsed = parseColumn(text, metrics);
      if (!("problem" in parsed)) return [{ ...parsed, title: name }];
      const path = `breakdowns[${i}].columns[${JSON.stringify(name)}]`;
      problems.push(`${path} ${parsed.problem}`);
      return [];
    }),
  }));
  return { breakdowns, problems };
}

function parseColumn(
  text: string,
  metrics: readonly MetricDefinition[],
): (Meaning & { what: Aggregation }) | { problem: string } {
  const match = FORM.exec(text);
  if (match === null) {
    return { problem: `must be such as "p(99) of http_req_duration", got ${got(text)}` };
  }
  const [, aggregation, selector] = match as unknown as [string, string, string];
  const meaning = meaningOf(selector, metrics);
  if ("problem" in meaning) return meaning;
  const what = parseAggregation(aggregation, meaning.metric.type);
  if ("problem" in what) return { problem: `${what.problem}, got ${got(text)}` };
  return { ...meaning, what };
}

/** The numbers of the whole run; a breakdown without a row is left out. `elapsedNs`: how long the load lasted. */
export function breakdownsOf(
  breakdowns: readonly ParsedBreakdown[],
  store: MetricStore,
  elapsedNs: number,
): BreakdownResult[] {
  return breakdowns
    .map(({ title, by, columns }) => ({
      title,
      by,
      columns: columns.map((column) => ({ title: column.title, unit: unitOf(column) })),
      rows: rowValues(columns, by, store).map((value) => ({
        value,
        cells: columns.map(({ selector, what }) => {
          const tags = { ...selector.tags, [by]: value };
          return valueOf(what, store.total({ ...selector, tags }), elapsedNs);
        }),
      })),
    }))
    .filter(({ rows }) => rows.length > 0);
}

/** Numbers first, by size; then words, first seen first. */
function rowValues(
  columns: ParsedBreakdown["columns"],
  by: string,
  store: MetricStore,
): readonly string[] {
  const values = new Set(columns.flatMap(({ metric }) => store.tagValues(metric.name, by)));
  const order = (value: string): number => (value === "" ? Number.NaN : Number(value));
  const numbers = [...values].filter((value) => !Number.isNaN(order(value)));
  const words = [...values].filter((value) => Number.isNaN(order(value)));
  return [...numbers.sort((a, b) => order(a) - order(b)), ...words].slice(0, BREAKDOWN_ROWS_MAX);
}

function unitOf({ metric, what }: Meaning & { what: Aggregation }): BreakdownUnit {
  if (metric.type === "rate") return "share";
  if (metric.type === "counter" && what.aggregation === "rate") return "per second";
  return metric.unit ?? "number";
}
