/**
 * A model as a table, for a search that asks it the same over and over: states and kinds of steps are numbers, and each
 * transition is computed once. Steps are of one kind when the model cannot tell them apart.
 */
import { TRANSITIONS_KEPT_MAX } from "./limits.ts";
import type { Model, State, Step } from "./model.ts";
import { valueText } from "./value-text.ts";

/** Instead of a state: the step cannot happen there. */
export const IMPOSSIBLE = -1;

/** What an entry of a Map takes, about, in words of 4 bytes. */
const ENTRY_WORDS = 10;

export class Transitions {
  /** Memory taken so far, in words of 4 bytes. */
  words = 0;
  readonly #model: Model;
  readonly #kinds = new Map<string, number>();
  readonly #steps: Step[] = [];
  readonly #numbers = new Map<State, number>();
  readonly #states: State[] = [];
  readonly #next = new Map<number, number>();
  readonly #kindsMax: number;
  readonly #keptMax: number;

  /** `kindsMax`: how many kinds of steps there may be at most. */
  constructor(model: Model, kindsMax: number, keptMax: number = TRANSITIONS_KEPT_MAX) {
    this.#model = model;
    this.#kindsMax = kindsMax;
    this.#keptMax = keptMax;
  }

  /** How many states there are so far: each is numbered below it. */
  get states(): number {
    return this.#states.length;
  }

  kindOf(step: Step): number {
    const { f, input, output, outcome } = step;
    const told = output === undefined ? "" : valueText(output);
    const text = `${outcome} ${told} ${input === undefined ? "" : valueText(input)} ${f}`;
    let kind = this.#kinds.get(text);
    if (kind === undefined) {
      kind = this.#steps.push(step) - 1;
      this.#kinds.set(text, kind);
    }
    return kind;
  }

  numberOf(state: State): number {
    let number = this.#numbers.get(state);
    if (number === undefined) {
      number = this.#states.push(state) - 1;
      this.#numbers.set(state, number);
      this.words += ENTRY_WORDS + (typeof state === "string" ? state.length / 2 : 0);
    }
    return number;
  }

  stateOf(number: number): State {
    return this.#states[number] as State;
  }

  /** The state after a step of this kind, or IMPOSSIBLE. */
  next(state: number, kind: number): number {
    const place = state * this.#kindsMax + kind;
    const known = this.#next.get(place);
    if (known !== undefined) return known;
    const after = this.#model.next(this.#states[state] as State, this.#steps[kind] as Step);
    const number = after === undefined ? IMPOSSIBLE : this.numberOf(after);
    if (this.#next.size < this.#keptMax) {
      this.#next.set(place, number);
      this.words += ENTRY_WORDS;
    }
    return number;
  }
}
