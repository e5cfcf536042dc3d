import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sortRows } from "./sort-rows.ts";

const times = fc.oneof(
  fc.integer({ min: 0, max: 20 }),
  fc.integer({ min: -5_000, max: 5_000 }),
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 }).map((n) => n * 2 ** 21 + 7),
);
const groups = fc.oneof(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 10_000_000 }));

describe("sorting rows", () => {
  test("orders by group, then by time, and leaves ties as they were", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(groups, times), { maxLength: 200 }), (rows) => {
        const group = Uint32Array.from(rows, ([g]) => g);
        const time = Float64Array.from(rows, ([, t]) => t);
        // Spare room, as a builder has it: only the first rows count.
        const { order, rank } = sortRows(
          spare(group, Uint32Array),
          spare(time, Float64Array),
          rows.length,
        );
        const at = (row: number): [number, number] => rows[row] as [number, number];
        const places = rows.map((_, row) => row);
        const byTime = places.toSorted((a, b) => at(a)[1] - at(b)[1]);
        const byGroup = byTime.toSorted((a, b) => at(a)[0] - at(b)[0]);
        expect([...order]).toEqual(byGroup);
        expect([...rank]).toEqual(places.map((row) => byTime.indexOf(row)));
      }),
      { numRuns: 1_000 },
    );
  });
});

function spare<A extends Uint32Array | Float64Array>(
  values: A,
  kind: new (length: number) => A,
): A {
  const larger = new kind(values.length + 3).fill(77) as A;
  larger.set(values);
  return larger;
}
