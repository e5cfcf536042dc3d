import * as fc from "fast-check";
import { expect, test } from "vitest";
import { overlapMax } from "./overlap.ts";

const span = fc
  .tuple(fc.constantFrom("a", "b"), fc.nat(20), fc.integer({ min: 1, max: 10 }))
  .map(([key, fromNs, spanNs]) => ({ key, fromNs, toNs: fromNs + spanNs }));

test("the overlap is the most spans of one key that share a moment", () => {
  fc.assert(
    fc.property(fc.array(span, { maxLength: 12 }), (spans) => {
      const counts = spans.map(
        ({ key, fromNs: at }) =>
          spans.filter((one) => one.key === key && one.fromNs <= at && at < one.toNs).length,
      );
      expect(overlapMax(spans)).toBe(Math.max(0, ...counts));
    }),
  );
});
