import * as fc from "fast-check";
import { expect, test } from "vitest";
import { formatCount } from "./units.ts";

test("a count has a comma before every third digit from the right, as toLocaleString writes it", () => {
  expect([0, 7, 999, 1000, 1234567, 12345.6].map(formatCount)).toEqual([
    "0",
    "7",
    "999",
    "1,000",
    "1,234,567",
    "12,346",
  ]);
  fc.assert(
    fc.property(fc.maxSafeInteger(), (count) => {
      expect(formatCount(count)).toBe(count.toLocaleString("en-US"));
    }),
  );
});
