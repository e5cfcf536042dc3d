/**
 * Exactly one winner: of all that race for a key, one gets it; nobody is told "taken" before a winner could exist; and
 * not all are refused. An undecided attempt may be the winner, so it excuses the others but never convicts. Linear.
 */
import type { Checker, Judgement, Question, Violation } from "../checker.ts";
import { proceed } from "../checker.ts";
import { IDS_NAMED_MAX } from "../limits.ts";
import { distinctExtras, distinctPhantoms } from "./sales.ts";
import { at, counted, idOf, joined, listed, nameOf, of } from "../wording.ts";

export const exactlyOneWinner: Checker = {
  needsEveryOperation: true,
  needsOverlap: true,
  check,
};

function check(question: Question): Judgement {
  const { requests, groups, invariant } = question;
  const violations: Violation[] = [];
  let won = 0;
  let open = 0;
  let refused = 0;
  for (const group of groups) {
    proceed(question);
    requests.load(group);
    const contest = contestOf(question);
    refused += requests.rejectedRows.length;
    if (contest.winners.length > 0) won += 1;
    else if (contest.possibleNs < Number.POSITIVE_INFINITY) open += 1;
    const broken = breach(question, contest);
    if (broken !== undefined) violations.push({ ...broken, key: group.key });
  }
  const held = joined([
    `${counted(won, "winner")} for ${counted(won, "key")}`,
    `${counted(refused, "other")} refused`,
    open > 0 && `${counted(open, "key")} with nothing but unknown outcomes`,
  ]);
  const missing = won === 0 ? `no ${invariant.operation} was ever won` : undefined;
  return { violations, held, missing };
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

function breach(question: Question, contest: Contest): Omit<Violation, "key"> | undefined {
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
