import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Level } from "../scenario/levels.ts";
import { arrivalPacer, arrivalsOf, WHOLE } from "./pacers.ts";
import type { Pacer, Share } from "./pacers.ts";

const S = 1e9;

/** Stages of seconds and rates, as the plan lays them end to end. */
function along(start: number, ...stages: readonly [seconds: number, target: number][]): Level[] {
  let [fromNs, from] = [0, start];
  const levels: Level[] = [];
  for (const [seconds, to] of stages) {
    const level = { fromNs, toNs: fromNs + seconds * S, from, to };
    if (seconds > 0) levels.push(level);
    [fromNs, from] = [level.toNs, to];
  }
  return levels;
}

/** When each arrival is due, asked at time 0. */
function schedule(pacer: Pacer): number[] {
  const due: number[] = [];
  for (;;) {
    const wait = pacer(0, due.length);
    if (wait === "done") return due;
    due.push(wait);
  }
}

describe("a constant rate", () => {
  const pacer = arrivalPacer(along(10, [2, 10]));
  const cases: [elapsedS: number, started: number, wait: number | "done", why: string][] = [
    [0, 0, 0, "the first is due at once"],
    [0, 1, 0.1 * S, "the second after a tenth of a second"],
    [0.05, 1, 0.05 * S, "half of the wait is over"],
    [0.1, 1, 0, "it is due"],
    [0.25, 1, -0.15 * S, "it is overdue by as much"],
    [1, 5, -0.5 * S, "five are missing: catch up"],
    [1.85, 19, 0.05 * S, "the last one is due at 1.9 s"],
    [0, 20, "done", "20 in all"],
    [5, 20, "done", "and no more, however late"],
  ];
  for (const [elapsedS, started, wait, why] of cases) {
    test(`10/s for 2 s: at ${elapsedS} s with ${started} started, ${why}`, () => {
      const given = pacer(elapsedS * S, started);
      if (wait === "done") expect(given).toBe("done");
      else expect(given).toBeCloseTo(wait, 3);
    });
  }
});

describe("a ramp", () => {
  test("0 to 10/s in 10 s holds 50 arrivals, number k at sqrt(2k) s", () => {
    const due = schedule(arrivalPacer(along(0, [10, 10])));
    expect(due).toHaveLength(50);
    due.forEach((ns, k) => expect(ns / S).toBeCloseTo(Math.sqrt(2 * k), 9));
  });

  test("10/s down to 0 in 10 s is the same ramp backwards", () => {
    const due = schedule(arrivalPacer(along(10, [10, 0])));
    expect(due).toHaveLength(50);
    due.forEach((ns, k) => expect(ns / S).toBeCloseTo(10 - Math.sqrt(100 - 2 * k), 6));
  });

  test("a stage at 0/s has no arrival, and the one after it goes on where the one before it stood", () => {
    const due = schedule(arrivalPacer(along(1, [3, 1], [0, 0], [4, 0], [0, 1], [2, 1])));
    expect(due.map((ns) => Math.round(ns / S))).toEqual([0, 1, 2, 7, 8]);
  });

  test("3 arrivals of 0.1/s in 30 s are 3, not 4, though 0.1 is no binary number", () => {
    expect(arrivalsOf(along(0.1, [30, 0.1]))).toBe(3);
    expect(arrivalsOf(along(0.7, [10, 0.7]))).toBe(7);
  });

  test("a change of rate too small for floating point still gives every arrival its time", () => {
    const due = schedule(arrivalPacer(along(100, [10, 100 + 1e-12])));
    expect(due).toHaveLength(1000);
    due.forEach((ns, k) => expect(ns / S).toBeCloseTo(k / 100, 6));
  });
});

const rate = fc.double({ min: 0, max: 500, noNaN: true });
const seconds = fc.double({ min: 0.01, max: 5, noNaN: true });
const levels = fc
  .tuple(rate, fc.array(fc.tuple(seconds, rate), { minLength: 1, maxLength: 4 }))
  .map(([start, stages]) => along(start, ...stages));

/** Trapeziums, summed up piece by piece: slow and plain. */
function integral(levels: readonly Level[], untilNs: number): number {
  let sum = 0;
  for (const { fromNs, toNs, from, to } of levels) {
    const endNs = Math.min(toNs, untilNs);
    if (endNs <= fromNs) continue;
    const atEnd = from + ((to - from) * (endNs - fromNs)) / (toNs - fromNs);
    sum += ((from + atEnd) / 2) * ((endNs - fromNs) / S);
  }
  return sum;
}

describe("any levels", () => {
  test("the integral of the rate at the moment arrival k is due is k", () => {
    fc.assert(
      fc.property(levels, (given) => {
        schedule(arrivalPacer(given)).forEach((ns, k) => {
          expect(integral(given, ns)).toBeCloseTo(k, 4);
        });
      }),
      { numRuns: 200 },
    );
  });

  test("no arrival is due before the one before it, and none outside the time", () => {
    fc.assert(
      fc.property(levels, (given) => {
        const due = schedule(arrivalPacer(given));
        const endNs = given.at(-1)?.toNs ?? 0;
        due.forEach((ns, k) => {
          expect(ns).toBeGreaterThanOrEqual(due[k - 1] ?? 0);
          expect(ns).toBeLessThanOrEqual(endNs);
        });
      }),
      { numRuns: 200 },
    );
  });

  test("the shares of 1 to 7 threads, put together, are the whole schedule", () => {
    fc.assert(
      fc.property(levels, fc.integer({ min: 1, max: 7 }), (given, threads) => {
        const shares: Share[] = Array.from({ length: threads }, (_, first) => ({
          first,
          step: threads,
        }));
        const parts = shares.flatMap((share) => schedule(arrivalPacer(given, share)));
        expect(parts.sort((a, b) => a - b)).toEqual(schedule(arrivalPacer(given, WHOLE)));
      }),
      { numRuns: 100 },
    );
  });
});
