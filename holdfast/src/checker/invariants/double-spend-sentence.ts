/** What is wrong with an account, in a sentence with the fewest operations that prove it. */
import { formatCount } from "../../base/units.ts";
import type { Question, Violation } from "../checker.ts";
import { WITNESSES_MAX } from "../finding.ts";
import type { Level, Misfit } from "../level.ts";
import { at, counted, idOf, listed, of } from "../wording.ts";

/** More was taken than was there. */
export function overdrawn(question: Question, key: string, level: Level): Violation | undefined {
  const overdraft = level.overdraft();
  // After the last trusted moment a credit may be among what is missing.
  const { trustedUntilNs } = question.history.facts;
  if (overdraft === undefined || overdraft.atNs > trustedUntilNs) return undefined;
  const { invariant } = question;
  const { atNs, falls } = overdraft;
  const { changes, start } = level;
  const rises = level.risesBy(atNs);
  const credited = rises.reduce((sum, place) => sum + (changes.amounts[place] as number), 0);
  const fewest = fewestBeyond(level, falls, start + credited);
  const total = -fewest.reduce((sum, place) => sum + (changes.amounts[place] as number), 0);
  const rows = fewest.map((place) => changes.rows[place] as number);
  const named = rows.slice(0, WITNESSES_MAX).map((row, i) => {
    const amount = -(changes.amounts[fewest[i] as number] as number);
    return `${idOf(question.history, row)} (${formatCount(amount)}, ${times(question, row)})`;
  });
  const credits =
    rises.length === 0
      ? `no credit was sent by ${at(atNs)}`
      : `${counted(rises.length, "credit")} of ${formatCount(credited)} had been sent by ${at(atNs)}`;
  const sums = `${formatCount(start)}${credited > 0 ? ` + ${formatCount(credited)}` : ""}`;
  return {
    key,
    atNs,
    sentence:
      `${of(key)}opened with ${formatCount(start)}, ${credits}, yet ` +
      `${counted(rows.length, invariant.operation)} took place: ${listed(named, rows.length)}; ` +
      `${formatCount(total)} > ${sums}`,
    rows: [...rows, ...rises.map((place) => changes.rows[place] as number)].slice(0, WITNESSES_MAX),
    count: 1,
  };
}

/** The largest falls, as few as exceed what was there, in order of their beginning. */
function fewestBeyond({ changes }: Level, falls: readonly number[], there: number): number[] {
  const { amounts, fromNs } = changes;
  const largest = falls.toSorted((a, b) => (amounts[a] as number) - (amounts[b] as number));
  let taken = 0;
  const count = largest.findIndex((place) => (taken -= amounts[place] as number) > there) + 1;
  return largest
    .slice(0, count)
    .sort((a, b) => (fromNs[a] as number) - (fromNs[b] as number) || a - b);
}

/** Somebody was told that there was not enough, and there was all the time. */
export function wrongRefusal(question: Question, key: string, level: Level): Violation | undefined {
  const misfit = level.wrongRefusal();
  if (misfit === undefined) return undefined;
  const { history } = question;
  const { refusals } = level;
  const row = refusals.rows[misfit.place] as number;
  const amount = refusals.amounts[misfit.place] as number;
  return {
    key,
    atNs: refusals.byNs[misfit.place] as number,
    sentence:
      `${of(key)}${history.operation(row).name} ${idOf(history, row)} of ${formatCount(amount)} was refused ` +
      `(${times(question, row)}) while ${formatCount(misfit.lowest)} or more was there all the time`,
    rows: [row, ...level.latestRows(refusals.byNs[misfit.place] as number, WITNESSES_MAX - 1)],
    count: misfit.count,
  };
}

/** A balance that the account never had. */
export function wrongBalance(question: Question, key: string, level: Level): Violation | undefined {
  const misfit = level.wrongReading();
  if (misfit === undefined) return undefined;
  const { readings } = level;
  const row = readings.rows[misfit.place] as number;
  const byNs = readings.byNs[misfit.place] as number;
  return {
    key,
    atNs: byNs,
    sentence:
      `${of(key)}the balance read was ${formatCount(readings.amounts[misfit.place] as number)} ` +
      `(${times(question, row)}), but it ${boundsOf(misfit)} then: opened with ${formatCount(level.start)}`,
    rows: [row, ...level.latestRows(byNs, WITNESSES_MAX - 1)],
    count: misfit.count,
  };
}

function boundsOf({ lowest, highest }: Misfit): string {
  if (lowest >= highest) return `was ${formatCount(highest)}`;
  return `was never below ${formatCount(lowest)} nor above ${formatCount(highest)}`;
}

/** Debits of the loaded requests that stand in the ledger more than once. */
export function repeatedEntries(question: Question, repeated: readonly number[]): Violation {
  const { requests, history } = question;
  const first = repeated[0] as number;
  const rows = requests.rowsStored(first);
  const row = requests.proof(first);
  const more = repeated.length > 1 ? `, and so ${counted(repeated.length - 1, "other")}` : "";
  return {
    key: requests.group.key,
    atNs: history.columns.returnNs[rows[0] as number] as number,
    sentence:
      `${of(requests.group.key)}${requests.group.name} ${idOf(history, row)} of ` +
      `${formatCount(requests.quantity[first] as number)} has ${formatCount(rows.length)} entries ` +
      `in the ledger${more}`,
    rows: [row, ...rows].slice(0, WITNESSES_MAX),
    count: repeated.length,
  };
}

/** Acknowledged debits of the loaded requests that a whole ledger does not have. */
export function lostEntries(question: Question, lost: readonly number[]): Violation {
  const { requests, history } = question;
  const rows = lost.map((request) => requests.okRow[request] as number);
  const [row] = rows as [number];
  const more = rows.length > 1 ? `, and so ${counted(rows.length - 1, "other")}` : "";
  return {
    key: requests.group.key,
    atNs: history.columns.returnNs[row] as number,
    sentence:
      `${of(requests.group.key)}${requests.group.name} ${idOf(history, row)} of ` +
      `${formatCount(requests.quantityOf(row))} was acknowledged (${times(question, row)}) and has ` +
      `no entry in the ledger${more}`,
    rows: rows.slice(0, WITNESSES_MAX),
    count: rows.length,
  };
}

/** `0.101 to 0.118 s`. */
function times({ history }: Question, row: number): string {
  const { invokeNs, returnNs } = history.columns;
  const from = at(invokeNs[row] as number);
  const to = at(returnNs[row] as number);
  return from === to ? `at ${to}` : `${from.replace(/ s$/, "")} to ${to}`;
}
