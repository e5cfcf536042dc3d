/**
 * Circles among the transactions of one component, the worst kind first. A circle is told by its edges: only writes over
 * writes (G0), with reads of what was written (G1c), with one read of the past (G-single), with several that never
 * follow each other (G-nonadjacent), with any (G2-item). Short ones are preferred, because a person will read them.
 */
import { componentsOf } from "./components.ts";
import { EDGE, Graph } from "./graph.ts";
import type { CycleKind } from "./isolation.ts";
import { CYCLE_STARTS_MAX, CYCLE_STEPS_MAX, END_OF_LIST_EDGES_MAX } from "./limits.ts";

/** Transactions in the order of the circle, each with the kind of the edge to the next; the last leads to the first. */
export interface Cycle {
  readonly kind: CycleKind;
  readonly steps: readonly { readonly transaction: number; readonly edge: number }[];
}

const ORDERS = EDGE.process | EDGE.realTime;

/**
 * The worst circle of a component, of the kinds given, and rather one that needs no order of processes or of time;
 * undefined when there is none; "undecided" beyond the limits.
 */
export function worstCycle(
  graph: Graph,
  component: readonly number[],
  kinds: readonly CycleKind[],
  stepsMax: number = CYCLE_STEPS_MAX,
): Cycle | "undecided" | undefined {
  const region = new Region(graph, component, stepsMax);
  let undecided = false;
  for (const orders of [0, ORDERS]) {
    for (const kind of kinds) {
      const steps = region.find(kind, orders);
      if (steps === "undecided") undecided = true;
      else if (steps !== undefined) return { kind, steps };
    }
  }
  // A component has some circle: where even the mildest kind is not found, a limit was in the way.
  return undecided || kinds.includes("G2-item") ? "undecided" : undefined;
}

interface Step {
  readonly node: number;
  readonly edge: number;
}

/**
 * A component by itself, without the joints at the ends of lists: through these a transaction that read a list and then
 * appended to it would seem to come before itself.
 */
class Region {
  readonly #graph: Graph;
  /** The transactions, then the instants: nodes of the whole graph. */
  readonly #members: number[];
  readonly #transactions: number;
  readonly #stepsMax: number;
  #steps = 0;
  /** Where the search came from, per node, and twice as many where it matters how. */
  readonly #from: Int32Array;
  readonly #by: Int32Array;
  readonly #seen: Int32Array;
  #search = 0;

