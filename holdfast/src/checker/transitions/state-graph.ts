/** The states of a thing and which may follow which, as numbers and a table. */
import type { Value } from "../../record/value.ts";

export class StateGraph {
  readonly names: readonly string[];
  readonly #numbers: ReadonlyMap<string, number>;
  /** At from × states + to: whether a step leads there, and whether a path of one step or more does. */
  readonly #steps: Uint8Array;
  readonly #paths: Uint8Array;

  /** From a stored invariant's option: `{ funded: ["released", "refunded"] }`. Throws a RangeError where it is none. */
  constructor(graph: Value | undefined) {
    if (graph === null || typeof graph !== "object" || Array.isArray(graph)) {
      throw new RangeError(
        `graph must list the next states of each state, got ${JSON.stringify(graph)}`,
      );
    }
    const edges = Object.entries(graph).map(
      ([from, to]) => [from, to as readonly string[]] as const,
    );
    this.names = [...new Set(edges.flatMap(([from, to]) => [from, ...to]))];
    this.#numbers = new Map(this.names.map((name, number) => [name, number]));
    const size = this.names.length;
    this.#steps = new Uint8Array(size * size);
    for (const [from, to] of edges) {
      for (const next of to) this.#steps[this.numberOf(from) * size + this.numberOf(next)] = 1;
    }
    this.#paths = closed(this.#steps, size);
  }

  /** -1 for what is no state. */
  numberOf(name: Value | undefined): number {
    return typeof name === "string" ? (this.#numbers.get(name) ?? -1) : -1;
  }

  /** True when one step leads from one state to the other. */
  leads(from: number, to: number): boolean {
    return this.#steps[from * this.names.length + to] === 1;
  }

  /** True when one step or more do. */
  reaches(from: number, to: number): boolean {
    return this.#paths[from * this.names.length + to] === 1;
  }

  /** The states to be reached from one, itself included, if only steps into `allowed` states are taken. */
  within(from: number, allowed: ReadonlySet<number>): Set<number> {
    const reached = new Set([from]);
    for (const state of reached) {
      for (const next of allowed) if (this.leads(state, next)) reached.add(next);
    }
    return reached;
  }
}

/** Warshall's closure: whatever leads on through a state in between. */
function closed(steps: Uint8Array, size: number): Uint8Array {
  const paths = steps.slice();
  const states = Array.from({ length: size }, (_, state) => state);
  for (const middle of states) {
    for (const from of states) {
      if (paths[from * size + middle] === 0) continue;
      for (const to of states) {
        if (paths[middle * size + to] === 1) paths[from * size + to] = 1;
      }
    }
  }
  return paths;
}
