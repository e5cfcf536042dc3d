/**
 * "Sold out" is honest: it is said only when every unit could really have been taken by then, and no sale begins after
 * it was said. Stock only falls here, so a sale is placed at its invocation and a rejection at its return; what timed
 * out and was not resolved may have taken its units at any time after it was sent.
 *
 * Exact for any quantities. For equal ones, the usual case, it is a count: with T the earliest return of a rejection,
 * no sale begins after T, and the sales and undecided requests begun by T are enough to take all.
 */
import { formatCount } from "../../base/units.ts";
import type { Checker, Judgement, Question, Violation } from "../checker.ts";
import { proceed } from "../checker.ts";
import { WITNESSES_MAX } from "../finding.ts";
import type { Timed } from "./quantity-sweep.ts";
import { sweepQuantities } from "./quantity-sweep.ts";
import type { RequestTable } from "./requests.ts";
import { piecesOf } from "./requests.ts";
import { soldUnits, stockOf } from "./sales.ts";
import { stockReturns } from "./stock-changes.ts";
import { honestSoldOutWithReturns } from "./stock-that-returns.ts";
import { at, counted, idOf, joined, listed, nameOf, of } from "../wording.ts";

export const honestSoldOut: Checker = {
  needsEveryOperation: true,
  needsOverlap: true,
  check,
};

function check(question: Question): Judgement {
  if (stockReturns(question.invariant)) return honestSoldOutWithReturns(question);
  const { requests, invariant, groups } = question;
  const violations: Violation[] = [];
  const unstated: string[] = [];
  const inexact: string[] = [];
  let rejected = 0;
  let undecided = 0;
  for (const group of groups) {
    proceed(question);
    const stock = stockOf(invariant, group.key);
    if (stock === undefined) {
      unstated.push(group.key);
      continue;
    }
    requests.load(group);
    if (requests.rejectedRows.length === 0) continue;
    rejected += requests.rejectedRows.length;
    const units = unitsOf(question, stock);
    undecided += units.undecided;
    const { row, exact } = units.each > 0 ? countUnits(question, units) : sweep(question, units);
    if (row !== undefined) violations.push(violation(question, group.key, units, row));
    if (!exact) inexact.push(group.key);
  }
  const held = joined([
    `${counted(rejected, "refusal")} of "${invariant.operation}", none before the stock could be gone`,
    undecided > 0 && `${counted(undecided, "undecided request")} considered`,
  ]);
  const missing = joined(
    [
      unstated.length > 0 && `no stock is stated for ${listed(unstated)}`,
      inexact.length > 0 && `too many undecided quantities to try for ${listed(inexact)}`,
    ],
    "; ",
  );
  const unmet = rejected === 0 ? ["nobody was refused"] : [];
  return { violations, held, missing: missing === "" ? undefined : missing, unmet };
}

interface Units {
  readonly stock: number;
  /** The quantity of every sale, undecided request and rejection; 0 when they differ. */
  readonly each: number;
  /** Units sold that no request's interval accounts for: they may have been gone from the start. */
  readonly early: number;
  /** Undecided requests. */
  readonly undecided: number;
}

/** The first rejection that is a lie, if there is one. */
interface Answer {
  readonly row: number | undefined;
  readonly exact: boolean;
}

function unitsOf({ requests }: Question, stock: number): Units {
  const quantities = new Set<number>();
  let placed = 0;
  let undecided = 0;
  for (let request = 0; request < requests.count; request++) {
    const open = requests.undecided(request);
    if (open) undecided += 1;
    if (!open && !requests.happened(request)) continue;
    const quantity = requests.quantity[request] as number;
    quantities.add(quantity).add(quantity + (requests.spare[request] as number));
    if (!open) placed += quantity;
  }
  for (const row of requests.rejectedRows) quantities.add(requests.quantityOf(row));
  const early = Math.max(0, soldUnits(requests).proven - placed);
  const [each = 0] = quantities;
  const equal = quantities.size === 1 && early % each === 0;
  return { stock, each: equal ? each : 0, early, undecided };
}

function countUnits({ requests, history }: Question, units: Units): Answer {
  const { returnNs } = history.columns;
  let row = requests.rejectedRows[0] as number;
  for (const other of requests.rejectedRows) {
    if ((returnNs[other] as number) < (returnNs[row] as number)) row = other;
  }
  const begun = begunBy(requests, units, returnNs[row] as number);
  const capacity = Math.floor(units.stock / units.each) * units.each;
  const lie = begun.later > 0 || begun.sold + begun.undecided < capacity;
  return { row: lie ? row : undefined, exact: true };
}

