/**
 * Is there an order? The search of Wing and Gong (1993) with Lowe's memory (2017): walk the events in time; at a call
 * try to place the operation here; at a return of something unplaced take back the last placement and try the next.
 *
 *     events    call a · call b · return a · call c · return b · …      (doubly linked; placed pairs are lifted out)
 *                                 ^ the barrier: what could come next was called before it
 *
 * Operations without a return (unknown outcomes) may be placed anywhere after their call, or never: they stand in a list
 * of their own and are tried last. Five rules keep the search small, and lose no order that matters:
 *
 * - what only reads is placed as soon as it fits: it could not be placed better later;
 * - a configuration, which is what is placed and the state, is not tried again, nor is one with the same known operations
 *   placed and more of the unknown ones: whatever they could still explain, they could have explained there, too;
 * - of operations that do the same and may both come now, the one that returns first comes first: in any order in which it
 *   comes second the two can change places;
 * - no state is left that something still needs and nothing can make again (`search-needs.ts`);
 * - no state is gone on from in which the next answer can no longer come about (`search-ahead.ts`).
 *
 * The problem is NP-complete: the effort is bounded, and beyond the bound the answer is "undecided".
 */
import type { Model, State, Step } from "./model.ts";
import { LookAhead } from "./search-ahead.ts";
import { EventList } from "./search-events.ts";
import { Configurations, PlacedSet } from "./search-memory.ts";
import { Needs } from "./search-needs.ts";
import { IMPOSSIBLE, Transitions } from "./search-states.ts";

export interface Placeable {
  readonly step: Step;
  readonly invokeNs: number;
  /** Infinite for an unknown outcome. */
  readonly returnNs: number;
}

export type SearchResult =
  | { readonly kind: "found" }
  /** `stuck` is where it was deepest in trouble; -1 if it never was. */
  | { readonly kind: "undecided"; readonly stuck: number }
  /** `stuck` is the operation, by its place in the input, that no tried order could place in time. */
  | { readonly kind: "none"; readonly stuck: number; readonly placed: number };

export interface SearchBounds {
  /** Memory for what was tried, in words of 4 bytes. */
  readonly wordsMax: number;
  readonly stop: () => boolean;
}

/** As `stop`, and true as well once it was asked more than so many times. */
export function stopAfter(pollsMax: number, stop: () => boolean): () => boolean {
  let polls = 0;
  return () => (polls += 1) > pollsMax || stop();
}

const STOP_EVERY = 1_024;
const NONE = -1;

/** Decides one object's history; `operations` in any order. */
export function search(
  model: Model,
  initial: State,
  operations: readonly Placeable[],
  bounds: SearchBounds,
): SearchResult {
  return new Search(model, initial, operations).run(bounds);
}

class Search {
  /** Known operations in order of their calls, then those of unknown outcome: places in the input. */
  readonly #order: number[];
  readonly #operations: readonly Placeable[];
  readonly #known: number;
  readonly #kinds: Int32Array;
  readonly #reads: Uint8Array;
  /** Per operation of unknown outcome, the one before it that does the same; else NONE. */
  readonly #elders: Int32Array;
  /** Per kind, the operation that goes first now, and the turn that this was found in. */
  readonly #firstOfKind: Int32Array;
  readonly #foundIn: Float64Array;
  #turn = 0;
  readonly #events: EventList;
  readonly #transitions: Transitions;
  readonly #needs: Needs | undefined;
  readonly #ahead: LookAhead | undefined;
  readonly #tried = new Configurations();
  readonly #placed: PlacedSet;
  readonly #used: PlacedSet;
  /** What is placed, in order, and the state before each; `~operation` where there was nothing to choose. */
  readonly #path: number[] = [];
  readonly #states: number[] = [];
  #state: number;
  #barrier = NONE;
  #stuck = { operation: NONE, placed: -1 };

