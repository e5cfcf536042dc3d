import { describe, expect, test } from "vitest";
import { scheduleFigures, truthUnderFreezeNs } from "./schedule.ts";

const GAP_NS = 200_000;

describe("scheduleFigures", () => {
  test("an even 5,000/s for 2 s is on time, with 50 arrivals in every 10 ms", () => {
    const figures = scheduleFigures(evenly(10_000));
    expect(figures.ratePerSecond).toBeCloseTo(5_000, 3);
    expect(figures.lateUs.p99).toBeCloseTo(0, 3);
    expect(figures.evenGapShare).toBe(1);
    expect(figures.per10Ms).toEqual({ min: 50, max: 50 });
  });

  test("sent in batches of five, each 1 ms: half are 400 µs late or more, no gap is even", () => {
    const batched = evenly(10_000).map((at) => Math.ceil(at / 1_000_000) * 1_000_000);
    const figures = scheduleFigures(batched);
    expect(figures.lateUs.p50).toBeGreaterThanOrEqual(380);
    expect(figures.lateUs.p99).toBeLessThanOrEqual(820);
    expect(figures.evenGapShare).toBe(0);
  });

  test("one stall of 100 ms in 2 s shows in the p99 and not in the p50", () => {
    const stalled = evenly(10_000).map((at) =>
      at > 1_000_000_000 && at < 1_100_000_000 ? 1_100_000_000 : at,
    );
    const { lateUs } = scheduleFigures(stalled);
    expect(lateUs.p50).toBeLessThan(10_000);
    expect(lateUs.p99).toBeGreaterThan(60_000);
  });

  test("refuses to judge fewer than 100 arrivals", () => {
    expect(() => scheduleFigures(evenly(3_050))).toThrow("only 50 steady arrivals");
  });
});

describe("truthUnderFreezeNs", () => {
  test("500 ms in 6 s at 2,000/s: 120 of 12,000 wait longer than the p99, so it is 440 ms", () => {
    expect(truthUnderFreezeNs(500e6, 2_000, 12_000, 0.99)).toBe(440e6);
  });

  test("the median is 0: only 8.3 % of the requests met the freeze", () => {
    expect(truthUnderFreezeNs(500e6, 2_000, 12_000, 0.5)).toBe(0);
  });
});

function evenly(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index * GAP_NS);
}