  constructor(whole: Graph, component: readonly number[], stepsMax: number) {
    this.#stepsMax = stepsMax;
    const isInstant = (node: number): boolean => node >= whole.instantsFrom;
    const transactions = component
      .filter((node) => node < whole.transactions)
      .sort((a, b) => a - b);
    this.#transactions = transactions.length;
    this.#members = [...transactions, ...component.filter(isInstant)];
    const local = new Map(this.#members.map((node, place) => [node, place]));
    this.#graph = new Graph(this.#members.length);
    for (const [place, node] of this.#members.entries()) {
      for (const [target, kind] of edgesOf(whole, node)) {
        const to = local.get(target);
        if (to !== undefined) this.#graph.add(place, to, kind);
        // An instant outside the component leads to nothing inside.
        else if (target >= whole.transactions) this.#addThrough(whole, target, kind, place, local);
      }
    }
    this.#graph.close();
    const size = 2 * this.#members.length;
    this.#from = new Int32Array(size);
    this.#by = new Int32Array(size);
    this.#seen = new Int32Array(size);
  }

  find(kind: CycleKind, orders: number): Cycle["steps"] | "undecided" | undefined {
    this.#steps = 0;
    const found = this.#find(kind, orders);
    if (found === undefined) return this.#steps > this.#stepsMax ? "undecided" : undefined;
    // Between two transactions may lie a chain of instants; it was entered by an edge of real time.
    return found
      .filter(({ node }) => node < this.#transactions)
      .map(({ node, edge }) => ({ transaction: this.#members[node] as number, edge }));
  }

  #find(kind: CycleKind, orders: number): Step[] | undefined {
    const writes = EDGE.ww | orders;
    const reads = writes | EDGE.wr;
    const all = reads | EDGE.rw;
    switch (kind) {
      case "G0":
        return this.#amongComponents(writes);
      case "G1c":
        return this.#amongComponents(reads);
      case "G-single":
        return this.#overReadsOfThePast((a, b) => this.#path(b, a, reads, false));
      case "G-nonadjacent":
        return this.#overReadsOfThePast((a, b) => this.#path(b, a, all, true));
      case "G2-item":
        return this.#overReadsOfThePast((a, b) => this.#path(b, a, all, false));
    }
  }

  /** Where only some edges count, most transactions are in no circle; it is searched from some of those that are. */
  #amongComponents(mask: number): Step[] | undefined {
    let best: Step[] | undefined;
    for (const component of componentsOf(this.#graph, mask)) {
      const transactions = component.filter((node) => node < this.#transactions);
      for (const start of transactions.slice(0, CYCLE_STARTS_MAX)) {
        best = shorter(best, this.#path(start, start, mask, false));
      }
    }
    return best;
  }

  /** Each edge from a reader to the writer it did not see, with the shortest way back that `back` finds. */
  #overReadsOfThePast(back: (a: number, b: number) => Step[] | undefined): Step[] | undefined {
    const { starts, targets, kinds } = this.#graph;
    let best: Step[] | undefined;
    for (const a of this.#members.keys()) {
      for (let edge = starts[a] as number; edge < (starts[a + 1] as number); edge++) {
        if (kinds[edge] !== EDGE.rw) continue;
        const way = back(a, targets[edge] as number);
        if (way !== undefined) best = shorter(best, [{ node: a, edge: EDGE.rw }, ...way]);
        if (best?.length === 2) return best;
      }
    }
    return best;
  }

  /**
   * The shortest way from `start` to `goal` along edges in `mask`, breadth first; without the goal, with the edge from
   * each node on it. With `apart`, no two reads of the past follow each other: the way begins after one and does not end
   * with one; then a node is known twice, once for each way to have come there.
   */
  #path(start: number, goal: number, mask: number, apart: boolean): Step[] | undefined {
    const { starts, targets, kinds } = this.#graph;
    const size = this.#members.length;
    const search = ++this.#search;
    const first = apart ? start + size : start;
    let level = [first];
    this.#seen[first] = search;
    while (level.length > 0 && this.#steps <= this.#stepsMax) {
      const next: number[] = [];
      // The chain of instants has no length: what it leads to belongs to the same level.
      for (let state = level.pop(); state !== undefined; state = level.pop()) {
        const node = state % size;
        for (let edge = starts[node] as number; edge < (starts[node + 1] as number); edge++) {
          this.#steps += 1;
          const kind = kinds[edge] as number;
          const isPast = kind === EDGE.rw;
          if ((kind & mask) === 0 || (isPast && state >= size)) continue;
          const target = targets[edge] as number;
          if (target === goal && !(apart && isPast)) return this.#wayTo(first, state, kind);
          const reached = apart && isPast ? target + size : target;
          if (this.#seen[reached] === search) continue;
          this.#seen[reached] = search;
          this.#from[reached] = state;
          this.#by[reached] = kind;
          (target < this.#transactions ? next : level).push(reached);
        }
      }
      level = next;
    }
    return undefined;
  }

  /** Back from the state whose edge of kind `last` led to the goal. */
  #wayTo(first: number, state: number, last: number): Step[] {
    const size = this.#members.length;
    const way: Step[] = [{ node: state % size, edge: last }];
    for (let at = state; at !== first; at = this.#from[at] as number) {
      way.push({ node: (this.#from[at] as number) % size, edge: this.#by[at] as number });
    }
    return way.reverse();
  }

  #addThrough(
    whole: Graph,
    joint: number,
    kind: number,
    place: number,
    local: ReadonlyMap<number, number>,
  ): void {
    let added = 0;
    for (const [target] of edgesOf(whole, joint)) {
      const to = local.get(target);
      if (to === undefined) continue;
      this.#graph.add(place, to, kind);
      if (++added === END_OF_LIST_EDGES_MAX) return;
    }
  }
}

function* edgesOf(graph: Graph, node: number): Generator<readonly [number, number]> {
  for (let edge = graph.starts[node] as number; edge < (graph.starts[node + 1] as number); edge++) {
    yield [graph.targets[edge] as number, graph.kinds[edge] as number];
  }
}

function shorter<Path extends readonly unknown[]>(
  a: Path | undefined,
  b: Path | undefined,
): Path | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return b.length < a.length ? b : a;
}
