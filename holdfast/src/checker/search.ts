/**
 * Is there an order? The search of Wing and Gong (1993) with Lowe's memory (2017): walk the events in time; at a call
 * try to place the operation here; at a return of something unplaced take back the last placement and try the next.
 * Configurations seen before (which operations are placed, and the state they lead to) are not tried again.
 *
 *     events    call a · call b · return a · call c · return b · …        (doubly linked; placed pairs are lifted out)
 *     placed    a bit per operation, kept with the number of full words before it
 *
 * Operations without a return (unknown outcomes) may be placed anywhere after their call, or never. The problem is
 * NP-complete: the effort is bounded, and beyond the bound the answer is "undecided".
 */
import type { Model, State, Step } from "./model.ts";

export interface Placeable {
  readonly step: Step;
  readonly invokeNs: number;
  /** Infinite for an unknown outcome. */
  readonly returnNs: number;
}

export type SearchResult =
  | { readonly kind: "found" }
  | { readonly kind: "undecided" }
  /** `stuck` is the operation, by its place in the input, that no tried order could place in time. */
  | { readonly kind: "none"; readonly stuck: number; readonly placed: number };

export interface SearchBounds {
  /** Memory for configurations, in words of 4 bytes. */
  readonly wordsMax: number;
  readonly stop: () => boolean;
}

const STOP_EVERY = 1_024;
const HEAD = 0;

/** Decides one object's history; `operations` in any order. */
export function search(
  model: Model,
  initial: State,
  operations: readonly Placeable[],
  bounds: SearchBounds,
): SearchResult {
  const list = new EventList(operations);
  const placed = new PlacedSet(operations.length);
  const seen = new Configurations();
  const twins = twinsOf(operations);
  const undo: { operation: number; state: State }[] = [];
  let state = initial;
  let stuck = { operation: -1, placed: -1 };
  let entry = list.first;
  for (let steps = 0; list.open > 0; steps++) {
    if (steps % STOP_EVERY === 0 && bounds.stop()) return { kind: "undecided" };
    const operation = list.operationOf(entry);
    if (list.isCall(entry)) {
      const { step } = operations[operation] as Placeable;
      const twin = twins[operation] as number;
      const next = twin >= 0 && !placed.has(twin) ? undefined : model.next(state, step);
      if (next !== undefined) {
        placed.add(operation);
        if (seen.add(placed, next)) {
          if (seen.words > bounds.wordsMax) return { kind: "undecided" };
          undo.push({ operation, state });
          state = next;
          list.lift(operation);
          entry = list.first;
          continue;
        }
        placed.delete(operation);
      }
      entry = list.after(entry);
      continue;
    }
    if (undo.length > stuck.placed) stuck = { operation, placed: undo.length };
    const last = undo.pop();
    if (last === undefined) return { kind: "none", stuck: stuck.operation, placed: stuck.placed };
    state = last.state;
    placed.delete(last.operation);
    list.restore(last.operation);
    entry = list.after(list.callOf(last.operation));
  }
  return { kind: "found" };
}

/**
 * Per operation of unknown outcome, the one before it that does the same; else -1. Whatever the later one could
 * explain, the earlier one could, too: only the number that is placed matters, not which.
 */
function twinsOf(operations: readonly Placeable[]): Int32Array {
  const twins = new Int32Array(operations.length).fill(-1);
  const last = new Map<string, number>();
  const order = [...operations.keys()].sort(
    (a, b) => invokeOf(operations, a) - invokeOf(operations, b),
  );
  for (const operation of order) {
    const { step, returnNs } = operations[operation] as Placeable;
    if (returnNs !== Number.POSITIVE_INFINITY) continue;
    const deed = JSON.stringify([step.f, step.input]);
    twins[operation] = last.get(deed) ?? -1;
    last.set(deed, operation);
  }
  return twins;
}

function invokeOf(operations: readonly Placeable[], operation: number): number {
  return (operations[operation] as Placeable).invokeNs;
}

/** Calls and returns in order of time, calls first at one instant: intervals are closed. */
class EventList {
  /** Operations with a return that are not yet placed. */
  open = 0;
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  readonly #calls: Int32Array;
  readonly #returns: Int32Array;
  /** Per event: its operation, or minus one less for a return. */
  readonly #operations: Int32Array;