/** Units of what had begun by a time, and of the sales that began later. */
function begunBy(
  requests: RequestTable,
  { early }: Units,
  atNs: number,
): { sold: number; undecided: number; later: number } {
  const begun = { sold: early, undecided: 0, later: 0 };
  for (let request = 0; request < requests.count; request++) {
    const quantity = requests.quantity[request] as number;
    const inTime = (requests.invokeNs[request] as number) <= atNs;
    const happened = requests.happened(request);
    if (happened && inTime) begun.sold += quantity;
    else if (happened) begun.later += quantity;
    else if (inTime && requests.undecided(request)) begun.undecided += quantity;
    else continue;
    if (inTime) begun.undecided += requests.spare[request] as number;
  }
  return begun;
}

function sweep({ requests, history }: Question, units: Units): Answer {
  const sold: Timed[] = [{ atNs: Number.NEGATIVE_INFINITY, quantity: units.early }];
  const undecided: Timed[] = [];
  for (let request = 0; request < requests.count; request++) {
    const atNs = requests.invokeNs[request] as number;
    const quantity = requests.quantity[request] as number;
    const spare = requests.spare[request] as number;
    if (requests.happened(request)) sold.push({ atNs, quantity });
    else if (requests.undecided(request)) undecided.push({ atNs, quantity });
    else continue;
    for (const piece of piecesOf(spare)) undecided.push({ atNs, quantity: piece });
  }
  const rejected = requests.rejectedRows.map((row) => ({
    atNs: history.columns.returnNs[row] as number,
    quantity: requests.quantityOf(row),
  }));
  const { unexplained, exact } = sweepQuantities(units.stock, sold, undecided, rejected);
  return {
    row: unexplained === undefined ? undefined : requests.rejectedRows[unexplained],
    exact,
  };
}

function violation(question: Question, key: string, units: Units, row: number): Violation {
  const { history, requests } = question;
  const { returnNs, invokeNs } = history.columns;
  const atNs = returnNs[row] as number;
  const quantity = requests.quantityOf(row);
  const begun = begunBy(requests, units, atNs);
  const possible = begun.sold + begun.undecided;
  const refusal = `${of(key)}${quantity === 1 ? "" : `${formatCount(quantity)} units were `}refused as sold out`;
  const said = `${refusal} at ${at(atNs)} (${idOf(history, row)})`;
  const sums =
    `${formatCount(begun.sold)} sold` +
    (begun.undecided > 0 ? ` + ${formatCount(begun.undecided)} undecided` : "");
  if (possible <= units.stock - quantity) {
    return {
      key,
      atNs,
      sentence:
        `${said} while at most ${formatCount(possible)} of ${formatCount(units.stock)} ` +
        `could be taken: ${sums}, begun by then`,
      rows: [row, ...laterSales(question, atNs, 0)].slice(0, WITNESSES_MAX),
      count: lies(question, units),
    };
  }
  const later = laterSales(question, atNs, quantity);
  const [next] = later;
  if (next !== undefined) {
    return {
      key,
      atNs: returnNs[next] as number,
      sentence:
        `${said}, yet ${nameOf(history, next)} was sold after that, begun at ` +
        `${at(invokeNs[next] as number)}, and nothing was given back in between`,
      rows: [row, ...later].slice(0, WITNESSES_MAX),
      count: later.length,
    };
  }
  return {
    key,
    atNs,
    sentence:
      `${said}, which fits no choice of the undecided requests: ${sums} had begun by then, and ` +
      `${formatCount(begun.sold + begun.later)} of ${formatCount(units.stock)} were sold in all`,
    rows: [row, ...laterSales(question, atNs, 0)].slice(0, WITNESSES_MAX),
    count: 1,
  };
}

/** Rows that prove the sales of at least `quantity` that began after a time, in order of their beginning. */
function laterSales({ requests }: Question, atNs: number, quantity: number): number[] {
  const rows: number[] = [];
  for (let request = 0; request < requests.count; request++) {
    const later = (requests.invokeNs[request] as number) > atNs;
    const large = (requests.quantity[request] as number) >= quantity;
    if (later && large && requests.happened(request)) rows.push(requests.proof(request));
  }
  return rows;
}

/** How many rejections came back before all could have been taken. */
function lies({ requests, history }: Question, units: Units): number {
  const begun: Timed[] = [];
  for (let request = 0; request < requests.count; request++) {
    if (!requests.happened(request) && !requests.undecided(request)) continue;
    const quantity = (requests.quantity[request] as number) + (requests.spare[request] as number);
    begun.push({ atNs: requests.invokeNs[request] as number, quantity });
  }
  begun.sort((a, b) => a.atNs - b.atNs);
  let taken = units.early;
  let next = 0;
  let count = 0;
  const rejected = requests.rejectedRows.map((row) => ({
    atNs: history.columns.returnNs[row] as number,
    quantity: requests.quantityOf(row),
  }));
  for (const rejection of rejected.sort((a, b) => a.atNs - b.atNs)) {
    for (; next < begun.length && (begun[next] as Timed).atNs <= rejection.atNs; next++) {
      taken += (begun[next] as Timed).quantity;
    }
    if (taken <= units.stock - rejection.quantity) count += 1;
  }
  return count;
}
