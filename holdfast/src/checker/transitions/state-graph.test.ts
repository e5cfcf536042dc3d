import { describe, expect, test } from "vitest";
import { seededRandom } from "../../base/random.ts";
import { StateGraph } from "./state-graph.ts";

const SEED = process.env["HOLDFAST_SEED"] ?? "holdfast";
const NAMES = ["a", "b", "c", "d", "e"];

describe("a graph of states", () => {
  test("numbers its states and knows no others", () => {
    const graph = new StateGraph({ created: ["funded"], funded: ["released", "refunded"] });
    expect(graph.names).toEqual(["created", "funded", "released", "refunded"]);
    expect(graph.numberOf("refunded")).toBe(3);
    for (const other of ["lost", "", 3, null, undefined]) expect(graph.numberOf(other)).toBe(-1);
    expect(graph.leads(0, 1)).toBe(true);
    expect(graph.leads(1, 0)).toBe(false);
  });

  test.each([[undefined], [null], ["x"], [["a"]], [7]])("is none of %j", (wrong) => {
    expect(() => new StateGraph(wrong)).toThrow(/^graph must list the next states of each state/);
  });

  test(`1,000 random graphs have the paths that a walk finds, seed ${SEED}`, () => {
    const random = seededRandom(`${SEED}/graphs`);
    for (let i = 0; i < 1_000; i++) {
      const edges = Object.fromEntries(
        NAMES.map((from) => [from, NAMES.filter(() => random.next() < 0.25)]),
      );
      const graph = new StateGraph(edges);
      const allowed = NAMES.filter(() => random.next() < 0.6);
      for (const from of NAMES) {
        const walked = walk(edges, from, NAMES);
        const start = graph.numberOf(from);
        const reached = NAMES.filter((to) => graph.reaches(start, graph.numberOf(to)));
        expect(reached).toEqual(NAMES.filter((to) => walked.has(to)));
        const within = graph.within(start, new Set(allowed.map((name) => graph.numberOf(name))));
        const expected = new Set([from, ...walk(edges, from, allowed)]);
        expect(new Set([...within].map((state) => graph.names[state]))).toEqual(expected);
      }
    }
  });
});

/** Whatever one step or more lead to, if only steps into `allowed` are taken. */
function walk(
  edges: Readonly<Record<string, readonly string[]>>,
  from: string,
  allowed: readonly string[],
  seen: Set<string> = new Set(),
): Set<string> {
  for (const to of edges[from] ?? []) {
    if (seen.has(to) || !allowed.includes(to)) continue;
    seen.add(to);
    walk(edges, to, allowed, seen);
  }
  return seen;
}
