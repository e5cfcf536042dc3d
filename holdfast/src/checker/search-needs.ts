/**
 * Dead ends and detours, seen early, by what each operation needs: a read of 7 can only happen in one state, which is
 * there now or must be made again by something not yet placed.
 *
 * - A step away from a state that is still needed, and that nothing can make again, leads nowhere.
 * - An operation that need not have happened, and makes a state that nothing needs, is a detour, unless something cannot
 *   happen in the state that it leaves.
 *
 * Only for models whose every change makes a state that does not depend on the one before.
 */
import type { Model, Step } from "./model.ts";
import type { Transitions } from "./search-states.ts";

const NONE = -1;

export class Needs {
  /** Operations from here on need not happen. */
  readonly #known: number;
  /** Per operation: the state it needs, the one it cannot happen in, the one it makes. */
  readonly #needs: Int32Array;
  readonly #avoids: Int32Array;
  readonly #makes: Int32Array;
  /** Per state, how many operations that are not placed, and must be, need it or avoid it. */
  readonly #needed: Int32Array;
  readonly #avoided: Int32Array;
  /** How many that are not placed, and perhaps never will be, need it or make it. */
  readonly #wanted: Int32Array;
  readonly #made: Int32Array;

  /** Undefined where the model does not tell. */
  static of(
    model: Model,
    steps: readonly Step[],
    known: number,
    transitions: Transitions,
  ): Needs | undefined {
    if (model.requires === undefined) return undefined;
    const numbered = (told: (step: Step) => string | number | undefined): Int32Array =>
      new Int32Array(
        steps.map((step) => {
          const state = told(step);
          return state === undefined ? NONE : transitions.numberOf(state);
        }),
      );
    const makes = numbered((step) => (model.reads(step) ? undefined : model.settles?.(step)));
    const open = steps.some((step, operation) => makes[operation] === NONE && !model.reads(step));
    if (open) return undefined;
    const needs = numbered((step) => model.requires?.(step));
    const avoids = numbered((step) => model.avoids?.(step));
    return new Needs(known, needs, avoids, makes, transitions.states);
  }

  private constructor(
    known: number,
    needs: Int32Array,
    avoids: Int32Array,
    makes: Int32Array,
    states: number,
  ) {
    this.#known = known;
    this.#needs = needs;
    this.#avoids = avoids;
    this.#makes = makes;
    this.#needed = new Int32Array(states);
    this.#avoided = new Int32Array(states);
    this.#wanted = new Int32Array(states);
    this.#made = new Int32Array(states);
    for (const operation of needs.keys()) this.restore(operation);
  }

  /** An operation that must happen and needs a state which is not there and which nothing makes; NONE without one. */
  hopeless(state: number): number {
    return this.#needs.findIndex(
      (needed, operation) =>
        operation < this.#known && needed !== NONE && needed !== state && this.#made[needed] === 0,
    );
  }

  /** True when leaving the state by this operation leaves others behind that need it. */
  strands(state: number, operation: number): boolean {
    // Of a state met only later nothing is known, and nothing needs it.
    if (this.#made[state] !== 0) return false;
    const own = operation < this.#known && this.#needs[operation] === state ? 1 : 0;
    return (this.#needed[state] as number) > own;
  }

  /** True when this operation, which need not have happened, cannot help anything from this state on. */
  isDetour(state: number, operation: number): boolean {
    const made = this.#makes[operation] as number;
    const own = this.#needs[operation] === made ? 1 : 0;
    if ((this.#wanted[made] as number) > own) return false;
    return this.#avoided[state] === 0;
  }

  /** One that must happen and needs the state; NONE without one. */
  needing(state: number, isPlaced: (operation: number) => boolean): number {
    return this.#needs.findIndex(
      (needed, operation) => needed === state && operation < this.#known && !isPlaced(operation),
    );
  }

  place(operation: number): void {
    this.#count(operation, -1);
  }

  restore(operation: number): void {
    this.#count(operation, 1);
  }

  #count(operation: number, by: number): void {
    const needed = this.#needs[operation] as number;
    const avoided = this.#avoids[operation] as number;
    const made = this.#makes[operation] as number;
    if (made !== NONE) this.#made[made] = (this.#made[made] as number) + by;
    if (needed !== NONE) this.#wanted[needed] = (this.#wanted[needed] as number) + by;
    if (operation >= this.#known) return;
    if (needed !== NONE) this.#needed[needed] = (this.#needed[needed] as number) + by;
    if (avoided !== NONE) this.#avoided[avoided] = (this.#avoided[avoided] as number) + by;
  }
}
