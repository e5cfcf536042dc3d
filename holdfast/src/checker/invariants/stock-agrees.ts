/**
 * Stock agrees: after the run, every source (cache, database, API) reads what arithmetic says: the stock less what was
 * sold, and never below zero. Requests of unknown outcome that the audit does not resolve widen the one right answer
 * to a range. Linear.
 */
import { formatCount } from "../../base/units.ts";
import type { OperationGroup } from "../../history/history.ts";
import { OUTCOME, PHASE } from "../../history/history.ts";
import type { Value } from "../../record/value.ts";
import type { Checker, Judgement, Question, Violation } from "../checker.ts";
import { proceed } from "../checker.ts";
import { IDS_NAMED_MAX } from "../limits.ts";
import { companionsOf, ownGroups } from "./companions.ts";
import { soldUnits, stockOf } from "./sales.ts";
import { stockReturns } from "./stock-changes.ts";
import { stockAgreesWithReturns } from "./stock-that-returns.ts";
import { at, counted, listed, of, shortened } from "../wording.ts";

export const stockAgrees: Checker = {
  needsEveryOperation: true,
  needsOverlap: false,
  check,
};

function check(question: Question): Judgement {
  if (stockReturns(question.invariant)) return stockAgreesWithReturns(question);
  const { invariant } = question;
  const { reads } = invariant.options;
  const sales = ownGroups(question);
  const violations: Violation[] = [];
  const unstated: string[] = [];
  const sources = new Set<string>();
  let readings = 0;
  for (const group of companionsOf(question, "reads").groups) {
    proceed(question);
    const found = readingsOf(question, group);
    if (found.length === 0) continue;
    readings += found.length;
    for (const { source } of found) sources.add(source);
    const stock = stockOf(invariant, group.key);
    if (stock === undefined) unstated.push(group.key);
    else {
      const wrong = judgeKey(question, sales.get(group), group, stock, found);
      if (wrong !== undefined) violations.push(wrong);
    }
  }
  const name = typeof reads === "string" ? reads : "nothing";
  const from = listed([...sources].slice(0, IDS_NAMED_MAX), sources.size);
  return {
    violations,
    held: readings === 0 ? "no reading" : `${counted(readings, "reading")} of ${from}, all as sold`,
    missing: unstated.length > 0 ? `no stock is stated for ${listed(unstated)}` : undefined,
    unmet: readings === 0 ? [`the audit has no reading of "${name}"`] : [],
  };
}

interface Reading {
  readonly row: number;
  readonly source: string;
  readonly value: Value | undefined;
}

function readingsOf({ history }: Question, group: OperationGroup): Reading[] {
  const { phase, outcome } = history.columns;
  const readings: Reading[] = [];
  for (let row = group.from; row < group.to; row++) {
    if (phase[row] !== PHASE.audit || outcome[row] !== OUTCOME.ok) continue;
    const { id, result } = history.operation(row);
    readings.push({ row, source: id ?? group.name, value: result });
  }
  return readings;
}

function judgeKey(
  { requests, history }: Question,
  sales: OperationGroup | undefined,
  read: OperationGroup,
  stock: number,
  readings: readonly Reading[],
): Violation | undefined {
  const { key } = read;
  requests.load(sales ?? { ...read, from: 0, to: 0 });
  const sold = soldUnits(requests);
  const highest = stock - sold.proven;
  const lowest = Math.min(highest, Math.max(0, highest - sold.undecided));
  const right = ({ value }: Reading): boolean =>
    typeof value === "number" && value >= 0 && value >= lowest && value <= highest;
  const wrong = readings.filter((reading) => !right(reading));
  const [first] = wrong;
  if (first === undefined) return undefined;
  const said = readings
    .slice(0, IDS_NAMED_MAX)
    .map(({ source, value }) => `${shortened(source)} says ${say(value)}`);
  const range =
    lowest === highest ? formatCount(highest) : `${formatCount(lowest)} to ${formatCount(highest)}`;
  const atNs = history.columns.returnNs[first.row] as number;
  return {
    key,
    atNs,
    sentence:
      `${of(key)}${listed(said, readings.length)}; ` +
      `${formatCount(sold.proven)} of ${formatCount(stock)} sold` +
      `${sold.undecided > 0 ? `, ${formatCount(sold.undecided)} undecided` : ""}, ` +
      `so ${range} must be left (read at ${at(atNs)})`,
    rows: [...wrong, ...readings.filter(right)].map((reading) => reading.row),
    count: wrong.length,
  };
}

function say(value: Value | undefined): string {
  return typeof value === "number"
    ? formatCount(value)
    : shortened(JSON.stringify(value) ?? "nothing");
}
