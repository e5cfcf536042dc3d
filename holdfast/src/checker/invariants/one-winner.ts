/**
 * Exactly one winner: of all that race for a key, one gets it; nobody is told "taken" before a winner could exist, or
 * while the key still looks free; it does not look free once it is won; not all are refused; and what is stored is what
 * the winner asked for. An undecided attempt may be the winner, so it excuses the others but never convicts. Linear.
 */
import { sortedJson } from "../../history/value-codec.ts";
import type { OperationGroup } from "../../history/history.ts";
import { OUTCOME, textOf } from "../../history/history.ts";
import type { Value } from "../../record/value.ts";
import type { Checker, Judgement, Question, Violation } from "../checker.ts";
import { proceed } from "../checker.ts";
import { IDS_NAMED_MAX } from "../limits.ts";
import { NONE } from "./code-map.ts";
import { companionsOf } from "./companions.ts";
import { distinctExtras, distinctPhantoms } from "./sales.ts";
import { at, counted, idOf, joined, listed, nameOf, of, shortened } from "../wording.ts";

export const exactlyOneWinner: Checker = {
  needsEveryOperation: true,
  needsOverlap: true,
  check,
};

function check(question: Question): Judgement {
  const { requests, groups, invariant } = question;
  const readers = companionsOf(question, "reads");
  const free = freeCode(question);
  const violations: Violation[] = [];
  let won = 0;
  let open = 0;
  let refused = 0;
  for (const group of groups) {
    proceed(question);
    requests.load(group);
    const contest = contestOf(question);
    const lastFree = lastFreeRow(question, readers.get(group), free);
    refused += requests.rejectedRows.length;
    if (contest.winners.length > 0) won += 1;
    else if (contest.possibleNs < Number.POSITIVE_INFINITY) open += 1;
    const broken = breach(question, contest, lastFree);
    if (broken !== undefined) violations.push({ ...broken, key: group.key });
  }
  const held = joined([
    `${counted(won, "winner")} for ${counted(won, "key")}`,
    `${counted(refused, "other")} refused`,
    open > 0 && `${counted(open, "key")} with nothing but unknown outcomes`,
  ]);
  const unmet = won === 0 ? [`no ${invariant.operation} was ever won`] : [];
  return { violations, held, unmet };
}

interface Contest {
  /** Rows that prove a winner each. */
  winners: number[];
  /** When somebody could first have won: the winner's first attempt, or without one the first undecided attempt. */
  possibleNs: number;
}

function contestOf({ requests, history }: Question): Contest {
  // Where the audit cannot be compared with the answers, its rows may be the very winners that were acknowledged.
  const winners = requests.comparable ? distinctPhantoms(requests) : [];
  let winnerNs = winners.length > 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  let openNs = Number.POSITIVE_INFINITY;
  for (let request = 0; request < requests.count; request++) {
    const invokeNs = requests.invokeNs[request] as number;
    if (requests.happened(request)) {
      winners.push(requests.proof(request));
      winnerNs = Math.min(winnerNs, invokeNs);
    } else if (requests.undecided(request)) openNs = Math.min(openNs, invokeNs);
  }
  for (const extra of distinctExtras(requests, history)) winners.push(extra.row);
  return { winners, possibleNs: winners.length > 0 ? winnerNs : openNs };
}

/** Whether a code is the value that says that nobody has the key; decoded once per code. */
function freeCode({ history, invariant }: Question): (code: number) => boolean {
  const free = sortedJson(invariant.options["free"] ?? null);
  const known = new Map<number, boolean>();
  return (code) => {
    const before = known.get(code);
    if (before !== undefined) return before;
    // A read that told nothing is not the same as any value.
    const isFree = sortedJson(history.atoms.value(code) as Value) === free;
    known.set(code, isFree);
    return isFree;
  };
}

/** Of the reads that found the key free the one that began last; -1 without one. */
function lastFreeRow(
  { history }: Question,
  reads: OperationGroup | undefined,
  isFree: (code: number) => boolean,
): number {
  const { outcome, result } = history.columns;
  // Rows are in order of invocation.
  for (let row = (reads?.to ?? 0) - 1; row >= (reads?.from ?? 0); row--) {
    if (outcome[row] === OUTCOME.ok && isFree(result[row] as number)) return row;
  }
  return NONE;
}

