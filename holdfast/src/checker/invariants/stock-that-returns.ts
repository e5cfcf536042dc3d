/**
 * The three invariants of stock where units may come back. A sale counts as late as can be and a return as early, so
 * that an oversell is exact; a refusal and a reading are held against the bounds of `level.ts`, and where they pass
 * those, a search looks for an order that explains all of a key at once. Beyond its bounds the answer is `unknown`.
 */
import { formatCount } from "../../base/units.ts";
import type { OperationGroup } from "../../history/history.ts";
import { OUTCOME, PHASE } from "../../history/history.ts";
import type { Judgement, Question, Violation } from "../checker.ts";
import { proceed } from "../checker.ts";
import { WITNESSES_MAX } from "../finding.ts";
import type { Level } from "../level.ts";
import { orderOf } from "../level-order.ts";
import { LEVEL_SEARCH_WORDS_MAX, REFUSALS_TRIED_MAX, SEARCH_WORDS_FIRST } from "../limits.ts";
import type { SearchBounds } from "../search.ts";
import { at, counted, idOf, joined, listed, nameOf, of, ordinal } from "../wording.ts";
import { NONE } from "./code-map.ts";
import { companionsOf, ownGroups } from "./companions.ts";
import { stockOf } from "./sales.ts";
import { StockChanges } from "./stock-changes.ts";

interface KeyWithReturns {
  /** One of its groups. */
  readonly group: OperationGroup;
  readonly changes: StockChanges;
  readonly level: Level;
}

/** Loads one key after the other; gives those that no stock is stated for. */
function overKeys(
  question: Question,
  groups: readonly OperationGroup[],
  judgeKey: (loaded: KeyWithReturns) => void,
): string[] {
  const sales = ownGroups(question);
  const changes = new StockChanges(question);
  const unstated: string[] = [];
  for (const group of groups) {
    proceed(question);
    const stock = stockOf(question.invariant, group.key);
    if (stock === undefined) {
      unstated.push(group.key);
      continue;
    }
    question.requests.load(sales.get(group) ?? { ...group, from: 0, to: 0 });
    changes.load(group, stock);
    judgeKey({ group, changes, level: changes.level });
  }
  return unstated;
}

export function noOversellWithReturns(question: Question): Judgement {
  const violations: Violation[] = [];
  const total = { stock: 0, sold: 0, back: 0, undecided: 0 };
  const unstated = overKeys(question, question.groups, ({ group: { key }, changes, level }) => {
    level.settle();
    const { amounts, byNs, size } = level.changes;
    for (let place = 0; place < size; place++) {
      const amount = amounts[place] as number;
      if ((byNs[place] as number) === Number.POSITIVE_INFINITY) continue;
      if (amount < 0) total.sold -= amount;
      else total.back += amount;
    }
    total.stock += level.start;
    total.undecided += changes.undecided;
    const broken = oversold(question, key, level);
    if (broken !== undefined) violations.push(broken);
  });
  const held = joined([
    `${formatCount(total.sold)} sold of ${formatCount(total.stock)}`,
    total.back > 0 && `${formatCount(total.back)} restocked or given back`,
    total.undecided > 0 && counted(total.undecided, "undecided request"),
  ]);
  const missing = unstated.length > 0 ? `no stock is stated for ${listed(unstated)}` : undefined;
  return { violations, held, missing };
}

function oversold(question: Question, key: string, level: Level): Violation | undefined {
  const overdraft = level.overdraft();
  const { history, invariant } = question;
  // After the last trusted moment what was given back may be among what is missing.
  if (overdraft === undefined || overdraft.atNs > history.facts.trustedUntilNs) return undefined;
  const { atNs, falls } = overdraft;
  const { amounts, rows } = level.changes;
  const rises = level.risesBy(atNs);
  const sum = (places: readonly number[]): number =>
    Math.abs(places.reduce((units, place) => units + (amounts[place] as number), 0));
  const rowsOf = (places: readonly number[]): number[] =>
    places.map((place) => rows[place] as number);
  const latest = rowsOf(falls).reverse();
  const last = latest[0] as number;
  const single = falls.every((place) => amounts[place] === -1);
  const back = rises.length > 0 ? ` and at most ${formatCount(sum(rises))} more` : "";
  return {
    key,
    atNs,
    sentence:
      `${of(key)}${counted(level.start, "unit")}${back} by ${at(atNs)}, yet ` +
      (single ? "" : `${formatCount(sum(falls))} sold in `) +
      `${counted(falls.length, invariant.operation)} by then; ` +
      `the ${ordinal(falls.length)} to complete is ${nameOf(history, last)}`,
    rows: [
      ...latest.slice(0, WITNESSES_MAX - Math.min(2, rises.length)),
      ...rowsOf(rises).reverse(),
    ].slice(0, WITNESSES_MAX),
    count: 1,
  };
}

