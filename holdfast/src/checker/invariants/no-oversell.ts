/**
 * No oversell: per key, the units that were provably sold are never more than there were. Provably: acknowledged, or
 * listed by the audit. What timed out and was not found counts for nothing, so an alarm needs no luck to be true.
 * Exact (a history without rejections can be explained if and only if the sum fits) and linear.
 */
import { formatCount } from "../../base/units.ts";
import type { Checker, Judgement, Question, Violation } from "../checker.ts";
import { proceed } from "../checker.ts";
import { WITNESSES_MAX } from "../finding.ts";
import { IDS_NAMED_MAX } from "../limits.ts";
import { NONE } from "./code-map.ts";
import type { Sold } from "./sales.ts";
import { distinctPhantoms, extrasSeen, soldUnits, stockOf } from "./sales.ts";
import { stockReturns } from "./stock-changes.ts";
import { noOversellWithReturns } from "./stock-that-returns.ts";
import { at, counted, joined, listed, nameOf, of, ordinal } from "../wording.ts";

export const noOversell: Checker = {
  needsEveryOperation: false,
  needsOverlap: true,
  check,
};

function check(question: Question): Judgement {
  if (stockReturns(question.invariant)) return noOversellWithReturns(question);
  const { requests, invariant, groups } = question;
  const violations: Violation[] = [];
  const total = { sold: 0, stock: 0, rejected: 0, resolved: 0, undecided: 0 };
  const unstated: string[] = [];
  for (const group of groups) {
    proceed(question);
    const stock = stockOf(invariant, group.key);
    if (stock === undefined) {
      unstated.push(group.key);
      continue;
    }
    requests.load(group);
    const sold = soldUnits(requests);
    total.sold += sold.proven;
    total.stock += stock;
    total.rejected += requests.rejectedRows.length;
    total.resolved += sold.resolved;
    total.undecided += sold.undecided;
    if (sold.proven > stock) violations.push(violation(question, group.key, stock, sold));
  }
  const held = joined([
    `${formatCount(total.sold)} sold of ${formatCount(total.stock)}`,
    total.rejected > 0 && `${formatCount(total.rejected)} refused`,
    total.resolved > 0 && `${counted(total.resolved, "unknown outcome")} resolved by the audit`,
    total.undecided > 0 && `${counted(total.undecided, "unit")} undecided`,
  ]);
  const missing = unstated.length > 0 ? `no stock is stated for ${listed(unstated)}` : undefined;
  return { violations, held, missing };
}

/** One provable sale: a request's, or one that only the audit knows. */
interface Sale {
  readonly row: number;
  readonly provenNs: number;
  readonly units: number;
}

function violation(question: Question, key: string, stock: number, sold: Sold): Violation {
  const { history } = question;
  const by = sold.acknowledged > stock ? "acknowledged" : "proven";
  const sales = salesOf(question, by);
  let units = 0;
  const last = sales.findIndex((sale) => (units += sale.units) > stock);
  const crossing = sales[last] as Sale;
  const beyond = sales.slice(last);
  const ids = beyond.slice(0, IDS_NAMED_MAX).map((sale) => nameOf(history, sale.row));
  const single = sales.every((sale) => sale.units === 1);
  return {
    key,
    atNs: crossing.provenNs,
    sentence:
      `${of(key)}${counted(stock, "unit")}, ${story(question, by, sold, single ? undefined : sales)}; ` +
      `the ${ordinal(stock + 1)} ${single ? "to complete" : "unit"} is ` +
      `${nameOf(history, crossing.row)} at ${at(crossing.provenNs)} ` +
      `(beyond the stock: ${listed(ids, beyond.length)})`,
    rows: witnesses(sales, last),
    count: sold[by] - stock,
  };
}

/** `103 acknowledged orders`, or what the answers and the audit say together. */
function story(
  { invariant, requests }: Question,
  by: "acknowledged" | "proven",
  sold: Sold,
  sales: readonly Sale[] | undefined,
): string {
  const noun = invariant.operation;
  const units = sales === undefined ? "" : `${formatCount(sold[by])} sold in `;
  const count = sales?.length ?? sold[by];
  if (by === "acknowledged") return `${units}${counted(count, `acknowledged ${noun}`)}`;
  const phantoms = distinctPhantoms(requests).length;
  return (
    `${units}${counted(count, noun)} by the answers and the audit together ` +
    `(${formatCount(sold.acknowledged)} acknowledged, ${formatCount(sold.audited)} stored` +
    `${phantoms > 0 ? `, ${formatCount(phantoms)} of them never asked for in this run` : ""})`
  );
}

/** Those beyond the stock first, then the last that still fitted. */
function witnesses(sales: readonly Sale[], last: number): number[] {
  const beyond = sales.slice(last, last + WITNESSES_MAX - 1);
  const before = sales.slice(Math.max(0, last - WITNESSES_MAX + beyond.length), last);
  return [...beyond, ...before.reverse()].map((sale) => sale.row);
}

/** In the order in which they were certain. */
function salesOf(question: Question, by: "acknowledged" | "proven"): Sale[] {
  const { history, requests } = question;
  const { returnNs } = history.columns;
  const sales: Sale[] = [];
  const add = (row: number, provenNs: number, units: number): void => {
    sales.push({ row, provenNs, units });
  };
  // Without a common identity, and with few enough acknowledged, it is the audit alone that says so.
  const auditOnly = by === "proven" && !requests.comparable;
  for (let request = 0; request < requests.count; request++) {
    const ok = auditOnly ? -1 : (requests.okRow[request] as number);
    const audited = requests.auditRow[request] as number;
    const units = requests.quantity[request] as number;
    if (ok >= 0) add(ok, requests.acknowledgedNs[request] as number, units);
    else if (by === "proven" && audited !== NONE) add(audited, returnNs[audited] as number, units);
  }
  const seen = auditOnly ? "audit" : by === "acknowledged" ? "answers" : "either";
  for (const extra of extrasSeen(requests, seen)) {
    const units = requests.quantity[extra.request] as number;
    add(extra.row, returnNs[extra.row] as number, units);
  }
  const phantoms = by === "proven" ? distinctPhantoms(requests) : [];
  for (const row of phantoms) add(row, returnNs[row] as number, requests.quantityOf(row));
  return sales.sort((a, b) => a.provenNs - b.provenNs);
}
