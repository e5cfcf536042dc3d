import { array, assert, nat, property, tuple } from "fast-check";
import { expect, test } from "vitest";
import { componentsOf } from "./components.ts";
import { EDGE, Graph } from "./graph.ts";

const NODES = 7;

/** Whom each node reaches in one step or more. */
function reachedFrom(start: number, edges: readonly (readonly [number, number])[]): Set<number> {
  const reached = new Set<number>();
  for (let round = 0; round < NODES; round++) {
    for (const [from, to] of edges) if (from === start || reached.has(from)) reached.add(to);
  }
  return reached;
}

test("two nodes are of one component if and only if each reaches the other, and no node is by itself", () => {
  const edge = tuple(nat(NODES - 1), nat(NODES - 1), nat(2));
  let several = 0;
  assert(
    property(array(edge, { minLength: 4, maxLength: 16 }), (drawn) => {
      const graph = new Graph(NODES);
      for (const [from, to, other] of drawn) graph.add(from, to, other === 0 ? EDGE.rw : EDGE.ww);
      graph.close();
      const counted = drawn.flatMap(([from, to, other]) =>
        other === 0 ? [] : [[from, to] as const],
      );
      const nodes = Array.from({ length: NODES }, (_, node) => node);
      const reached = nodes.map((node) => reachedFrom(node, counted));
      const expected = nodes
        .map((node) =>
          nodes.filter((other) => reached[node]?.has(other) && reached[other]?.has(node)),
        )
        .filter((component, node) => component.length > 1 && component[0] === node);
      const found = componentsOf(graph, EDGE.ww)
        .map((component) => component.toSorted((a, b) => a - b))
        .toSorted((a, b) => (a[0] as number) - (b[0] as number));
      expect(found).toEqual(expected);
      if (expected.length > 1) several += 1;
    }),
    { seed: 7, numRuns: 4_000 },
  );
  expect(several).toBeGreaterThan(20);
});