  constructor(model: Model, initial: State, operations: readonly Placeable[]) {
    this.#operations = operations;
    this.#order = inOrder(operations);
    this.#known = operations.filter(({ returnNs }) => returnNs < Infinity).length;
    this.#transitions = new Transitions(model, operations.length);
    const sorted = this.#order.map((place) => operations[place] as Placeable);
    this.#kinds = new Int32Array(sorted.map(({ step }) => this.#transitions.kindOf(step)));
    this.#reads = new Uint8Array(sorted.map(({ step }) => Number(model.reads(step))));
    this.#elders = eldersOf(this.#kinds, this.#known);
    this.#firstOfKind = new Int32Array(operations.length);
    this.#foundIn = new Float64Array(operations.length);
    this.#events = new EventList(sorted.slice(0, this.#known));
    this.#placed = new PlacedSet(this.#known);
    this.#used = new PlacedSet(operations.length - this.#known);
    this.#state = this.#transitions.numberOf(initial);
    const steps = sorted.map(({ step }) => step);
    this.#needs = Needs.of(model, steps, this.#known, this.#transitions);
    this.#ahead = LookAhead.of(model, sorted, this.#known, this.#events);
  }

  run({ wordsMax, stop }: SearchBounds): SearchResult {
    const hopeless = this.#needs?.hopeless(this.#state) ?? NONE;
    if (hopeless !== NONE)
      return { kind: "none", stuck: this.#order[hopeless] as number, placed: 0 };
    for (let turns = 0; ; turns++) {
      if (turns % STOP_EVERY === 0 && stop()) return this.#undecided();
      this.#placeWhatFits();
      if (this.#events.open === 0) return { kind: "found" };
      const fresh = this.#tried.add(this.#placed, this.#used, this.#state);
      if (this.#tried.words + this.#transitions.words > wordsMax) return this.#undecided();
      let next = fresh && !this.#isDeadEnd() ? this.#choice(NONE) : NONE;
      while (next === NONE) {
        const last = this.#takeBack();
        if (last === NONE) return this.#none();
        next = this.#choice(last);
      }
      this.#place(next, next);
    }
  }

  #undecided(): SearchResult {
    return { kind: "undecided", stuck: this.#order[this.#stuck.operation] ?? NONE };
  }

  #none(): SearchResult {
    const { operation, placed } = this.#stuck;
    return { kind: "none", stuck: this.#order[operation] as number, placed };
  }

  /** Places every known operation that only reads and may come now, and finds the barrier. */
  #placeWhatFits(): void {
    const events = this.#events;
    let entry = events.first;
    while (events.open > 0) {
      const operation = events.callAt(entry);
      if (operation < 0) {
        this.#barrier = events.returnAt(entry);
        break;
      }
      if (this.#reads[operation] === 1 && this.#nextAfter(operation) === this.#state) {
        this.#place(operation, ~operation);
      }
      entry = events.after(entry);
    }
    if (events.open > 0 && this.#path.length > this.#stuck.placed) {
      this.#stuck = { operation: this.#barrier, placed: this.#path.length };
    }
  }

  /** The next operation that may come now and may change the state; `last` is the one tried before. */
  #choice(last: number): number {
    const events = this.#events;
    const barrier = this.#barrier;
    this.#findFirstOfKinds();
    if (last === NONE && this.#mayCome(barrier)) return barrier;
    if (last < this.#known) {
      let entry =
        last === NONE || last === barrier ? events.first : events.after(events.callOf(last));
      for (;;) {
        const operation = events.callAt(entry);
        if (operation < 0) break;
        if (operation !== barrier && this.#mayCome(operation)) return operation;
        entry = events.after(entry);
      }
    }
    const barrierNs = this.#timeOf(barrier).returnNs;
    const end = this.#kinds.length;
    for (let operation = Math.max(last + 1, this.#known); operation < end; operation++) {
      if (this.#timeOf(operation).invokeNs > barrierNs) break;
      if (!this.#used.has(operation - this.#known) && this.#mayCome(operation)) return operation;
    }
    return NONE;
  }

  #isDeadEnd(): boolean {
    if (this.#ahead === undefined) return false;
    const misfit = this.#ahead.misfit(this.#transitions.stateOf(this.#state), this.#used);
    if (misfit === NONE) return false;
    // Not the barrier is in trouble then, but what is still to come.
    if (this.#path.length === this.#stuck.placed) this.#stuck.operation = misfit;
    return true;
  }

  /** Of each kind of known operation that may come now, the one that returns first. */
  #findFirstOfKinds(): void {
    const events = this.#events;
    this.#turn += 1;
    for (let entry = events.first; ; entry = events.after(entry)) {
      const operation = events.callAt(entry);
      if (operation < 0) return;
      const kind = this.#kinds[operation] as number;
      if (this.#foundIn[kind] === this.#turn) {
        const first = this.#firstOfKind[kind] as number;
        if (this.#timeOf(first).returnNs <= this.#timeOf(operation).returnNs) continue;
      }
      this.#foundIn[kind] = this.#turn;
      this.#firstOfKind[kind] = operation;
    }
  }

  #mayCome(operation: number): boolean {
    const kind = this.#kinds[operation] as number;
    if (this.#foundIn[kind] === this.#turn && this.#firstOfKind[kind] !== operation) return false;
    const elder = this.#elders[operation] as number;
    if (elder !== NONE && !this.#isPlaced(elder)) return false;
    const next = this.#nextAfter(operation);
    if (next === IMPOSSIBLE) return false;
    if (next !== this.#state) return this.#needs === undefined || this.#isOfUse(operation);
    // What only reads is placed without a choice; what need not have happened and changes nothing explains nothing.
    return operation < this.#known;
  }

  /** The state after the operation. */
  #nextAfter(operation: number): number {
    return this.#transitions.next(this.#state, this.#kinds[operation] as number);
  }

  /** False where leaving this state by the operation leads nowhere, or could as well be left out. */
  #isOfUse(operation: number): boolean {
    const needs = this.#needs as Needs;
    if (operation >= this.#known && needs.isDetour(this.#state, operation)) return false;
    if (!needs.strands(this.#state, operation)) return true;
    // Not the barrier is in trouble then, but what would be left behind.
    if (operation === this.#barrier && this.#path.length === this.#stuck.placed) {
      this.#stuck.operation = needs.needing(this.#state, (one) => this.#isPlaced(one));
    }
    return false;
  }

  #isPlaced(operation: number): boolean {
    return operation < this.#known
      ? this.#placed.has(operation)
      : this.#used.has(operation - this.#known);
  }

  #timeOf(operation: number): Placeable {
    return this.#operations[this.#order[operation] as number] as Placeable;
  }

  #place(operation: number, noted: number): void {
    this.#path.push(noted);
    this.#states.push(this.#state);
    this.#state = this.#nextAfter(operation);
    this.#needs?.place(operation);
    if (operation >= this.#known) {
      this.#used.add(operation - this.#known);
      return;
    }
    this.#placed.add(operation);
    this.#events.lift(operation);
  }

  /** Undoes up to the last real choice, and gives that; NONE when there was none. */
  #takeBack(): number {
    for (;;) {
      const noted = this.#path.pop();
      if (noted === undefined) return NONE;
      const operation = noted < 0 ? ~noted : noted;
      this.#state = this.#states.pop() as number;
      this.#needs?.restore(operation);
      if (operation >= this.#known) this.#used.delete(operation - this.#known);
      else {
        this.#placed.delete(operation);
        this.#events.restore(operation);
      }
      if (noted < 0) continue;
      this.#barrier = this.#firstReturn();
      return operation;
    }
  }

  #firstReturn(): number {
    let entry = this.#events.first;
    while (this.#events.callAt(entry) >= 0) entry = this.#events.after(entry);
    return this.#events.returnAt(entry);
  }
}

function inOrder(operations: readonly Placeable[]): number[] {
  return [...operations.keys()].sort((a, b) => {
    const [first, second] = [operations[a] as Placeable, operations[b] as Placeable];
    return (
      Number(first.returnNs === Infinity) - Number(second.returnNs === Infinity) ||
      first.invokeNs - second.invokeNs ||
      (first.returnNs === second.returnNs ? 0 : first.returnNs - second.returnNs)
    );
  });
}

/** Operations of unknown outcome that do the same are used in the order of their calls. */
function eldersOf(kinds: Int32Array, known: number): Int32Array {
  const elders = new Int32Array(kinds.length).fill(NONE);
  const latest = new Map<number, number>();
  for (const [place, kind] of kinds.subarray(known).entries()) {
    elders[known + place] = latest.get(kind) ?? NONE;
    latest.set(kind, known + place);
  }
  return elders;
}