export function honestSoldOutWithReturns(question: Question): Judgement {
  const violations: Violation[] = [];
  const undecided: string[] = [];
  let refused = 0;
  let wordsLeft = LEVEL_SEARCH_WORDS_MAX;
  const unstated = overKeys(question, question.groups, ({ group: { key }, changes, level }) => {
    refused += changes.refused;
    if (changes.refused === 0) return;
    level.settle();
    const broken = earlyRefusal(question, key, level);
    if (broken !== undefined) {
      violations.push(broken);
      return;
    }
    // More was sold than there was, which no order explains: each refusal has been judged by itself.
    if (level.overdraft() !== undefined || !question.history.facts.finished) return;
    const bounds = { wordsMax: Math.min(SEARCH_WORDS_FIRST, wordsLeft), stop: question.stop };
    const order = orderOf(level, bounds);
    if (order.kind === "none") violations.push(impossible(question, key, level, order.row, bounds));
    if (order.kind !== "undecided") return;
    wordsLeft -= bounds.wordsMax;
    undecided.push(key);
  });
  const missing = joined(
    [
      unstated.length > 0 && `no stock is stated for ${listed(unstated)}`,
      undecided.length > 0 &&
        `too much happened at once to try every order for ${listed(undecided)}`,
    ],
    "; ",
  );
  return {
    violations,
    held: `${counted(refused, "refusal")} of "${question.invariant.operation}", none while there must have been enough`,
    missing: missing === "" ? undefined : missing,
    unmet: refused === 0 ? ["nobody was refused"] : [],
  };
}

function earlyRefusal(question: Question, key: string, level: Level): Violation | undefined {
  const misfit = level.wrongRefusal();
  if (misfit === undefined) return undefined;
  const { place, lowest, count } = misfit;
  const { rows, fromNs, byNs } = level.refusals;
  const row = rows[place] as number;
  const by = byNs[place] as number;
  return {
    key,
    atNs: by,
    sentence:
      `${of(key)}refused as sold out at ${at(by)} (${idOf(question.history, row)}) while ` +
      `${formatCount(lowest)} or more of ${counted(level.start, "unit")} were left all the time ` +
      `from ${at(fromNs[place] as number)} on`,
    rows: [row, ...level.latestRows(by, WITNESSES_MAX - 1)],
    count,
  };
}

/** No order explains all of a key; where one refusal alone is enough to show that, it is named. */
function impossible(
  question: Question,
  key: string,
  level: Level,
  stuck: number,
  bounds: SearchBounds,
): Violation {
  const { history } = question;
  const { refusals, changes } = level;
  const tried = Array.from({ length: Math.min(refusals.size, REFUSALS_TRIED_MAX) }, (_, i) => i);
  const alone = tried.find((place) => orderOf(level, bounds, place).kind === "none") ?? NONE;
  const refusal = refusals.rows[alone];
  const said =
    refusal === undefined
      ? `${counted(refusals.size, "refusal")}; ${idOf(history, stuck)} has no place in any order`
      : `the refusal ${idOf(history, refusal)} at ${at(refusals.byNs[alone] as number)}`;
  const atNs = history.columns.returnNs[stuck] as number;
  return {
    key,
    atNs,
    sentence:
      `${of(key)}of ${counted(level.start, "unit")}, no order of ` +
      `${counted(changes.size, "change")} explains ${said}`,
    rows: [refusal ?? stuck, stuck, ...level.latestRows(atNs, WITNESSES_MAX)],
    count: 1,
  };
}

export function stockAgreesWithReturns(question: Question): Judgement {
  const { history, invariant } = question;
  const { phase, outcome, result, invokeNs, returnNs } = history.columns;
  const reads = companionsOf(question, "reads");
  const violations: Violation[] = [];
  let readings = 0;
  const unstated = overKeys(question, reads.groups, ({ group: { key, from, to }, level }) => {
    for (let row = from; row < to; row++) {
      if (phase[row] !== PHASE.audit || outcome[row] !== OUTCOME.ok) continue;
      if ((returnNs[row] as number) > history.facts.trustedUntilNs) continue;
      const value = history.atoms.value(result[row] as number);
      const left = typeof value === "number" ? value : Number.NaN;
      readings += 1;
      level.read(row, left, invokeNs[row] as number, returnNs[row] as number);
    }
    level.settle();
    const broken = wrongReading(question, key, level);
    if (broken !== undefined) violations.push(broken);
  });
  const name = typeof invariant.options["reads"] === "string" ? invariant.options["reads"] : "";
  return {
    violations,
    held: `${counted(readings, "reading")}, all as sold and given back`,
    missing: unstated.length > 0 ? `no stock is stated for ${listed(unstated)}` : undefined,
    unmet: readings === 0 ? [`the audit has no reading of "${name}"`] : [],
  };
}

function wrongReading(question: Question, key: string, level: Level): Violation | undefined {
  const misfit = level.wrongReading();
  if (misfit === undefined) return undefined;
  const { place, lowest, highest, count } = misfit;
  const { rows, amounts, byNs } = level.readings;
  const row = rows[place] as number;
  const left = amounts[place] as number;
  const atNs = byNs[place] as number;
  const said = Number.isNaN(left) ? "nothing" : formatCount(left);
  const range =
    lowest >= highest ? formatCount(highest) : `${formatCount(lowest)} to ${formatCount(highest)}`;
  return {
    key,
    atNs,
    sentence:
      `${of(key)}${idOf(question.history, row)} says ${said}; of ${counted(level.start, "unit")}, ` +
      `with all that was sold and given back, ${range} must be left (read at ${at(atNs)})`,
    rows: [row, ...level.latestRows(atNs, WITNESSES_MAX - 1)],
    count,
  };
}