  constructor(operations: readonly Placeable[]) {
    const events = operations.flatMap(({ invokeNs, returnNs }, operation) => {
      const call = { atNs: invokeNs, operation, call: true };
      const end = { atNs: returnNs, operation, call: false };
      return returnNs === Number.POSITIVE_INFINITY ? [call] : [call, end];
    });
    events.sort((a, b) => a.atNs - b.atNs || Number(b.call) - Number(a.call));
    const size = events.length + 1;
    this.#next = new Int32Array(size);
    this.#previous = new Int32Array(size);
    this.#operations = new Int32Array(size);
    this.#calls = new Int32Array(operations.length);
    this.#returns = new Int32Array(operations.length).fill(-1);
    events.forEach(({ operation, call }, i) => {
      const entry = i + 1;
      this.#operations[entry] = call ? operation : -operation - 1;
      (call ? this.#calls : this.#returns)[operation] = entry;
      this.#next[i] = entry;
      this.#previous[entry] = i;
      if (!call) this.open += 1;
    });
    this.#next[events.length] = HEAD;
    this.#previous[HEAD] = events.length;
  }

  get first(): number {
    return this.#next[HEAD] as number;
  }

  after(entry: number): number {
    return this.#next[entry] as number;
  }

  isCall(entry: number): boolean {
    return (this.#operations[entry] as number) >= 0;
  }

  operationOf(entry: number): number {
    const operation = this.#operations[entry] as number;
    return operation >= 0 ? operation : -operation - 1;
  }

  callOf(operation: number): number {
    return this.#calls[operation] as number;
  }

  lift(operation: number): void {
    this.#unlink(this.#calls[operation] as number);
    const end = this.#returns[operation] as number;
    if (end < 0) return;
    this.#unlink(end);
    this.open -= 1;
  }

  /** In the reverse order of `lift`, so that the neighbours are those it had. */
  restore(operation: number): void {
    const end = this.#returns[operation] as number;
    if (end >= 0) {
      this.#link(end);
      this.open += 1;
    }
    this.#link(this.#calls[operation] as number);
  }

  #unlink(entry: number): void {
    const previous = this.#previous[entry] as number;
    const next = this.#next[entry] as number;
    this.#next[previous] = next;
    this.#previous[next] = previous;
  }

  #link(entry: number): void {
    this.#next[this.#previous[entry] as number] = entry;
    this.#previous[this.#next[entry] as number] = entry;
  }
}

/** Which operations are placed. Those of a long history are placed nearly in order, so only a few words matter. */
class PlacedSet {
  readonly words: Uint32Array;
  /** Words below are full, words from `to` on are empty. */
  from = 0;
  to = 0;
  hash = 0;

  constructor(size: number) {
    this.words = new Uint32Array(Math.floor(size / 32) + 1);
  }

  has(operation: number): boolean {
    return ((this.words[operation >>> 5] as number) & (1 << (operation & 31))) !== 0;
  }

  add(operation: number): void {
    const word = operation >>> 5;
    this.words[word] = ((this.words[word] as number) | (1 << (operation & 31))) >>> 0;
    this.hash ^= mixed(operation);
    if (word >= this.to) this.to = word + 1;
    while (this.words[this.from] === 0xffffffff) this.from += 1;
  }

  delete(operation: number): void {
    const word = operation >>> 5;
    this.words[word] = ((this.words[word] as number) & ~(1 << (operation & 31))) >>> 0;
    this.hash ^= mixed(operation);
    if (word < this.from) this.from = word;
    while (this.to > this.from && this.words[this.to - 1] === 0) this.to -= 1;
  }
}

/** A number's bits, spread, so that sets can be hashed by exclusive or. */
function mixed(operation: number): number {
  let hash = Math.imul(operation + 1, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca77);
  return hash ^ (hash >>> 13);
}

/** What a configuration takes besides its bits, about. */
const CONFIGURATION_WORDS = 40;

interface Configuration {
  readonly from: number;
  readonly words: Uint32Array;
}

/** Every configuration that was tried, compared exactly. */
class Configurations {
  /** Memory taken so far. */
  words = 0;
  /** By the hash of what is placed, then by state: of the same operations there may be very many states. */
  readonly #byHash = new Map<number, Map<State, Configuration[]>>();

  /** False when it was there. */
  add(placed: PlacedSet, state: State): boolean {
    let states = this.#byHash.get(placed.hash);
    if (states === undefined) this.#byHash.set(placed.hash, (states = new Map()));
    const from = placed.from;
    const words = placed.words.subarray(from, Math.max(from, placed.to));
    const others = states.get(state);
    if (others?.some((other) => other.from === from && equal(other.words, words)) === true) {
      return false;
    }
    const configuration = { from, words: words.slice() };
    if (others === undefined) states.set(state, [configuration]);
    else others.push(configuration);
    this.words +=
      words.length + CONFIGURATION_WORDS + (typeof state === "string" ? state.length : 0) / 4;
    return true;
  }
}

function equal(a: Uint32Array, b: Uint32Array): boolean {
  return a.length === b.length && a.every((word, i) => word === b[i]);
}
