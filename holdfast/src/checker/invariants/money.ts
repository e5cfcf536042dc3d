/** What the invariants of money share: whole amounts, and the operations of one account as changes of a level. */
import type { OperationGroup } from "../../history/history.ts";
import { OUTCOME } from "../../history/history.ts";
import type { Value } from "../../record/value.ts";
import type { Question } from "../checker.ts";
import type { Level } from "../level.ts";
import { NONE } from "./code-map.ts";
import { piecesOf } from "./requests.ts";

/** An amount whose sums are exact; throws a RangeError that says of `what` it must be a whole number. */
export function wholeAmount(amount: Value | undefined, what: string): number {
  if (Number.isSafeInteger(amount)) return amount as number;
  throw new RangeError(
    `${what} must be a whole number (count in the smallest unit, such as cents), ` +
      `got ${JSON.stringify(amount) ?? "nothing"}`,
  );
}

export interface Tally {
  /** Acknowledged debits, and what they add up to. */
  debits: number;
  debited: number;
  refused: number;
  readings: number;
  undecided: number;
  resolved: number;
}

/**
 * Adds the requests that `question.requests` is loaded with to the level, as rises (`sign` 1) or falls (-1). What the
 * audit lists besides what is certain may be as it says or not: it convicts nobody, and may excuse a refusal.
 */
export function addRequests(question: Question, level: Level, sign: 1 | -1, tally: Tally): void {
  const { requests, history } = question;
  const { returnNs } = history.columns;
  requests.requireQuantities();
  for (let request = 0; request < requests.count; request++) {
    const amount = sign * (requests.quantity[request] as number);
    const from = requests.invokeNs[request] as number;
    const ok = requests.okRow[request] as number;
    const audited = requests.auditRow[request] as number;
    if (ok >= 0) level.change(ok, amount, from, requests.acknowledgedNs[request] as number);
    else if (audited !== NONE) {
      level.change(audited, amount, from, returnNs[audited] as number);
      tally.resolved += 1;
    } else if (requests.undecided(request)) {
      level.change(requests.unknownRow[request] as number, amount, from, NEVER);
      tally.undecided += 1;
    }
    for (const piece of piecesOf(requests.spare[request] as number)) {
      level.change(requests.firstRow[request] as number, sign * piece, from, NEVER);
    }
    if (sign === -1 && ok >= 0) {
      tally.debits += 1;
      tally.debited -= amount;
    }
    for (let again = 1; again < (requests.auditRows[request] as number); again++) {
      level.change(audited, amount, from, NEVER);
    }
  }
  for (const row of requests.phantomRows) {
    level.change(row, sign * requests.quantityOf(row), Number.NEGATIVE_INFINITY, NEVER);
  }
}

const NEVER = Number.POSITIVE_INFINITY;

/**
 * Adds the refusals of the debits that `question.requests` is loaded with, but for those with another reason. A server
 * may answer a repeated request with the refusal that it gave the first time, so the moment of a refusal is sought from
 * the first attempt on.
 */
export function addRefusals(
  question: Question,
  level: Level,
  tally: Tally,
  saysShort: (reason: Value | undefined) => boolean,
): void {
  const { requests, history } = question;
  const { invokeNs, returnNs, result } = history.columns;
  for (const row of requests.rejectedRows) {
    if (!saysShort(history.atoms.value(result[row] as number))) continue;
    const byNs = returnNs[row] as number;
    // What explains a refusal after the last trusted moment may be among what is missing.
    if (byNs > history.facts.trustedUntilNs) continue;
    tally.refused += 1;
    const request = requests.requestWithIdOf(row);
    const first = request < 0 ? row : (requests.firstRow[request] as number);
    const from = Math.min(invokeNs[first] as number, invokeNs[row] as number);
    level.refused(row, requests.quantityOf(row), from, byNs);
  }
}

/** Adds the readings of one account, a whole number each. */
export function addReadings(
  { history }: Question,
  { from, to }: OperationGroup,
  level: Level,
  tally: Tally,
): void {
  const { outcome, result, invokeNs, returnNs } = history.columns;
  for (let row = from; row < to; row++) {
    const code = result[row] as number;
    if (outcome[row] !== OUTCOME.ok || code === 0) continue;
    // What explains a balance that was seen after the last trusted moment may be among what is missing.
    if ((returnNs[row] as number) > history.facts.trustedUntilNs) continue;
    const balance = wholeAmount(history.atoms.value(code), "a balance");
    tally.readings += 1;
    level.read(row, balance, invokeNs[row] as number, returnNs[row] as number);
  }
}
