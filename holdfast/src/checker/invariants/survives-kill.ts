/**
 * What was acknowledged, or read, before a kill -9 is there afterwards: acknowledged ⊆ recovered ⊆ attempted (durable
 * linearizability, Izraelevitz et al. 2016). The audit is held against the answers as in `acknowledged-is-stored.ts`;
 * what is added is when the kills were, what was in flight at them, and what had been read before. Linear.
 *
 *     write a  |---ok---|                  must be there
 *     write b              |-----X         in flight: there or not
 *     read              |--b--|  X         … but once it was read, it must be
 *                                kill -9
 *
 * A kill takes what a process had in its own memory. What it had given to the operating system survives, written to the
 * disk or not, so a pass says nothing of a loss of power; the sentence names the class of fault for that reason.
 */
import { formatCount } from "../../base/units.ts";
import { sortedJson } from "../../history/value-codec.ts";
import type { OperationGroup } from "../../history/history.ts";
import { OUTCOME, PHASE, textOf } from "../../history/history.ts";
import type { Value } from "../../record/value.ts";
import type { Checker, Judgement, Question } from "../checker.ts";
import { IDS_NAMED_MAX } from "../limits.ts";
import { at, counted, joined, listed, shortened } from "../wording.ts";
import type { Fault } from "./acknowledged-is-stored.ts";
import { comparison, names } from "./acknowledged-is-stored.ts";
import { NONE } from "./code-map.ts";
import { companionsOf } from "./companions.ts";

export const survivesKill: Checker = {
  needsEveryOperation: true,
  needsOverlap: false,
  check,
};

const FAULT_CLASS =
  "kill -9: what the page cache holds survives, a loss of power is another matter";

/** When the system was killed. */
interface Kill {
  readonly row: number;
  readonly invokeNs: number;
  readonly returnNs: number;
}

interface Tally {
  /** Requests acknowledged before the last kill. */
  before: number;
  inFlight: number;
  recovered: number;
  /** Things that were read before the last kill. */
  read: number;
}

function check(question: Question): Judgement {
  const { invariant } = question;
  const kills = killsOf(question);
  const readers = companionsOf(question, "reads");
  const tally: Tally = { before: 0, inFlight: 0, recovered: 0, read: 0 };
  const { violations, acknowledged, missing } = comparison(question, (here, lost) => {
    count(here, kills, tally);
    const unread = missingReads(here, readers.get(here.requests.group), kills, tally);
    return lostFault(here, kills, lost) ?? readFault(here, unread);
  });
  const last = kills.at(-1);
  const held = joined([
    last === undefined
      ? "no kill"
      : `${counted(kills.length, "kill")}, the last at ${at(last.invokeNs)}`,
    `${counted(acknowledged, `acknowledged ${invariant.operation}`)} stored, ${formatCount(tally.before)} of them from before a kill`,
    tally.inFlight > 0 &&
      `${formatCount(tally.recovered)} of ${formatCount(tally.inFlight)} in flight at a kill recovered`,
    tally.read > 0 && `${formatCount(tally.read)} read before a kill still there`,
  ]);
  const lacking = joined(
    [
      last === undefined &&
        `no ${JSON.stringify(invariant.options["kill"])} took place, so nothing was survived`,
      missing,
      last !== undefined &&
        missing === undefined &&
        tally.before === 0 &&
        "nothing was acknowledged before a kill",
    ],
    "; ",
  );
  return {
    violations,
    held: `${held} (${FAULT_CLASS})`,
    missing: lacking === "" ? undefined : lacking,
  };
}

/** All that may have taken place, in their order; of every key, because a kill is of the whole system. */
function killsOf({ history, invariant }: Question): Kill[] {
  const { outcome, invokeNs, returnNs } = history.columns;
  const kills: Kill[] = [];
  const { kill } = invariant.options;
  for (const group of typeof kill === "string" ? history.groupsOf(kill) : []) {
    for (let row = group.from; row < group.to; row++) {
      if (outcome[row] !== OUTCOME.ok && outcome[row] !== OUTCOME.unknown) continue;
      kills.push({ row, invokeNs: invokeNs[row] as number, returnNs: returnNs[row] as number });
    }
  }
  return kills.sort((a, b) => a.invokeNs - b.invokeNs);
}

