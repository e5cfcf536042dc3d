/**
 * Reads are fresh: per key, a value that is written and read behaves as if there were one copy of it, whichever worker
 * answers. Where each write is of a value of its own, `value-zones.ts` decides exactly and near-linearly; a key where a
 * value was written twice is searched for an order, with bounded effort.
 *
 * A value that nobody wrote is the one at the start, where no other is stated; each key has one.
 */
import { sortedJson } from "../../history/value-codec.ts";
import type { History, OperationGroup } from "../../history/history.ts";
import { OUTCOME, PHASE } from "../../history/history.ts";
import type { Value } from "../../record/value.ts";
import type { Checker, Judgement, Question, Violation } from "../checker.ts";
import { proceed } from "../checker.ts";
import { SEARCH_WORDS_FIRST } from "../limits.ts";
import { register } from "../models/register.ts";
import { searched } from "../object-model.ts";
import type { Placeable } from "../search.ts";
import { ValueZones } from "../value-zones.ts";
import { counted, joined, shortened } from "../wording.ts";
import { CodeMap, NONE } from "./code-map.ts";
import { companionsOf, keysOf, ownGroups } from "./companions.ts";
import { broken, staleness } from "./fresh-reads-sentence.ts";

export const freshReads: Checker = {
  needsEveryOperation: true,
  needsOverlap: false,
  check,
};

const START = 0;
const bySearch = searched(register);

/** The rows of one key. */
export interface Register {
  readonly key: string;
  readonly writes: OperationGroup | undefined;
  readonly reads: OperationGroup | undefined;
}

function check(question: Question): Judgement {
  const writes = ownGroups(question);
  const reads = companionsOf(question, "read");
  const reading = new Reading(question);
  const violations: Violation[] = [];
  const undecided: string[] = [];
  for (const group of keysOf(writes, reads)) {
    proceed(question);
    const { key } = group;
    const found = reading.judge({ key, writes: writes.get(group), reads: reads.get(group) });
    if (found === "undecided") undecided.push(shortened(key));
    else if (found !== undefined) violations.push(found);
  }
  const { tally } = reading;
  const held = joined([
    `${counted(tally.reads, "read")} on ${counted(reads.groups.length, "key")}`,
    "none stale and none ahead of its time",
    `${counted(tally.writes, "write")} acknowledged`,
    tally.unknown > 0 && `${counted(tally.unknown, "unknown outcome")} considered`,
    tally.searched > 0 && `${counted(tally.searched, "key")} decided by search`,
  ]);
  const unmet = tally.reads === 0 ? ["nothing was read"] : [];
  return { violations, held, missing: missing(undecided), unmet };
}

function missing(undecided: readonly string[]): string | undefined {
  const [first] = undecided;
  if (first === undefined) return undefined;
  return (
    `${counted(undecided.length, "key")} with values written more than once could not be ` +
    `decided within the bounds of the search (first: ${first})`
  );
}

class Reading {
  readonly tally = { reads: 0, writes: 0, unknown: 0, searched: 0 };
  readonly #question: Question;
  readonly #history: History;
  readonly #zones = new ValueZones();
  readonly #values: CodeMap;
  readonly #initial: string | undefined;
  /** The code of the value that is stated for the start, once it was met. */
  #initialCode = NONE;
  /** The code of the value at the start of this key. */
  #startCode = NONE;

  constructor(question: Question) {
    const { initial } = question.invariant.options;
    this.#question = question;
    this.#history = question.history;
    this.#values = new CodeMap(question.history.atoms.size);
    this.#initial = initial === undefined ? undefined : sortedJson(initial);
  }

