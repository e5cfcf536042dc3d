/**
 * Every hold is settled once: what was held is released or refunded, never both, and never for more than was held.
 *
 *     hold h42: 20    ├────┤
 *     release 20            ├──────┤ ok
 *     refund 20               ├──────┤ ok        both took place, whichever came first
 *
 * A hold is a key; its request, releases and refunds may each be retried under an id of their own. What timed out and
 * was not found by the audit counts for nothing, and excuses a hold that is not settled. Linear.
 */
import { formatCount } from "../../base/units.ts";
import type { History, OperationGroup } from "../../history/history.ts";
import { auditIsWhole, OUTCOME, PHASE } from "../../history/history.ts";
import type { Checker, Judgement, Question, Violation } from "../checker.ts";
import { proceed } from "../checker.ts";
import { WITNESSES_MAX } from "../finding.ts";
import { at, counted, idOf, joined, listed, of } from "../wording.ts";
import type { GroupsByKey } from "./companions.ts";
import { companionsOf, keysOf, ownGroups } from "./companions.ts";
import { distinctExtras, distinctPhantoms } from "./sales.ts";

export const settledOnce: Checker = {
  needsEveryOperation: true,
  needsOverlap: false,
  check,
};

interface Tally {
  held: number;
  released: number;
  refunded: number;
  open: number;
}

function check(question: Question): Judgement {
  const { invariant, history } = question;
  const { release, refund } = invariant.options;
  const always = invariant.options["always"] === true;
  const violations: Violation[] = [];
  const tally: Tally = { held: 0, released: 0, refunded: 0, open: 0 };
  const holds = ownGroups(question);
  const releases = companionsOf(question, "release");
  // Where one operation is called both, it is a release.
  const refunds = companionsOf(question, refund === release ? "" : "refund");
  for (const hold of partsOf(history, holds, releases, refunds)) {
    const plain = plainExit(history, hold);
    if (plain !== undefined && !(plain === "open" && always)) {
      tally.held += 1;
      tally[plain] += 1;
      continue;
    }
    proceed(question);
    const broken = judgeHold(question, hold, tally);
    if (broken !== undefined) violations.push(broken);
  }
  const held = joined([
    counted(tally.held, invariant.operation),
    `${formatCount(tally.released)} released`,
    `${formatCount(tally.refunded)} refunded`,
    tally.open > 0 && `${formatCount(tally.open)} open`,
  ]);
  const incomplete = always && !auditIsWhole(history);
  const missing = incomplete
    ? "without a whole audit nobody knows which holds are open"
    : undefined;
  return { violations, held, missing };
}

/** All that is known of one key. */
interface Parts {
  readonly key: string;
  readonly hold: OperationGroup | undefined;
  readonly release: OperationGroup | undefined;
  readonly refund: OperationGroup | undefined;
}

/** The holds in their order, then what was settled without one, in order of its first exit. */
function* partsOf(
  { columns }: History,
  holds: GroupsByKey,
  releases: GroupsByKey,
  refunds: GroupsByKey,
): Iterable<Parts> {
  const partsOn = (group: OperationGroup): Parts => ({
    key: group.key,
    hold: holds.get(group),
    release: releases.get(group),
    refund: refunds.get(group),
  });
  for (const hold of holds.groups) yield partsOn(hold);
  const firstIn = (exit: OperationGroup | undefined): number =>
    exit === undefined ? Infinity : (columns.index[exit.from] as number);
  const firstOf = ({ release, refund }: Parts): number =>
    Math.min(firstIn(release), firstIn(refund));
  const others = keysOf(holds, releases, refunds).slice(holds.groups.length).map(partsOn);
  yield* others.sort((a, b) => firstOf(a) - firstOf(b));
}

/**
 * The usual case, told by a glance: one acknowledged hold, at most one exit, of the same amount and not over before it,
 * all else refused or the same request again, and nothing in the audit. Undefined for all that needs a closer look.
 */
function plainExit(
  history: History,
  { hold, release, refund }: Parts,
): "released" | "refunded" | "open" | undefined {
  if (hold === undefined) return undefined;
  const { value, invokeNs, returnNs } = history.columns;
  const held = onlyRequest(history, hold);
  if (held < 0) return undefined;
  const released = release === undefined ? NO_ROW : onlyRequest(history, release);
  const refunded = refund === undefined ? NO_ROW : onlyRequest(history, refund);
  if (released === SEVERAL || refunded === SEVERAL) return undefined;
  if (released >= 0 && refunded >= 0) return undefined;
  if (released < 0 && refunded < 0) return "open";
  const exit = Math.max(released, refunded);
  if (value[exit] !== value[held] || (returnNs[exit] as number) < (invokeNs[held] as number)) {
    return undefined;
  }
  return released >= 0 ? "released" : "refunded";
}

