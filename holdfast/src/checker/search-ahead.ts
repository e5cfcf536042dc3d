/**
 * Dead ends, seen from the next answer: of the operations that are not placed, the first to return that says something
 * about the state must still find a state that fits, and only what was called before it returned can come before it.
 *
 *     |---- add 2 ----|
 *        |- add 5 -|                   what must come before the read: add 5
 *             |------- add 1 ----      what may: add 2, add 1
 *                    |- read 4 -|      a dead end, whatever the order
 */
import { AHEAD_MAX } from "./limits.ts";
import type { Ahead, Model, State, Step } from "./model.ts";
import type { Placeable } from "./search.ts";
import type { EventList } from "./search-events.ts";
import type { PlacedSet } from "./search-memory.ts";

const NONE = -1;

export class LookAhead {
  readonly #ahead: Ahead;
  /** Known operations, then those of unknown outcome in order of their calls. */
  readonly #operations: readonly Placeable[];
  readonly #known: number;
  readonly #events: EventList;
  readonly #tells: Uint8Array;

  /** Undefined where the model cannot look ahead. */
  static of(
    model: Model,
    operations: readonly Placeable[],
    known: number,
    events: EventList,
  ): LookAhead | undefined {
    if (model.ahead === undefined) return undefined;
    return new LookAhead(model.ahead, operations, known, events);
  }

  private constructor(
    ahead: Ahead,
    operations: readonly Placeable[],
    known: number,
    events: EventList,
  ) {
    this.#ahead = ahead;
    this.#operations = operations;
    this.#known = known;
    this.#events = events;
    this.#tells = new Uint8Array(operations.map(({ step }) => Number(ahead.tells(step))));
  }

  /** The operation that can no longer come about; NONE without one. `used`: the unknown ones that are placed. */
  misfit(state: State, used: PlacedSet): number {
    const called: number[] = [];
    const next = this.#nextTelling(called);
    if (next === NONE) return NONE;
    const { step, invokeNs, returnNs } = this.#operations[next] as Placeable;
    const must: Step[] = [];
    const may: Step[] = [];
    // Among them is the next answer's own operation, which may, and does not help itself.
    for (const operation of called) {
      const other = this.#operations[operation] as Placeable;
      (other.returnNs < invokeNs ? must : may).push(other.step);
    }
    for (let operation = this.#known; operation < this.#operations.length; operation++) {
      const other = this.#operations[operation] as Placeable;
      if (other.invokeNs > returnNs) break;
      if (!used.has(operation - this.#known)) may.push(other.step);
    }
    return this.#ahead.neverFits(state, step, must, may) ? next : NONE;
  }

  /** The first to return that tells something, with all that were called before; NONE where that is too far ahead. */
  #nextTelling(called: number[]): number {
    const events = this.#events;
    for (let entry = events.first; called.length <= AHEAD_MAX; entry = events.after(entry)) {
      if (entry === 0) return NONE;
      const operation = events.callAt(entry);
      if (operation >= 0) called.push(operation);
      else if (this.#tells[-operation - 1] === 1) return -operation - 1;
    }
    return NONE;
  }
}