  judge(object: Register): Violation | "undecided" | undefined {
    this.#values.clear();
    this.#zones.begin();
    this.#startCode = NONE;
    const next = object.writes === undefined ? START + 1 : this.#write(object.writes);
    if (object.reads !== undefined) this.#read(object.reads, next);
    const breach = this.#zones.breach();
    if (breach === undefined) return undefined;
    if (breach === "ambiguous" || this.#initialWritten(object)) return this.#search(object);
    return staleness(this.#history, object, breach);
  }

  /** Deals out the numbers of values, and gives the next one. */
  #write({ from, to }: OperationGroup): number {
    const { outcome, phase, value, id, invokeNs, returnNs } = this.#history.columns;
    let next = START + 1;
    for (let row = from; row < to; row++) {
      const ended = outcome[row];
      if (phase[row] === PHASE.audit) continue;
      if (ended === OUTCOME.ok) this.tally.writes += 1;
      else if (ended === OUTCOME.unknown) this.tally.unknown += 1;
      else continue;
      const code = value[row] as number;
      if (code === 0) throw new RangeError("a write must carry its value, got none");
      const overNs = ended === OUTCOME.ok ? (returnNs[row] as number) : Number.POSITIVE_INFINITY;
      const beganNs = invokeNs[row] as number;
      const known = this.#values.get(code);
      if (known === NONE) {
        this.#values.set(code, next);
        this.#zones.written(next++, row, beganNs, overNs);
      } else if (id[row] !== 0 && id[row] === id[this.#zones.writeOf(known)]) {
        this.#zones.writtenAgain(known, row, beganNs, overNs);
      } else this.#zones.written(known, row, beganNs, overNs);
    }
    return next;
  }

  #read({ from, to }: OperationGroup, firstFree: number): void {
    const { outcome, result, invokeNs, returnNs } = this.#history.columns;
    const { trustedUntilNs } = this.#history.facts;
    let next = firstFree;
    for (let row = from; row < to; row++) {
      const code = result[row] as number;
      if (outcome[row] !== OUTCOME.ok || code === 0) continue;
      // The write of what was read after the last trusted moment may be among what is missing.
      if ((returnNs[row] as number) > trustedUntilNs) continue;
      this.tally.reads += 1;
      let value = this.#values.get(code);
      if (value === NONE) {
        value = this.#isStart(code) ? START : next++;
        this.#values.set(code, value);
      }
      this.#zones.read(value, row, invokeNs[row] as number, returnNs[row] as number);
    }
  }

  /** For a value that nobody wrote on this key. */
  #isStart(code: number): boolean {
    if (this.#initial === undefined) {
      if (this.#startCode !== NONE) return false;
      this.#startCode = code;
      return true;
    }
    if (code === this.#initialCode) return true;
    const value = this.#history.atoms.value(code) as Value;
    if (sortedJson(value) !== this.#initial) return false;
    this.#initialCode = code;
    return true;
  }

  /** A write of the very value that was there at the start makes reads of it ambiguous. */
  #initialWritten({ writes }: Register): boolean {
    if (this.#initial === undefined || writes === undefined) return false;
    const { value } = this.#history.columns;
    for (let row = writes.from; row < writes.to; row++) {
      const written = this.#history.atoms.value(value[row] as number);
      if (written !== undefined && sortedJson(written) === this.#initial) return true;
    }
    return false;
  }

  #search(object: Register): Violation | "undecided" | undefined {
    this.tally.searched += 1;
    const { atoms } = this.#history;
    const { rows, operations } = placeable(this.#history, object);
    const stated = this.#question.invariant.options["initial"];
    const initial = stated ?? (this.#startCode === NONE ? null : atoms.value(this.#startCode));
    const { stop } = this.#question;
    const result = bySearch.check({
      operations,
      initial,
      stop,
      searchWordsMax: SEARCH_WORDS_FIRST,
    });
    if (result === undefined || result === "undecided") return result;
    const shown = result.places.map((place) => rows[place]).filter((row) => row !== undefined);
    return broken(this.#history, object, result.why, shown);
  }
}

/** The operations of a key for a search, with the row of each. Attempts of one request are one write. */
function placeable(
  { columns, atoms, facts }: History,
  { writes, reads }: Register,
): { rows: number[]; operations: Placeable[] } {
  const rows: number[] = [];
  const operations: Placeable[] = [];
  const requests = new Map<string, number>();
  const { outcome, phase, value, id, result, invokeNs, returnNs } = columns;
  for (let row = writes?.from ?? 0; row < (writes?.to ?? 0); row++) {
    const ok = outcome[row] === OUTCOME.ok;
    if (phase[row] === PHASE.audit || (!ok && outcome[row] !== OUTCOME.unknown)) continue;
    const overNs = ok ? (returnNs[row] as number) : Number.POSITIVE_INFINITY;
    const request = id[row] === 0 ? `row ${row}` : `${id[row]}/${value[row]}`;
    const before = operations[requests.get(request) ?? NONE];
    const began = before === undefined ? (invokeNs[row] as number) : before.invokeNs;
    const over = Math.min(before?.returnNs ?? Number.POSITIVE_INFINITY, overNs);
    const input = atoms.value(value[row] as number);
    const known = over < Number.POSITIVE_INFINITY ? "ok" : "unknown";
    const step = { f: "write", input, output: undefined, outcome: known } as const;
    const write = { step, invokeNs: began, returnNs: over };
    if (before === undefined) {
      requests.set(request, operations.push(write) - 1);
      rows.push(row);
    } else operations[requests.get(request) as number] = write;
  }
  for (let row = reads?.from ?? 0; row < (reads?.to ?? 0); row++) {
    if (outcome[row] !== OUTCOME.ok || result[row] === 0) continue;
    if ((returnNs[row] as number) > facts.trustedUntilNs) continue;
    const output = atoms.value(result[row] as number);
    const step = { f: "read", input: undefined, output, outcome: "ok" } as const;
    operations.push({ step, invokeNs: invokeNs[row] as number, returnNs: returnNs[row] as number });
    rows.push(row);
  }
  return { rows, operations };
}