const NO_ROW = -1;
const SEVERAL = -2;

/** The first acknowledged row, where all acknowledged rows are one request with one answer and no audit lists any. */
function onlyRequest({ columns }: History, { from, to }: OperationGroup): number {
  const { outcome, phase, id, result } = columns;
  let only = NO_ROW;
  for (let row = from; row < to; row++) {
    if (phase[row] === PHASE.audit || outcome[row] === OUTCOME.unknown) return SEVERAL;
    if (outcome[row] !== OUTCOME.ok) continue;
    if (only === NO_ROW) only = row;
    else if (id[row] === 0 || id[row] !== id[only] || result[row] !== result[only]) return SEVERAL;
  }
  return only;
}

function judgeHold(
  question: Question,
  { key, hold: held, release, refund }: Parts,
  tally: Tally,
): Violation | undefined {
  const { split, always } = question.invariant.options;
  const hold = holdOf(question, held);
  const exits = exitsOf(question, "released", release);
  const back = exitsOf(question, "refunded", refund);
  const { effects } = exits;
  effects.push(...back.effects);
  if (hold.certain) tally.held += 1;
  if (effects[0]?.kind === "released") tally.released += 1;
  else if (effects.length > 0) tally.refunded += 1;
  else if (hold.certain) tally.open += 1;
  if (effects.length > 0) return breach(question, key, hold, effects, split === true);
  const open = !exits.undecided && !back.undecided && auditIsWhole(question.history);
  return unsettled(key, hold, always === true && open);
}

interface Hold {
  /** True when it was acknowledged or found by the audit; else it may or may not have taken place. */
  readonly certain: boolean;
  /** The row that shows it, -1 when nobody asked for it. */
  readonly row: number;
  /** The most that can have been held; undefined where nobody said how much. */
  readonly amount: number | undefined;
  readonly fromNs: number;
  readonly provenNs: number;
}

/** Something that took place for certain. */
interface Effect {
  readonly kind: "released" | "refunded";
  readonly row: number;
  readonly byNs: number;
  /** Undefined for all that was held. */
  readonly amount: number | undefined;
}

function holdOf(question: Question, group: OperationGroup | undefined): Hold {
  const { requests, history } = question;
  let certain = false;
  let row = -1;
  let amount: number | undefined = 0;
  let fromNs = Number.POSITIVE_INFINITY;
  let provenNs = Number.POSITIVE_INFINITY;
  if (group === undefined) return { certain, row, amount: undefined, fromNs, provenNs };
  const { returnNs } = history.columns;
  requests.load(group);
  for (let request = 0; request < requests.count; request++) {
    const proof = requests.proof(request);
    if (proof < 0 && !requests.undecided(request)) continue;
    const first = requests.firstRow[request] as number;
    if (row < 0 || (proof >= 0 && !certain)) row = proof >= 0 ? proof : first;
    if (proof >= 0) {
      certain = true;
      provenNs = Math.min(provenNs, returnNs[proof] as number);
    }
    fromNs = Math.min(fromNs, requests.invokeNs[request] as number);
    const stated = amountOf(question, first);
    amount = amount === undefined || stated === undefined ? undefined : amount + stated;
  }
  // What the audit lists and nobody asked for may be this hold, of any size.
  const [listedRow] = requests.phantomRows;
  if (listedRow === undefined) return { certain, row, amount, fromNs, provenNs };
  const shown = row < 0 ? listedRow : row;
  return { certain, row: shown, amount: undefined, fromNs: Number.NEGATIVE_INFINITY, provenNs };
}

