import { assert, array, integer, nat, oneof, property, tuple } from "fast-check";
import { expect, test } from "vitest";
import { NONE } from "../invariants/code-map.ts";
import { NumberIndex } from "./number-index.ts";

test("any numbers, near or far, whole or not, are found as in a map, and gone when cleared", () => {
  const number = oneof(
    nat(50),
    integer(),
    integer({ min: 0, max: 5_000 }),
    nat(3).map((n) => n + 0.5),
  );
  const index = new NumberIndex();
  assert(
    property(array(tuple(number, nat(1_000)), { maxLength: 60 }), (pairs) => {
      index.clear();
      const map = new Map(pairs);
      for (const [at, message] of pairs) index.set(at, message);
      const found = new Map<number, number>();
      index.each((at, message) => found.set(at, message));
      expect(found).toEqual(map);
      for (const [at] of pairs) {
        for (const near of [at - 1, at, at + 1, at + 0.5]) {
          expect(index.get(near)).toBe(map.get(near) ?? NONE);
        }
      }
    }),
    { seed: 11, numRuns: 300 },
  );
});
