import * as fc from "fast-check";
import { expect, test } from "vitest";
import { formatBytes, formatCount } from "./units.ts";

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

test("bytes have three digits, and whole bytes no fraction", () => {
  expect([0, 7, 999, 462.528, 1000, 1_234_567].map(formatBytes)).toEqual([
    "0 B",
    "7 B",
    "999 B",
    "463 B",
    "1.00 kB",
    "1.23 MB",
  ]);
});
