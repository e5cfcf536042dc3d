import { array, assert, nat, property, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import { CYCLE_STARTS_MAX } from "../limits.ts";
import type { Told } from "./order-graph.ts";
import { OrderGraph } from "./order-graph.ts";

function graphOf(pairs: readonly (readonly [number, number, number?])[]): OrderGraph {
  const graph = new OrderGraph();
  for (const [i, [before, after, stream]] of pairs.entries()) {
    graph.tell(before, after, stream ?? i, i, i + 100);
  }
  return graph;
}

/** True when following the pairs leads from some node back to itself. */
function hasCycle(pairs: readonly (readonly [number, number])[], nodes: number): boolean {
  return Array.from({ length: nodes }, (_, start) => start).some((start) => {
    const reached = new Set<number>([start]);
    let found = false;
    for (let round = 0; round < nodes; round++) {
      for (const [before, after] of pairs) {
        if (!reached.has(before) || before === after) continue;
        if (after === start) found = true;
        reached.add(after);
      }
    }
    return found;
  });
}

function expectClosed(cycle: readonly Told[]): void {
  for (const [i, pair] of cycle.entries()) {
    expect(pair.after).toBe((cycle[(i + 1) % cycle.length] as Told).before);
  }
}

describe("what was told has a cycle", () => {
  test("if and only if some way leads back, and what is shown is closed", () => {
    let cycles = 0;
    let none = 0;
    const any = array(tuple(nat(5), nat(5)), { maxLength: 8 });
    assert(
      property(any, (pairs) => {
        const cycle = graphOf(pairs).cycle(6);
        expect(cycle !== undefined).toBe(hasCycle(pairs, 6));
        if (cycle === undefined) none += 1;
        else {
          cycles += 1;
          expectClosed(cycle);
        }
      }),
      { seed: 3, numRuns: 2_000 },
    );
    expect(Math.min(cycles, none)).toBeGreaterThan(200);
  });

  test("of several the shortest is shown, and what one stream tells in steps is one pair", () => {
    const long = [
      [0, 1, 7],
      [1, 2, 7],
      [2, 3, 7],
      [3, 0, 8],
    ] as const;
    expect(graphOf(long).cycle(6)).toEqual([
      { before: 0, after: 3, stream: 7, rowBefore: 0, rowAfter: 102 },
      { before: 3, after: 0, stream: 8, rowBefore: 3, rowAfter: 103 },
    ]);
    const apart = [...long.map(([a, b], i) => [a, b, i] as const), [3, 1, 9]] as const;
    expect(
      graphOf(apart)
        .cycle(6)
        ?.map(({ before }) => before),
    ).toEqual([1, 2, 3]);
    const both = [...long.map(([a, b], i) => [a, b, i] as const), [4, 5, 8], [5, 4, 9]] as const;
    expect(
      graphOf(both)
        .cycle(6)
        ?.map(({ before }) => before),
    ).toEqual([4, 5]);
  });

  test("of two pairs is short enough: no shorter one is sought, and the first is shown", () => {
    const told = [
      [0, 1, 1],
      [1, 0, 2],
      [2, 3, 4],
      [3, 2, 4],
    ] as const;
    expect(graphOf(told).cycle(4)).toEqual([
      { before: 0, after: 1, stream: 1, rowBefore: 0, rowAfter: 100 },
      { before: 1, after: 0, stream: 2, rowBefore: 1, rowAfter: 101 },
    ]);
    expect(graphOf(told.slice(2)).cycle(4)).toHaveLength(1);
  });

  test("begins and ends with one stream: the two ends are one pair, too", () => {
    const told = [
      [0, 1, 5],
      [1, 2, 6],
      [2, 3, 6],
      [3, 0, 5],
    ] as const;
    expect(graphOf(told).cycle(4)).toEqual([
      { before: 3, after: 1, stream: 5, rowBefore: 3, rowAfter: 100 },
      { before: 1, after: 3, stream: 6, rowBefore: 1, rowAfter: 102 },
    ]);
  });

  test("is found behind more messages that only follow it than are looked at one by one", () => {
    const tail = CYCLE_STARTS_MAX + 20;
    const pairs = Array.from({ length: tail }, (_, i) => [i + 1, i] as const);
    const cycle = graphOf([...pairs, [tail + 1, tail], [tail, tail + 1]]).cycle(tail + 2);
    expect(cycle?.map(({ before }) => before).toSorted((a, b) => a - b)).toEqual([tail, tail + 1]);
  });

  test("no longer once it is cleared, nor by what is told of one message alone", () => {
    const graph = graphOf([
      [0, 1],
      [1, 0],
      [2, 2],
    ]);
    expect(graph.cycle(3)?.length).toBe(2);
    graph.clear();
    expect(graph.cycle(3)).toBeUndefined();
    graph.tell(0, 1, 0, 0, 0);
    expect(graph.cycle(3)).toBeUndefined();
  });
});
