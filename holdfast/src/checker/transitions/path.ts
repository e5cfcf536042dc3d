/**
 * Is the trace of a thing some path of the graph? Two orders that are always true to real time are tried first: by
 * invocation and by return. In a right system one of them nearly always is a path. If neither is, all orders are
 * searched, with bounded effort; states are few, so configurations repeat and the memory of the search bites.
 */
import { orderBy } from "../ascending.ts";
import { SEARCH_WORDS_FIRST } from "../limits.ts";
import type { Model } from "../model.ts";
import type { Breach } from "../object-model.ts";
import { searched } from "../object-model.ts";
import { roomFor } from "../room.ts";
import type { StateGraph } from "./state-graph.ts";
import type { Trace } from "./trace.ts";

export class PathFinder {
  readonly #graph: StateGraph;
  readonly #initial: number;
  readonly #stop: () => boolean;
  readonly #moveName: string;
  readonly #lookName: string;
  #order = new Int32Array(64);

  /** The names of the two operations are for the words of a breach. */
  constructor(
    graph: StateGraph,
    initial: number,
    stop: () => boolean,
    names: { readonly move: string; readonly look: string },
  ) {
    this.#graph = graph;
    this.#initial = initial;
    this.#stop = stop;
    this.#moveName = names.move;
    this.#lookName = names.look;
  }

  /** Undefined when there is a path; the places in a breach are those of the trace. */
  check(trace: Trace): Breach | "undecided" | undefined {
    const room = roomFor(trace.size, this.#order.length);
    if (room !== this.#order.length) this.#order = new Int32Array(room);
    if (this.#inOrder(trace, undefined)) return undefined;
    orderBy(this.#order, trace.size, trace.byNs);
    if (this.#inOrder(trace, this.#order)) return undefined;
    return this.#search(trace);
  }

  /** True when the certain ones, in this order, are a path: those of unknown outcome are then taken not to have happened. */
  #inOrder({ size, states, moves, byNs }: Trace, order: Int32Array | undefined): boolean {
    let state = this.#initial;
    for (let i = 0; i < size; i++) {
      const at = order === undefined ? i : (order[i] as number);
      if (byNs[at] === Number.POSITIVE_INFINITY) continue;
      const next = states[at] as number;
      if (next < 0 || (moves[at] === 0 ? next !== state : !this.#graph.leads(state, next))) {
        return false;
      }
      state = next;
    }
    return true;
  }

  #search({ size, states, moves, fromNs, byNs }: Trace): Breach | "undecided" | undefined {
    const operations = Array.from({ length: size }, (_, at) => {
      const unknown = byNs[at] === Number.POSITIVE_INFINITY;
      const move = moves[at] === 1;
      const state = states[at] as number;
      const name = this.#graph.names[state] ?? "?";
      return {
        step: {
          f: move ? this.#moveName : this.#lookName,
          input: move ? name : undefined,
          output: move ? undefined : name,
          outcome: unknown ? ("unknown" as const) : ("ok" as const),
        },
        invokeNs: fromNs[at] as number,
        returnNs: byNs[at] as number,
      };
    });
    const bounds = { stop: this.#stop, searchWordsMax: SEARCH_WORDS_FIRST };
    return searched(this.#model()).check({ operations, initial: undefined, ...bounds });
  }

  #model(): Model {
    return {
      problem: () => undefined,
      initial: () => this.#initial,
      silent: () => false,
      reads: ({ input }) => input === undefined,
      next: (state, { input, output }) => {
        if (input === undefined) return this.#graph.numberOf(output) === state ? state : undefined;
        const next = this.#graph.numberOf(input);
        return next >= 0 && this.#graph.leads(state as number, next) ? next : undefined;
      },
    };
  }
}