function breach(
  question: Question,
  contest: Contest,
  lastFree: number,
): Omit<Violation, "key"> | undefined {
  const { requests, history, invariant } = question;
  const { returnNs } = history.columns;
  const key = requests.group.key;
  const { winners, possibleNs } = contest;
  const noun = invariant.operation;
  if (winners.length > 1) {
    const rows = winners.toSorted((a, b) => (returnNs[a] as number) - (returnNs[b] as number));
    const names = rows
      .slice(0, IDS_NAMED_MAX)
      .map((row) => `${nameOf(history, row)} (${idOf(history, row)})`);
    return {
      atNs: returnNs[rows[1] as number] as number,
      sentence:
        `${of(key)}${counted(rows.length, "winner")} of one ${noun}: ` +
        `${listed(names, rows.length)}; the second at ${at(returnNs[rows[1] as number] as number)}`,
      rows,
      count: rows.length - 1,
    };
  }
  const stale = lastFree === NONE ? undefined : freeAfterAll(question, contest, lastFree);
  if (stale !== undefined) return stale;
  const other = otherPayload(question);
  if (other !== undefined) return other;
  const early = requests.rejectedRows.filter((row) => (returnNs[row] as number) < possibleNs);
  if (early.length === 0) return undefined;
  const first = early.reduce((a, b) => ((returnNs[b] as number) < (returnNs[a] as number) ? b : a));
  const atNs = returnNs[first] as number;
  if (possibleNs === Number.POSITIVE_INFINITY) {
    return {
      atNs,
      sentence: `${of(key)}all ${counted(early.length, noun)} were refused and none won`,
      rows: early,
      count: 1,
    };
  }
  return {
    atNs,
    sentence:
      `${of(key)}${idOf(history, first)} was told at ${at(atNs)} that it was taken, before any ` +
      `${noun} that could have won was sent (${at(possibleNs)})`,
    rows: [first, ...winners],
    count: early.length,
  };
}

/** A key that looks free although it was won, or somebody had been told that it was. */
function freeAfterAll(
  { requests, history }: Question,
  { winners }: Contest,
  free: number,
): Omit<Violation, "key"> | undefined {
  const { invokeNs, returnNs, result } = history.columns;
  const freeNs = invokeNs[free] as number;
  const won = winners.find((row) => (returnNs[row] as number) < freeNs);
  const told = requests.rejectedRows.find((row) => (returnNs[row] as number) < freeNs);
  const before = won ?? told;
  if (before === undefined) return undefined;
  const key = requests.group.key;
  const what =
    before === won
      ? `${idOf(history, before)} won at ${at(returnNs[before] as number)}`
      : `${idOf(history, before)} was told at ${at(returnNs[before] as number)} that it was taken`;
  const seen = textOf(history.atoms.value(result[free] as number) ?? null);
  return {
    atNs: returnNs[free] as number,
    sentence: `${of(key)}${what}, yet a read that began at ${at(freeNs)} found it free (${seen})`,
    rows: [before, free],
    count: 1,
  };
}

/** What is stored under the winner's id with another payload than it asked for. */
function otherPayload({ requests, history }: Question): Omit<Violation, "key"> | undefined {
  const { value, returnNs } = history.columns;
  for (let request = 0; request < requests.count; request++) {
    const ok = requests.okRow[request] as number;
    const audit = requests.auditRow[request] as number;
    if (ok === NONE || audit === NONE || value[ok] === 0 || value[audit] === 0) continue;
    if (value[ok] === value[audit]) continue;
    const [asked, stored] = [ok, audit].map((row) =>
      shortened(textOf(history.operation(row).value ?? null)),
    );
    return {
      atNs: returnNs[audit] as number,
      sentence:
        `${of(requests.group.key)}${idOf(history, ok)} won with ${asked} at ` +
        `${at(returnNs[ok] as number)}, and ${stored} is stored`,
      rows: [ok, audit],
      count: 1,
    };
  }
  return undefined;
}
