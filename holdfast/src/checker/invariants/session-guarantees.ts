/**
 * Sessions never go back. Per key and session, what was over when an operation began is before it, and the highest
 * version written and the highest read among that are what the operation must not fall behind:
 *
 *     monotonic-reads       read 5   … read 4          monotonic-writes      write 5  … write 4
 *     read-your-writes      write 5  … read 4          writes-follow-reads   read 5   … write 4
 *
 * Operations of one session that overlap have no order, and those of unknown outcome no version: neither says anything.
 * Linear but for sessions whose operations overlap, which are sorted by their ends.
 */
import type { History, OperationGroup } from "../../history/history.ts";
import { OUTCOME, PHASE } from "../../history/history.ts";
import type { Value } from "../../record/value.ts";
import type { Checker, Judgement, Question, Violation } from "../checker.ts";
import { proceed } from "../checker.ts";
import { CodedNumbers } from "../coded-numbers.ts";
import { memberOf } from "../member.ts";
import { at, counted, joined, of } from "../wording.ts";
import { companionsOf, keysOf, namesIn, ownGroups } from "./companions.ts";

export const sessionGuarantees: Checker = {
  needsEveryOperation: false,
  needsOverlap: false,
  check,
};

/** From the weakest on: whoever keeps the later ones is expected to keep the earlier. */
const GUARANTEES = [
  "monotonic-reads",
  "monotonic-writes",
  "read-your-writes",
  "writes-follow-reads",
] as const;

type Guarantee = (typeof GUARANTEES)[number];

/** Which operation may not fall behind which. */
const WORDS: Readonly<Record<Guarantee, readonly [before: string, after: string]>> = {
  "monotonic-reads": ["read", "read"],
  "monotonic-writes": ["wrote", "wrote"],
  "read-your-writes": ["wrote", "read"],
  "writes-follow-reads": ["read", "wrote"],
};

interface Breach {
  readonly guarantee: Guarantee;
  readonly before: number;
  readonly after: number;
}

function check(question: Question): Judgement {
  const sessions = new Sessions(question);
  const reads = companionsOf(question, "read");
  const writes = ownGroups(question);
  const breaches: { key: string; first: Breach; count: number }[] = [];
  const broken = new Set<Guarantee>();
  for (const group of keysOf(writes, reads)) {
    proceed(question);
    const { key } = group;
    const found = sessions.judge(writes.get(group), reads.get(group));
    const weakest = found.firsts.filter((breach) => breach !== undefined);
    for (const { guarantee } of weakest) broken.add(guarantee);
    const [first] = weakest;
    if (first !== undefined) breaches.push({ key, first, count: found.count });
  }
  const violations = breaches.map(({ key, first, count }): Violation => ({
    key,
    atNs: question.history.columns.returnNs[first.after] as number,
    sentence: of(key) + told(question.history, first, sessions) + others(first, broken, sessions),
    rows: [first.before, first.after],
    count,
  }));
  return { violations, ...sessions.words() };
}

function told(history: History, breach: Breach, sessions: Sessions): string {
  const { columns } = history;
  const [before, after] = WORDS[breach.guarantee];
  const process = columns.process[breach.after] as number;
  return (
    `${breach.guarantee} is broken: process ${process} ${before} ` +
    `${versionTold(sessions.versionOf(breach.before))} by ` +
    `${at(columns.returnNs[breach.before] as number)}, and from ` +
    `${at(columns.invokeNs[breach.after] as number)} on it ${after} ` +
    versionTold(sessions.versionOf(breach.after))
  );
}

function versionTold(version: number): string {
  return version === -Infinity ? "nothing" : `version ${version}`;
}

/** What else is broken, and what is not, over all keys. */
function others(first: Breach, broken: ReadonlySet<Guarantee>, sessions: Sessions): string {
  const more = GUARANTEES.filter((name) => broken.has(name) && name !== first.guarantee);
  const kept = sessions.asked.filter((name) => !broken.has(name) && sessions.seen(name) > 0);
  return joined(
    [
      more.length > 0 && `; broken, too: ${more.join(", ")}`,
      kept.length > 0 && `; kept: ${kept.join(", ")}`,
    ],
    "",
  );
}