function exitsOf(
  question: Question,
  kind: Effect["kind"],
  group: OperationGroup | undefined,
): { effects: Effect[]; undecided: boolean } {
  const effects: Effect[] = [];
  if (group === undefined) return { effects, undecided: false };
  const { requests, history } = question;
  const { result, returnNs } = history.columns;
  requests.load(group);
  const seen = new Set<number>();
  let undecided = false;
  const add = (row: number, asked: number): void => {
    // One entry of a ledger that two answers speak of is one effect.
    const entry = result[row] as number;
    if (entry !== 0 && seen.has(entry)) return;
    seen.add(entry);
    effects.push({ kind, row, byNs: returnNs[row] as number, amount: amountOf(question, asked) });
  };
  for (let request = 0; request < requests.count; request++) {
    const first = requests.firstRow[request] as number;
    if (requests.happened(request)) add(requests.proof(request), first);
    else if (requests.undecided(request)) undecided = true;
  }
  for (const extra of distinctExtras(requests, history)) {
    add(extra.row, requests.firstRow[extra.request] as number);
  }
  // Without a common identity the rows of the audit may be the very answers.
  if (requests.comparable) {
    const unknown = requests.anonymousUnknowns;
    for (const row of distinctPhantoms(requests).slice(unknown)) add(row, row);
  }
  return { effects, undecided };
}

/** What a row states in numbers, if it does. */
function amountOf({ requests, history }: Question, row: number): number | undefined {
  const code = history.columns.value[row] as number;
  const stated = typeof history.atoms.value(code) === "number";
  return stated ? requests.quantityOf(row) : undefined;
}

function breach(
  question: Question,
  key: string,
  hold: Hold,
  effects: readonly Effect[],
  split: boolean,
): Violation | undefined {
  const { history } = question;
  const ordered = effects.toSorted((a, b) => a.byNs - b.byNs);
  const name = ({ kind, row, byNs }: Effect): string =>
    `${kind} (${idOf(history, row)}, by ${at(byNs)})`;
  const rows = [...ordered.map(({ row }) => row), hold.row].filter((row) => row >= 0);
  const proof = (atNs: number, said: string, count: number): Violation => ({
    key,
    atNs,
    sentence: of(key) + said,
    rows: rows.slice(0, WITNESSES_MAX),
    count,
  });
  const [first] = ordered as [Effect];
  const other = ordered.find(({ kind }) => kind !== first.kind);
  if (other !== undefined && !split) {
    return proof(other.byNs, `${name(first)} and ${name(other)}`, ordered.length - 1);
  }
  // After the last trusted moment the hold may be among what is missing.
  if (first.byNs > history.facts.trustedUntilNs) return undefined;
  if (hold.row < 0) return proof(first.byNs, `${name(first)}, though nothing was ever held`, 1);
  if (first.byNs < hold.fromNs) {
    return proof(first.byNs, `${name(first)}, before the hold was sent at ${at(hold.fromNs)}`, 1);
  }
  // An exit that states no amount takes all; where the hold states none, one exit is all there can be.
  const whole = hold.amount ?? Number.POSITIVE_INFINITY;
  let settled = 0;
  let takenWhole = 0;
  for (const [i, effect] of ordered.entries()) {
    if (effect.byNs > history.facts.trustedUntilNs) return undefined;
    if (effect.amount === undefined) takenWhole += 1;
    else settled += effect.amount;
    const tooMuch = settled + takenWhole * (isFinite(whole) ? whole : 0) > whole;
    if (!tooMuch && !(takenWhole > 0 && settledBefore(ordered, i))) continue;
    const said = listed(ordered.slice(0, i + 1).map(name), i + 1);
    return proof(effect.byNs, `${heldWords(hold)}${said}${sumWords(ordered, i, whole)}`, 1);
  }
  return undefined;
}

/** True when one of the effects up to `last` takes all, and another takes something, too. */
function settledBefore(effects: readonly Effect[], last: number): boolean {
  const some = effects.slice(0, last + 1).filter(({ amount }) => amount !== 0);
  return some.length > 1;
}

function heldWords({ amount }: Hold): string {
  return amount === undefined ? "held once, " : `held ${formatCount(amount)}, `;
}

function sumWords(effects: readonly Effect[], last: number, whole: number): string {
  if (!isFinite(whole)) return "";
  const sum = effects
    .slice(0, last + 1)
    .reduce((total, { amount }) => total + (amount ?? whole), 0);
  return `; ${formatCount(sum)} > ${formatCount(whole)}`;
}

function unsettled(key: string, hold: Hold, judged: boolean): Violation | undefined {
  if (!judged || !hold.certain) return undefined;
  const held = hold.amount === undefined ? "what was held" : `the ${formatCount(hold.amount)} held`;
  return {
    key,
    atNs: hold.provenNs,
    sentence: `${of(key)}${held} at ${at(hold.provenNs)} is neither released nor refunded`,
    rows: [hold.row],
    count: 1,
  };
}
