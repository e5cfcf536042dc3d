/**
 * Who was in a room when. A join or leave takes effect somewhere within its interval, one of unknown outcome at any time
 * after it began, or never: so a person is *perhaps* there longer than *certainly*.
 *
 *     join        ├────┤
 *     leave                             ├────┤
 *     certainly        ├────────────────┤
 *     perhaps     ├──────────────────────────┤
 *
 * Joins and leaves that overlap have no order: then a person is perhaps there, and not certainly. A question costs the
 * logarithm of how often that person joined.
 */
import type { History, OperationGroup } from "../../history/history.ts";
import { OUTCOME } from "../../history/history.ts";
import { NONE } from "../invariants/code-map.ts";
import type { Recipients } from "./recipients.ts";

/** Closed at both ends, and certain only strictly between them: ties are concurrent. */
export interface Stay {
  readonly fromNs: number;
  readonly toNs: number;
}

export class Presence {
  readonly #columns: History["columns"];
  readonly #people: Recipients;
  readonly #visits: (Visits | undefined)[] = [];

  constructor(history: History, people: Recipients) {
    this.#columns = history.columns;
    this.#people = people;
  }

  /**
   * Of one room. Someone without a leave is certainly there as long as `listenedUntilNs` says: a virtual user that is
   * over does not leave, it is gone.
   */
  load(
    joins: OperationGroup | undefined,
    leaves: OperationGroup | undefined,
    listenedUntilNs: (person: number) => number,
  ): void {
    this.#visits.length = 0;
    this.#read(joins, "joins");
    this.#read(leaves, "leaves");
    for (const [person, visits] of this.#visits.entries()) {
      if (visits !== undefined) settle(visits, listenedUntilNs(person));
    }
  }

  /** True when the person may have been there at some time of [fromNs, toNs]. */
  perhaps(person: number, fromNs: number, toNs: number): boolean {
    const visits = this.#visits[person];
    if (visits === undefined) return false;
    const before = countUntil(visits.joins, toNs);
    return (visits.perhapsUntilNs[before - 1] ?? Number.NaN) >= fromNs;
  }

  /** True when the person was there from before `fromNs` until after `toNs`. */
  certainly(person: number, fromNs: number, toNs: number): boolean {
    return this.stays(person).some((stay) => stay.fromNs < fromNs && toNs < stay.toNs);
  }

  /** When the person was certainly there. */
  stays(person: number): readonly Stay[] {
    return this.#visits[person]?.stays ?? [];
  }

  /** How late a join of this person that began by some time may be over; -Infinity for none. */
  joinsOf(person: number): { overBy(beganByNs: number): number } {
    const joins = this.#visits[person]?.joins ?? [];
    const overNs: number[] = [];
    for (const join of joins) overNs.push(Math.max(overNs.at(-1) ?? -Infinity, join.toNs));
    return { overBy: (beganByNs) => overNs[countUntil(joins, beganByNs) - 1] ?? -Infinity };
  }

  #read(group: OperationGroup | undefined, kind: "joins" | "leaves"): void {
    if (group === undefined) return;
    const { outcome, id, invokeNs, returnNs } = this.#columns;
    for (let row = group.from; row < group.to; row++) {
      const certain = outcome[row] === OUTCOME.ok;
      const person = this.#people.ofCode(id[row] as number);
      if ((!certain && outcome[row] !== OUTCOME.unknown) || person === NONE) continue;
      const visits = (this.#visits[person] ??= noVisits());
      visits[kind].push({
        fromNs: invokeNs[row] as number,
        toNs: certain ? (returnNs[row] as number) : Infinity,
        certain,
      });
    }
  }
}

interface Move extends Stay {
  readonly certain: boolean;
}

interface Visits {
  /** In order of invocation. */
  readonly joins: Move[];
  readonly leaves: Move[];
  /** Per join: until when somebody who joined no later than this may have stayed. */
  readonly perhapsUntilNs: number[];
  readonly stays: Stay[];
}

function noVisits(): Visits {
  return { joins: [], leaves: [], perhapsUntilNs: [], stays: [] };
}

function settle({ joins, leaves, perhapsUntilNs, stays }: Visits, listenedUntilNs: number): void {
  /** From the end: the earliest end of a leave that certainly happened and began with this one or later. */
  const goneNs: number[] = Array.from({ length: leaves.length + 1 }, () => Infinity);
  for (let i = leaves.length - 1; i >= 0; i--) {
    const leave = leaves[i] as Move;
    goneNs[i] = Math.min(goneNs[i + 1] as number, leave.certain ? leave.toNs : Infinity);
  }
  /** From the start: the latest end of any leave so far. Rises, so that it can be searched. */
  const pendingNs: number[] = [];
  for (const leave of leaves) pendingNs.push(Math.max(pendingNs.at(-1) ?? -Infinity, leave.toNs));
  let untilNs = -Infinity;
  for (const join of joins) {
    untilNs = Math.max(untilNs, goneNs[countUntil(leaves, join.toNs)] as number);
    perhapsUntilNs.push(untilNs);
    // A join of unknown outcome has no end, and so no certain stay either.
    const next = leaves[countBelow(pendingNs, join.fromNs)];
    const toNs = next === undefined ? listenedUntilNs : next.fromNs;
    // One that ends before it begins holds nothing.
    stays.push({ fromNs: join.toNs, toNs });
  }
}

/** How many of them began at this time or before. */
function countUntil(moves: readonly Move[], ns: number): number {
  let low = 0;
  let high = moves.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((moves[middle] as Move).fromNs <= ns) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many of them are below; they rise. */
function countBelow(rising: readonly number[], ns: number): number {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rising[middle] as number) < ns) low = middle + 1;
    else high = middle;
  }
  return low;
}
