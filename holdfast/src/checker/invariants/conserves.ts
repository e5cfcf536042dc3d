/**
 * Money is moved, never made or lost: every reading of all balances at one instant adds up to the same. A snapshot is
 * judged by itself, so no unknown outcome matters and an alarm needs nothing else. Linear.
 */
import { formatCount } from "../../base/units.ts";
import type { OperationGroup } from "../../history/history.ts";
import { OUTCOME } from "../../history/history.ts";
import type { Invariant } from "../../record/invariant.ts";
import type { Value } from "../../record/value.ts";
import type { Checker, Judgement, Question, Violation } from "../checker.ts";
import { proceed } from "../checker.ts";
import { at, counted, joined, listed, of, shortened } from "../wording.ts";
import { companionsOf, numberFor } from "./companions.ts";
import { wholeAmount } from "./money.ts";

export const conserves: Checker = {
  needsEveryOperation: false,
  needsOverlap: false,
  check,
};

function check(question: Question): Judgement {
  const { invariant } = question;
  const books = companionsOf(question, "snapshot");
  const violations: Violation[] = [];
  const unstated: string[] = [];
  let snapshots = 0;
  for (const group of books.groups) {
    proceed(question);
    const total = numberFor(question, "total", group.key);
    if (total === undefined) {
      unstated.push(shortened(group.key));
      continue;
    }
    const book = new Book(question, total);
    book.read(group);
    snapshots += book.snapshots;
    const broken = book.violation(group.key);
    if (broken !== undefined) violations.push(broken);
  }
  const { snapshot } = invariant.options;
  const missing = joined(
    [
      unstated.length > 0 && `no total is stated for ${listed(unstated)}`,
      snapshots === 0 && `there is no answer of "${typeof snapshot === "string" ? snapshot : ""}"`,
    ],
    "; ",
  );
  return {
    violations,
    held: `${counted(snapshots, "snapshot")}, each adds up to what it must`,
    missing: missing === "" ? undefined : missing,
  };
}

/** What a snapshot says, worked out once per different answer. */
interface Sum {
  readonly total: number;
  /** The lowest balance, and whose it is; infinite where only the sum was told. */
  readonly lowest: number;
  readonly account: string;
}

/** The wrong snapshots of one key that are worth showing: the first, the lowest and the highest. */
class Book {
  snapshots = 0;
  readonly #question: Question;
  readonly #total: number;
  readonly #floor: number;
  readonly #sums = new Map<number, Sum>();
  #wrong = 0;
  #first = -1;
  #lowest = -1;
  #highest = -1;

  constructor(question: Question, total: number) {
    this.#question = question;
    this.#total = total;
    this.#floor = floorOf(question.invariant);
  }

  read({ from, to }: OperationGroup): void {
    const { outcome, result, returnNs } = this.#question.history.columns;
    for (let row = from; row < to; row++) {
      const code = result[row] as number;
      if (outcome[row] !== OUTCOME.ok || code === 0) continue;
      this.snapshots += 1;
      const { total, lowest } = this.#sumOf(code);
      if (total === this.#total && lowest >= this.#floor) continue;
      this.#wrong += 1;
      const before = this.#first < 0 ? Infinity : (returnNs[this.#first] as number);
      if ((returnNs[row] as number) < before) this.#first = row;
      if (this.#lowest < 0 || total < this.#at(this.#lowest).total) this.#lowest = row;
      if (this.#highest < 0 || total > this.#at(this.#highest).total) this.#highest = row;
    }
  }

  violation(key: string): Violation | undefined {
    const first = this.#first;
    if (first < 0) return undefined;
    const { returnNs } = this.#question.history.columns;
    const atNs = returnNs[first] as number;
    const what = wrongWords(this.#at(first), this.#total);
    return {
      key,
      atNs,
      sentence: `${of(key)}the snapshot at ${at(atNs)} ${what}${this.#extent()}`,
      rows: [first, this.#worst(), this.#lowest, this.#highest],
      count: this.#wrong,
    };
  }

  #extent(): string {
    if (this.#wrong === 1) return "";
    const { returnNs } = this.#question.history.columns;
    const say = (row: number): string =>
      `${formatCount(this.#at(row).total)} at ${at(returnNs[row] as number)}`;
    return (
      ` (${formatCount(this.#wrong)} of ${counted(this.snapshots, "snapshot")} are wrong: ` +
      `lowest ${say(this.#lowest)}, highest ${say(this.#highest)})`
    );
  }

  #worst(): number {
    const far = (row: number): number => Math.abs(this.#at(row).total - this.#total);
    return far(this.#lowest) >= far(this.#highest) ? this.#lowest : this.#highest;
  }

  #at(row: number): Sum {
    return this.#sumOf(this.#question.history.columns.result[row] as number);
  }

  #sumOf(code: number): Sum {
    let sum = this.#sums.get(code);
    if (sum === undefined) {
      sum = sumOf(this.#question.history.atoms.value(code));
      this.#sums.set(code, sum);
    }
    return sum;
  }
}

function wrongWords({ total, lowest, account }: Sum, expected: number): string {
  const off = Math.abs(total - expected);
  if (off === 0) return `has ${shortened(account)} at ${formatCount(lowest)}, below zero`;
  return (
    `adds up to ${formatCount(total)}, expected ${formatCount(expected)}: ` +
    `${formatCount(off)} ${total < expected ? "lost" : "too much"}`
  );
}

/** What is wrong with one answer; undefined where nothing is, or where it cannot be added up. */
export function wrongSnapshot(
  invariant: Invariant,
  expected: number,
  snapshot: Value,
): string | undefined {
  try {
    const sum = sumOf(snapshot);
    const right = sum.total === expected && sum.lowest >= floorOf(invariant);
    return right ? undefined : wrongWords(sum, expected);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function floorOf({ options }: Invariant): number {
  return options["negative"] === true ? Number.NEGATIVE_INFINITY : 0;
}

function sumOf(snapshot: Value | undefined): Sum {
  if (snapshot === null || typeof snapshot !== "object" || Array.isArray(snapshot)) {
    const total = wholeAmount(snapshot, "a snapshot that is no {account: balance}");
    return { total, lowest: Number.POSITIVE_INFINITY, account: "" };
  }
  let total = 0;
  let lowest = Number.POSITIVE_INFINITY;
  let account = "";
  for (const [name, value] of Object.entries(snapshot)) {
    const balance = wholeAmount(value, "a balance");
    total += balance;
    if (balance >= lowest) continue;
    lowest = balance;
    account = name;
  }
  return { total, lowest, account };
}