/** Counts the requests of a key on either side of the kills. */
function count({ requests, history }: Question, kills: readonly Kill[], tally: Tally): void {
  const { invokeNs, returnNs } = history.columns;
  const lastNs = kills.at(-1)?.invokeNs ?? Number.NEGATIVE_INFINITY;
  for (let request = 0; request < requests.count; request++) {
    if ((requests.acknowledgedNs[request] as number) < lastNs) tally.before += 1;
    if ((requests.okRow[request] as number) >= 0) continue;
    // Without a row there is no time, and no kill within it.
    const row = requests.unknownRow[request] as number;
    const fromNs = invokeNs[row] as number;
    const toNs = returnNs[row] as number;
    if (!kills.some((kill) => fromNs <= kill.returnNs && kill.invokeNs <= toNs)) continue;
    tally.inFlight += 1;
    if (requests.auditRow[request] !== NONE) tally.recovered += 1;
  }
}

/** What was acknowledged and is gone, with the kill that came next. */
function lostFault(
  question: Question,
  kills: readonly Kill[],
  lost: readonly number[],
): Fault | undefined {
  const [first] = lost;
  if (first === undefined) return undefined;
  const { history, invariant } = question;
  const { returnNs } = history.columns;
  const atNs = returnNs[first] as number;
  const kill = kills.find(({ returnNs: killedNs }) => killedNs >= atNs);
  const when =
    kill === undefined ? "and no kill came after that" : `kill -9 at ${at(kill.invokeNs)}`;
  const others =
    lost.length > 1
      ? `; so ${lost.length > 2 ? "are" : "is"} ${names(history, lost.slice(1))}`
      : "";
  return {
    atNs,
    sentence:
      `${invariant.operation} ${names(history, [first])} was acknowledged at ${at(atNs)}, ${when}, ` +
      `and is absent from the audit${others}`,
    rows: kill === undefined ? lost : [first, kill.row, ...lost.slice(1)],
    count: lost.length,
  };
}

/** Something that was read before a kill and is not stored. */
interface Unread {
  readonly row: number;
  readonly name: string;
}

function readFault({ history }: Question, unread: readonly Unread[]): Fault | undefined {
  const [first] = unread;
  if (first === undefined) return undefined;
  const atNs = history.columns.returnNs[first.row] as number;
  const shown = unread.slice(0, IDS_NAMED_MAX).map(({ name }) => shortened(name));
  return {
    atNs,
    sentence:
      `${listed(shown, unread.length)} ${unread.length === 1 ? "was" : "were"} read by ${at(atNs)}, ` +
      `before a kill -9, and ${unread.length === 1 ? "is" : "are"} absent from the audit`,
    rows: unread.map(({ row }) => row),
    count: unread.length,
  };
}

/**
 * What was read of a key before the last kill and is not in the audit: each thing once, with the first read that shows
 * it. Where a row of the audit has no result, it may be anything, and nothing is missing for certain.
 */
function missingReads(
  { history, requests }: Question,
  reads: OperationGroup | undefined,
  kills: readonly Kill[],
  tally: Tally,
): Unread[] {
  const last = kills.at(-1);
  if (reads === undefined || last === undefined) return [];
  const { outcome, phase, returnNs, result } = history.columns;
  const seen = new Map<string, Unread>();
  for (let row = reads.from; row < reads.to; row++) {
    if (outcome[row] !== OUTCOME.ok || result[row] === 0) continue;
    if ((returnNs[row] as number) >= last.invokeNs) continue;
    const value = history.atoms.value(result[row] as number) as Value;
    for (const item of Array.isArray(value) ? (value as readonly Value[]) : [value]) {
      const name = sortedJson(item);
      if (item !== null && !seen.has(name)) seen.set(name, { row, name: textOf(item) });
    }
  }
  tally.read += seen.size;
  const { group } = requests;
  for (let row = group.from; row < group.to; row++) {
    if (phase[row] !== PHASE.audit || outcome[row] !== OUTCOME.ok) continue;
    if (result[row] === 0) return [];
    seen.delete(sortedJson(history.atoms.value(result[row] as number) as Value));
  }
  return [...seen.values()];
}
