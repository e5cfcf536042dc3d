import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Histogram, MAGNITUDE_MAX, MAGNITUDE_MIN } from "./histogram.ts";
import { PairList } from "./pair-list.ts";

/** The promise: off by at most this share of the value. */
const ERROR_MAX = 0.0005;

const SHARES = [0, 0.001, 0.01, 0.07, 0.1, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 0.9999, 1];

const latency = fc.double({ min: MAGNITUDE_MIN, max: 1e12, noNaN: true });
const anyValue = fc.oneof(
  { weight: 4, arbitrary: latency },
  { weight: 1, arbitrary: fc.constantFrom(0, -0, 1, 2, 1023.9999, 4096, MAGNITUDE_MIN) },
  { weight: 1, arbitrary: fc.double({ min: -1e12, max: 1e12, noNaN: true }) },
  { weight: 1, arbitrary: fc.integer({ min: -1_000, max: 100_000 }) },
);
const values = fc.array(anyValue, { minLength: 1, maxLength: 400 });

function histogramOf(values: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

/** The definition, by sorting: the value of rank ceil(q × n), the share as an exact fraction. */
function exactQuantile(sorted: readonly number[], share: number): number {
  const rank = Math.ceil((Math.round(share * 10_000) * sorted.length) / 10_000);
  return sorted[Math.max(0, rank - 1)] as number;
}

/** What a histogram answers, taken apart for comparing. */
function answers(histogram: Histogram): unknown {
  const { sum: _, ...totals } = histogram.totals;
  return { totals, quantiles: SHARES.map((share) => histogram.quantile(share)) };
}

describe("a quantile", () => {
  test("is within 0.05 % of the exact sort, for values of 64 octaves either side of zero", () => {
    fc.assert(
      fc.property(values, (values) => {
        const histogram = histogramOf(values);
        const sorted = [...values].sort((a, b) => a - b);
        for (const share of SHARES) {
          const exact = exactQuantile(sorted, share);
          const error = Math.abs(histogram.quantile(share) - exact);
          expect(error).toBeLessThanOrEqual(Math.max(Math.abs(exact) * ERROR_MAX, MAGNITUDE_MIN));
        }
      }),
      { seed: 20_261_120, numRuns: 400 },
    );
  });

  test("never falls when the share grows, and ends in the exact minimum and maximum", () => {
    fc.assert(
      fc.property(values, fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (values, more) => {
        const histogram = histogramOf(values);
        const shares = [...SHARES, ...more].sort((a, b) => a - b);
        const found = shares.map((share) => histogram.quantile(share));
        expect(found).toEqual([...found].sort((a, b) => a - b));
        expect(found[0]).toBe(Math.min(...values.map((v) => v + 0)));
        expect(found.at(-1)).toBe(Math.max(...values.map((v) => v + 0)));
      }),
      { seed: 20_261_121, numRuns: 300 },
    );
  });

  test("of 1 to 100 at 7 % is the seventh value, though 0.07 × 100 is a little over 7 in floating point", () => {
    const histogram = histogramOf(Array.from({ length: 100 }, (_, i) => i + 1));
    expect(0.07 * 100).toBeGreaterThan(7);
    expect(Math.abs(histogram.quantile(0.07) - 7)).toBeLessThan(7 * ERROR_MAX);
    expect(Math.abs(histogram.quantile(0.5) - 50)).toBeLessThan(50 * ERROR_MAX);
    expect(Math.abs(histogram.quantile(0.99) - 99)).toBeLessThan(99 * ERROR_MAX);
  });

  test("of one single value is that value to the last bit, at every share", () => {
    const histogram = histogramOf([0.3000000000000004]);
    expect(SHARES.map((share) => histogram.quantile(share))).toEqual(
      SHARES.map(() => 0.3000000000000004),
    );
  });

  test("of nothing is NaN, and so are its minimum, maximum and mean", () => {
    const empty = new Histogram();
    expect([empty.quantile(0.5), empty.min, empty.max, empty.mean]).toEqual([NaN, NaN, NaN, NaN]);
    expect(empty.count).toBe(0);
  });

  test("stands in the right order among negatives, zeros and positives", () => {
    const histogram = histogramOf([5, -5, 0, -1_000, 1_000]);
    const found = [0.2, 0.4, 0.6, 0.8, 1].map((share) => histogram.quantile(share));
    for (const [i, exact] of [-1_000, -5, 0, 5, 1_000].entries()) {
      expect(Math.abs((found[i] as number) - exact)).toBeLessThanOrEqual(
        Math.abs(exact) * ERROR_MAX,
      );
    }
  });
});

describe("merging", () => {
  test("two histograms is the same as recording everything in one", () => {
    fc.assert(
      fc.property(values, values, (left, right) => {
        const merged = histogramOf(left);
        merged.merge(histogramOf(right));
        expect(answers(merged)).toEqual(answers(histogramOf([...left, ...right])));
      }),
      { seed: 20_261_122, numRuns: 200 },
    );
  });

  test("what was drained piece by piece is the same, and a drained histogram is as new", () => {
    fc.assert(
      fc.property(fc.array(values, { maxLength: 5 }), (pieces) => {
        const source = new Histogram();
        const pairs = new PairList();
        const target = new Histogram();
        for (const piece of pieces) {
          for (const value of piece) source.record(value);
          const totals = source.drain(pairs);
          const taken = pairs.take();
          target.mergeDrained(totals, taken, 0, taken.length);
        }
        expect(answers(target)).toEqual(answers(histogramOf(pieces.flat())));
        expect(answers(source)).toEqual(answers(new Histogram()));
      }),
      { seed: 20_261_123, numRuns: 200 },
    );
  });

  test("keeps the sum to 12 digits", () => {
    const merged = histogramOf([0.1, 0.2, 0.3]);
    merged.merge(histogramOf([1e9, -7.5]));
    expect(merged.totals.sum).toBeCloseTo(999_999_993.1, 3);
    expect(merged.mean).toBeCloseTo(999_999_993.1 / 5, 3);
  });
});

describe("at its edges a histogram", () => {
  test("counts a value nearer to zero than 2^-20 as zero, and keeps the exact minimum", () => {
    const histogram = histogramOf([1e-9, 1e-9, 8]);
    expect(histogram.min).toBe(1e-9);
    expect(histogram.quantile(0.5)).toBe(1e-9);
    expect(histogram.totals.nearZero).toBe(2);
  });

  test("puts a value from 2^44 on into the last bucket, counts it as clamped, and keeps the exact maximum", () => {
    const histogram = histogramOf([1, MAGNITUDE_MAX, 1e300, -1e300]);
    expect(histogram.totals.clamped).toBe(3);
    expect(histogram.max).toBe(1e300);
    expect(histogram.min).toBe(-1e300);
    expect(histogram.quantile(0.75)).toBeGreaterThan(MAGNITUDE_MAX * (1 - ERROR_MAX * 2));
  });

  test("takes NaN and the infinities for no values, and only counts that they came", () => {
    const histogram = histogramOf([NaN, Infinity, -Infinity, 2]);
    expect(histogram.count).toBe(1);
    expect(histogram.totals.ignored).toBe(3);
    expect([histogram.min, histogram.max, histogram.mean]).toEqual([2, 2, 2]);
  });

  test("carries when one bucket is hit more than 2^32 times, by recording, merging and draining", () => {
    const histogram = new Histogram();
    histogram.recordMany(10, 2 ** 32 - 1);
    histogram.record(10);
    histogram.record(10);
    histogram.recordMany(20, 2 ** 32);
    expect(histogram.count).toBe(2 ** 33 + 1);
    expect(Math.abs(histogram.quantile(0.5) - 10)).toBeLessThan(0.005);
    expect(Math.abs(histogram.quantile(0.501) - 20)).toBeLessThan(0.01);

    const doubled = new Histogram();
    doubled.merge(histogram);
    doubled.merge(histogram);
    const pairs = new PairList();
    const totals = doubled.drain(pairs);
    const taken = pairs.take();
    const target = new Histogram();
    target.mergeDrained(totals, taken, 0, taken.length);
    expect(target.count).toBe(2 ** 34 + 2);
    expect(Math.abs(target.quantile(0.5) - 10)).toBeLessThan(0.005);
    expect(Math.abs(target.quantile(0.501) - 20)).toBeLessThan(0.01);
    expect(doubled.count).toBe(0);
  });

  test("is as new after clear", () => {
    const histogram = histogramOf([1, -1, 0, NaN, 1e300]);
    histogram.clear();
    expect(answers(histogram)).toEqual(answers(new Histogram()));
    expect(histogram.isEmpty).toBe(true);
  });
});
