/** The circles that are found, against all closed walks of small graphs. */
import { array, assert, integer, nat, property, tuple } from "fast-check";
import { expect, test } from "vitest";
import { componentsOf } from "./components.ts";
import { worstCycle } from "./cycles.ts";
import { EDGE, Graph } from "./graph.ts";
import type { CycleKind } from "./isolation.ts";
import { CYCLE_KINDS } from "./isolation.ts";
import { END_OF_LIST_EDGES_MAX } from "./limits.ts";

const NODES = 4;
const LENGTH_MAX = 8;
const ANY = EDGE.ww | EDGE.wr | EDGE.rw | EDGE.process | EDGE.realTime;
const ORDERS = EDGE.process | EDGE.realTime;

type Edge = readonly [from: number, to: number, kind: number];

/** True when a closed walk along edges of these kinds, in this order, is a circle of the kind. */
function isOf(kind: CycleKind, edges: readonly number[], orders: number): boolean {
  const allowed = orders | EDGE.ww | (kind === "G0" ? 0 : EDGE.wr);
  const past = edges.filter((edge) => edge === EDGE.rw).length;
  if (edges.some((edge) => edge !== EDGE.rw && (edge & allowed) === 0)) return false;
  switch (kind) {
    case "G0":
    case "G1c":
      return past === 0;
    case "G-single":
      return past === 1;
    case "G-nonadjacent":
      return past > 0 && !edges.some((edge, i) => edge === EDGE.rw && edges.at(i - 1) === EDGE.rw);
    case "G2-item":
      return past > 0;
  }
}

function hasWalk(
  edges: readonly Edge[],
  length: number,
  fits: (walk: readonly number[]) => boolean,
): boolean {
  const go = (start: number, at: number, walk: readonly number[]): boolean => {
    if (walk.length === length) return at === start && fits(walk);
    return edges.some(([from, to, kind]) => from === at && go(start, to, [...walk, kind]));
  };
  return Array.from({ length: NODES }, (_, node) => node).some((node) => go(node, node, []));
}

/** The worst kind of circle, and how short one is. */
function worst(edges: readonly Edge[]): { kind: CycleKind; length: number } | undefined {
  for (const orders of [0, ORDERS]) {
    for (const kind of CYCLE_KINDS) {
      for (let length = 2; length <= LENGTH_MAX; length++) {
        const found = hasWalk(edges, length, (walk) => isOf(kind, walk, orders));
        if (found) return { kind, length };
      }
    }
  }
  return undefined;
}

test("of the circles of a component the worst is told, and of those a shortest one", () => {
  const kind = integer({ min: 0, max: 6 }).map(
    (n) => [EDGE.ww, EDGE.wr, EDGE.wr, EDGE.rw, EDGE.rw, EDGE.rw, EDGE.process][n] as number,
  );
  const edge = tuple(nat(NODES - 1), nat(NODES - 1), kind);
  const seen = new Map<string, number>();
  assert(
    property(array(edge, { minLength: 3, maxLength: 7 }), (drawn) => {
      const edges = drawn.filter(([from, to]) => from !== to);
      const graph = new Graph(NODES);
      for (const [from, to, one] of edges) graph.add(from, to, one);
      graph.close();
      for (const component of componentsOf(graph, ANY)) {
        const inside = edges.filter(
          ([from, to]) => component.includes(from) && component.includes(to),
        );
        const cycle = worstCycle(graph, component, CYCLE_KINDS);
        if (cycle === undefined || cycle === "undecided") {
          expect.fail(JSON.stringify({ inside, cycle }));
        }
        const { steps } = cycle;
        for (const [i, { transaction, edge: taken }] of steps.entries()) {
          const next = steps[(i + 1) % steps.length]?.transaction;
          const isThere = inside.some(
            ([from, to, one]) => from === transaction && to === next && one === taken,
          );
          expect(isThere, JSON.stringify({ inside, cycle })).toBe(true);
        }
        expect({ kind: cycle.kind, length: steps.length }, JSON.stringify(inside)).toEqual(
          worst(inside),
        );
        seen.set(cycle.kind, (seen.get(cycle.kind) ?? 0) + 1);
      }
    }),
    { seed: 13, numRuns: 5_000 },
  );
  expect(Math.min(...CYCLE_KINDS.map((each) => seen.get(each) ?? 0))).toBeGreaterThan(2);
});

function graphOf(transactions: number, ...edges: readonly Edge[]): Graph {
  const graph = new Graph(transactions);
  for (const [from, to, kind] of edges) graph.add(from, to, kind);
  graph.close();
  return graph;
}

test("a search may look at so many edges and no more: then nothing is said", () => {
  const ring = [0, 1, 2, 3].map((node): Edge => [node, (node + 1) % 4, EDGE.ww]);
  const found = (stepsMax: number): unknown => {
    const cycle = worstCycle(graphOf(4, ...ring), [0, 1, 2, 3], ["G0"], stepsMax);
    return cycle === "undecided" ? cycle : cycle?.steps.length;
  };
  // It goes around from each of the four; the first time is enough.
  expect([2, 3, 4, 16].map(found)).toEqual(["undecided", 4, 4, 4]);
});

test("a search that ends at the limit has ended", () => {
  const chain: Edge[] = [
    [0, 1, EDGE.rw],
    [1, 0, EDGE.rw],
    [1, 2, EDGE.wr],
    [2, 3, EDGE.wr],
  ];
  const single = (stepsMax: number): unknown =>
    worstCycle(graphOf(4, ...chain), [0, 1, 2, 3], ["G-single"], stepsMax);
  const needed = [0, 1, 2, 3, 4, 5, 6, 7, 8].find((stepsMax) => single(stepsMax) === undefined);
  expect(needed).toBe(4);
});

test("a circle over an instant is as short as it has transactions", () => {
  const graph = new Graph(3);
  const instant = graph.joint();
  graph.instantsFrom = instant;
  const edges: readonly Edge[] = [
    [0, instant, EDGE.realTime],
    [0, 2, EDGE.process],
    [instant, 1, EDGE.realTime],
    [2, 1, EDGE.process],
    [1, 0, EDGE.ww],
  ];
  for (const [from, to, kind] of edges) graph.add(from, to, kind);
  graph.close();
  const cycle = worstCycle(graph, [0, 1, 2, instant], ["G0"]);
  expect(cycle).toMatchObject({ steps: [{ transaction: 0 }, { transaction: 1 }] });
});

test("of what was appended behind the end of a list only so much is looked at", () => {
  const found = (appended: number): unknown => {
    const graph = new Graph(appended + 1);
    const joint = graph.joint();
    graph.add(0, joint, EDGE.rw);
    for (let writer = 1; writer <= appended; writer++) graph.add(joint, writer, EDGE.ww);
    graph.add(appended, 0, EDGE.wr);
    graph.close();
    const component = Array.from({ length: appended + 1 }, (_, node) => node);
    const cycle = worstCycle(graph, component, CYCLE_KINDS);
    return cycle === "undecided" ? cycle : cycle?.kind;
  };
  expect(found(END_OF_LIST_EDGES_MAX)).toBe("G-single");
  expect(found(END_OF_LIST_EDGES_MAX + 1)).toBe("undecided");
});
