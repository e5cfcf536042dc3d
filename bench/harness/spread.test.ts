import { describe, expect, test } from "vitest";
import { quantile, ratios, spreadOf } from "./spread.ts";

describe("spreadOf", () => {
  test("gives the middle one of three rounds, and their ends", () => {
    expect(spreadOf([7, 5, 6])).toEqual({ median: 6, min: 5, max: 7, rounds: 3 });
  });

  test("gives the mean of the two middle ones of four rounds", () => {
    expect(spreadOf([1, 10, 2, 4])?.median).toBe(3);
  });

  test("does not count rounds that failed", () => {
    expect(spreadOf([undefined, 9, undefined])).toEqual({ median: 9, min: 9, max: 9, rounds: 1 });
  });

  test("is undefined when every round failed", () => {
    expect(spreadOf([undefined, undefined])).toBeUndefined();
  });
});

describe("ratios", () => {
  test("divides by the reference of the same round", () => {
    expect(ratios([6, 12], [3, 4])).toEqual([2, 3]);
  });

  test("leaves out rounds where either is missing or the reference is 0", () => {
    expect(ratios([6, undefined, 1, 1], [undefined, 4, 0])).toEqual(
      Array.from({ length: 4 }, () => undefined),
    );
  });
});

describe("quantile", () => {
  test("p99 of 1 to 200 is 198: 99 % of the values do not pass it", () => {
    const values = Array.from({ length: 200 }, (_, index) => index + 1);
    expect(quantile(values, 0.99)).toBe(198);
  });

  test("p50 of one value is that value", () => {
    expect(quantile([3], 0.5)).toBe(3);
  });

  test("of nothing is NaN", () => {
    expect(quantile([], 0.5)).toBeNaN();
  });
});