class Sessions {
  readonly #history: History;
  readonly asked: readonly Guarantee[];
  readonly #versions: CodedNumbers;
  /** What is asked of a read (0) and of a write (1) that comes after another read, and after another write. */
  readonly #after: readonly (readonly (Guarantee | undefined)[])[];
  /** Of the session at hand: the highest version over so far that was read (0) and written (1), and its row. */
  readonly #highest = new Float64Array(2);
  readonly #highestRow = new Int32Array(2);
  readonly #keys = { judged: 0, sessions: 0 };
  readonly #compared: Record<Guarantee, number> = {
    "monotonic-reads": 0,
    "monotonic-writes": 0,
    "read-your-writes": 0,
    "writes-follow-reads": 0,
  };
  #writesFrom = 0;
  #writesTo = 0;

  constructor(question: Question) {
    this.#history = question.history;
    const names = namesIn(question, "guarantees");
    this.asked = names.length === 0 ? GUARANTEES : GUARANTEES.filter((g) => names.includes(g));
    this.#versions = new CodedNumbers(this.#history.atoms, versionIn);
    this.#after = KINDS.map((after) =>
      KINDS.map((before) =>
        this.asked.find((name) => WORDS[name][0] === before && WORDS[name][1] === after),
      ),
    );
  }

  /** How often two operations could be compared. */
  seen(guarantee: Guarantee): number {
    return this.#compared[guarantee];
  }

  words(): Omit<Judgement, "violations"> {
    const compared = this.asked.map((name) => `${counted(this.seen(name), "pair")} for ${name}`);
    const untried = this.asked.filter((name) => this.seen(name) === 0);
    return {
      held: `${counted(this.#keys.sessions, "session")} on ${counted(this.#keys.judged, "key")}: ${joined(compared)}`,
      missing:
        untried.length === 0
          ? undefined
          : `no session did what ${untried.join(", ")} would show in`,
    };
  }

  /** One key: the first breach of each guarantee, the weakest first, and how many there are. */
  judge(
    writes: OperationGroup | undefined,
    reads: OperationGroup | undefined,
  ): { firsts: (Breach | undefined)[]; count: number } {
    this.#keys.judged += 1;
    this.#writesFrom = writes?.from ?? 0;
    this.#writesTo = writes?.to ?? 0;
    const firsts: (Breach | undefined)[] = GUARANTEES.map(() => undefined);
    let count = 0;
    const note = (guarantee: Guarantee, before: number, after: number): void => {
      count += 1;
      firsts[GUARANTEES.indexOf(guarantee)] ??= { guarantee, before, after };
    };
    const { rows, starts } = this.#bySession(writes, reads);
    const ended = rows.slice();
    for (let session = 0; session + 1 < starts.length; session++) {
      this.#keys.sessions += 1;
      const from = starts[session] as number;
      const to = starts[session + 1] as number;
      this.#orderByReturn(ended, from, to);
      this.#walk(rows, ended, from, to, note);
    }
    return { firsts, count };
  }

  versionOf(row: number): number {
    return this.#versions.of(this.#history.columns.result[row] as number);
  }

  /** The rows `[from, to)` of one session, in order of invocation, and the same ones in order of return. */
  #walk(
    rows: Uint32Array,
    ended: Uint32Array,
    from: number,
    to: number,
    note: (guarantee: Guarantee, before: number, after: number) => void,
  ): void {
    const { invokeNs } = this.#history.columns;
    const highest = this.#highest.fill(-Infinity);
    const highestRow = this.#highestRow.fill(NO_OPERATION);
    let over = from;
    for (let at = from; at < to; at++) {
      const row = rows[at] as number;
      over = this.#takeEnded(ended, over, to, invokeNs[row] as number);
      const version = this.versionOf(row);
      if (Number.isNaN(version)) continue;
      const asked = this.#after[this.#kindOf(row)] as readonly (Guarantee | undefined)[];
      for (let kind = 0; kind < asked.length; kind++) {
        const guarantee = asked[kind];
        const before = highestRow[kind] as number;
        if (guarantee === undefined || before === NO_OPERATION) continue;
        this.#compared[guarantee] += 1;
        if (version < (highest[kind] as number)) note(guarantee, before, row);
      }
    }
  }

  /** Takes in the operations from `over` on that had returned before a moment; gives the first that had not. */
  #takeEnded(ended: Uint32Array, over: number, to: number, ns: number): number {
    const { returnNs } = this.#history.columns;
    const highest = this.#highest;
    const highestRow = this.#highestRow;
    let at = over;
    for (; at < to; at++) {
      const row = ended[at] as number;
      if ((returnNs[row] as number) >= ns) break;
      const kind = this.#kindOf(row);
      const version = this.versionOf(row);
      const lower = version <= (highest[kind] as number) && (highestRow[kind] as number) >= 0;
      if (Number.isNaN(version) || lower) continue;
      highest[kind] = version;
      highestRow[kind] = row;
    }
    return at;
  }

  /** 0 for a read, 1 for a write. */
  #kindOf(row: number): number {
    return row >= this.#writesFrom && row < this.#writesTo ? 1 : 0;
  }

  /** Only sorts where operations of a session overlap. */
  #orderByReturn(rows: Uint32Array, from: number, to: number): void {
    const { returnNs } = this.#history.columns;
    let latestNs = -Infinity;
    for (let at = from; at < to; at++) {
      const ns = returnNs[rows[at] as number] as number;
      if (ns < latestNs) {
        const own = rows.subarray(from, to);
        own.sort((a, b) => (returnNs[a] as number) - (returnNs[b] as number));
        return;
      }
      latestNs = ns;
    }
  }

  /** All acknowledged rows, session by session, each in order of invocation. */
  #bySession(
    writes: OperationGroup | undefined,
    reads: OperationGroup | undefined,
  ): { rows: Uint32Array; starts: Uint32Array } {
    const { process } = this.#history.columns;
    const merged = this.#merged(writes, reads);
    const sessions = new Map<number, number>();
    const sessionOf = new Uint32Array(merged.length);
    for (let i = 0; i < merged.length; i++) {
      const id = process[merged[i] as number] as number;
      let session = sessions.get(id);
      if (session === undefined) sessions.set(id, (session = sessions.size));
      sessionOf[i] = session;
    }
    const starts = new Uint32Array(sessions.size + 1);
    for (const session of sessionOf) starts[session + 1] = (starts[session + 1] as number) + 1;
    for (let session = 0; session < sessions.size; session++) {
      starts[session + 1] = (starts[session + 1] as number) + (starts[session] as number);
    }
    const next = starts.slice();
    const rows = new Uint32Array(merged.length);
    for (let i = 0; i < merged.length; i++) {
      const session = sessionOf[i] as number;
      const place = next[session] as number;
      rows[place] = merged[i] as number;
      next[session] = place + 1;
    }
    return { rows, starts };
  }

  #merged(writes: OperationGroup | undefined, reads: OperationGroup | undefined): Uint32Array {
    const { index } = this.#history.columns;
    const a = writes ?? NO_ROWS;
    const b = reads ?? NO_ROWS;
    const rows = new Uint32Array(a.to - a.from + b.to - b.from);
    let count = 0;
    for (let i = a.from, j = b.from; i < a.to || j < b.to;) {
      const first = j >= b.to || (i < a.to && (index[i] as number) < (index[j] as number));
      const row = first ? i++ : j++;
      if (this.#counts(row)) rows[count++] = row;
    }
    return rows.subarray(0, count);
  }

  /** What the audit puts in has no time of its own. */
  #counts(row: number): boolean {
    const { outcome, phase } = this.#history.columns;
    return outcome[row] === OUTCOME.ok && phase[row] !== PHASE.audit;
  }
}

/** -Infinity for nothing written yet, NaN where it is not known. */
function versionIn(value: Value | undefined): number {
  if (typeof value === "number") return value;
  if (value === null) return -Infinity;
  const version = memberOf(value, "version");
  return typeof version === "number" ? version : Number.NaN;
}

const KINDS = ["read", "wrote"] as const;
const NO_OPERATION = -1;
const NO_ROWS = { from: 0, to: 0 } as const;
