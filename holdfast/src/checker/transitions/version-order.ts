/**
 * Where the system counts its transitions, its own count is the order, and nothing need be searched: sorted by version,
 * each state must lead to the next, no two transitions may share a version, and nothing of a higher version may be over
 * before something of a lower one began. Between two versions only attempts of unknown outcome may have come. O(n log n).
 */
import { orderBy } from "../ascending.ts";
import { roomFor } from "../room.ts";
import type { StateGraph } from "./state-graph.ts";
import type { Trace } from "./trace.ts";

/** By places in the trace: what `at` says cannot be, because of `other`; -1 for the state at the start. */
export interface VersionBreach {
  readonly kind: "two states" | "two transitions" | "no way" | "against time";
  readonly at: number;
  readonly other: number;
}

const NONE = -1;
const NOBODY: ReadonlySet<number> = new Set();

/** Takes one trace after another, so that its arrays are allocated once. */
export class VersionOrder {
  readonly #graph: StateGraph;
  readonly #initial: number;
  /** Places in the trace of what carries a version, by version. */
  #places = new Int32Array(64);
  #ranks = new Float64Array(64);
  #order = new Int32Array(64);

  constructor(graph: StateGraph, initial: number) {
    this.#graph = graph;
    this.#initial = initial;
  }

  /** Undefined when the versions make a path. */
  check(trace: Trace): VersionBreach | undefined {
    const { states, moves, fromNs, byNs, versions } = trace;
    const unknown = unknownStates(trace);
    const size = this.#sort(trace);
    let last = NONE;
    /** The transition to the last version, where one is known. */
    let mover = NONE;
    /** Of all below the last version, and of the last version, the one that began last. */
    let latest = NONE;
    let latestSame = NONE;
    for (let i = 0; i < size; i++) {
      const at = this.#places[this.#order[i] as number] as number;
      // Before the first there is no version, which is like none that there is.
      const same = versions[last] === versions[at];
      if (same && states[last] !== states[at]) return { kind: "two states", at, other: last };
      if (same && moves[at] === 1) {
        return { kind: "two transitions", at, other: mover };
      }
      if (!same) {
        const from = last === NONE ? this.#initial : (states[last] as number);
        if (!this.#leads(from, states[at] as number, moves[at] === 1, unknown)) {
          return { kind: "no way", at, other: last };
        }
        latest = laterOf(trace, latest, latestSame);
        latestSame = NONE;
        mover = moves[at] === 1 ? at : NONE;
        last = at;
      }
      for (const other of [latest, mover]) {
        if ((fromNs[other] as number) > (byNs[at] as number)) {
          return { kind: "against time", at, other };
        }
      }
      latestSame = laterOf(trace, latestSame, at);
    }
    return undefined;
  }

  /** Of one version the transition first: whoever saw it must not have been done before it began. */
  #sort({ size, moves, byNs, versions }: Trace): number {
    const room = roomFor(size, this.#order.length);
    if (room !== this.#order.length) {
      this.#places = new Int32Array(room);
      this.#ranks = new Float64Array(room);
      this.#order = new Int32Array(room);
    }
    let counted = 0;
    for (let at = 0; at < size; at++) {
      const version = versions[at] as number;
      if (byNs[at] === Number.POSITIVE_INFINITY || Number.isNaN(version)) continue;
      this.#places[counted] = at;
      this.#ranks[counted] = 2 * version + (moves[at] === 1 ? 0 : 1);
      counted += 1;
    }
    orderBy(this.#order, counted, this.#ranks);
    return counted;
  }

  /** Without a known transition of its own a state was there before, or an attempt of unknown outcome led to it. */
  #leads(from: number, to: number, moved: boolean, unknown: ReadonlySet<number>): boolean {
    if (to < 0) return false;
    if (moved ? this.#graph.leads(from, to) : from === to) return true;
    const reached = this.#graph.within(from, unknown);
    if (!moved) return reached.has(to);
    for (const state of reached) if (this.#graph.leads(state, to)) return true;
    return false;
  }
}

/** Where transitions may lead whose version is not known: those of unknown outcome, and those that gave none. */
function unknownStates({ size, states, moves, byNs, versions }: Trace): ReadonlySet<number> {
  let found: Set<number> | undefined;
  for (let at = 0; at < size; at++) {
    const open = byNs[at] === Number.POSITIVE_INFINITY || Number.isNaN(versions[at]);
    if (!open || moves[at] === 0) continue;
    found ??= new Set();
    found.add(states[at] as number);
  }
  return found ?? NOBODY;
}

function laterOf({ fromNs }: Trace, a: number, b: number): number {
  return a === NONE || (fromNs[b] as number) > (fromNs[a] as number) ? b : a;
}
