import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Level } from "../scenario/levels.ts";
import { WHOLE } from "./pacers.ts";
import { vuSteps } from "./vu-steps.ts";
import type { VuStep } from "./vu-steps.ts";

const S = 1e9;

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

function drawn(levels: readonly Level[]): string[] {
  return [...vuSteps(levels, WHOLE)].map(
    ({ atNs, number, comes }) => `${(atNs / S).toFixed(2)} ${comes ? "+" : "-"}${number}`,
  );
}

describe("vuSteps", () => {
  test("a constant level brings all at once and takes none", () => {
    expect(drawn(along(3, [10, 3]))).toEqual(["0.00 +1", "0.00 +2", "0.00 +3"]);
  });

  test("4 to 6 in 2 s and down to 1 in 5 s changes by one each second", () => {
    expect(drawn(along(4, [2, 6], [5, 1]))).toEqual([
      "0.00 +1",
      "0.00 +2",
      "0.00 +3",
      "0.00 +4",
      "1.00 +5",
      "2.00 +6",
      "3.00 -6",
      "4.00 -5",
      "5.00 -4",
      "6.00 -3",
      "7.00 -2",
    ]);
  });

  test("a stage without time is a jump", () => {
    expect(drawn(along(1, [5, 1], [0, 3], [5, 3], [0, 0], [5, 0]))).toEqual([
      "0.00 +1",
      "5.00 +2",
      "5.00 +3",
      "10.00 -3",
      "10.00 -2",
      "10.00 -1",
    ]);
  });

  const whole = fc.integer({ min: 0, max: 30 });
  const anyLevels = fc
    .tuple(
      whole,
      fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), whole), { minLength: 1, maxLength: 5 }),
    )
    .map(([start, stages]) => along(start, ...stages, [1, stages.at(-1)?.[1] ?? 0]));

  test("the steps are in order of time, and end at the level of the last stage", () => {
    fc.assert(
      fc.property(anyLevels, (levels) => {
        const active = new Set<number>();
        let lastNs = 0;
        for (const { atNs, number, comes } of vuSteps(levels, WHOLE)) {
          expect(atNs).toBeGreaterThanOrEqual(lastNs);
          lastNs = atNs;
          expect(active.has(number)).toBe(!comes);
          if (comes) active.add(number);
          else active.delete(number);
        }
        expect(active.size).toBe(levels.at(-1)?.to);
      }),
      { numRuns: 300 },
    );
  });

  test("the shares of 1 to 7 threads, put together, are the whole", () => {
    const byTime = (a: VuStep, b: VuStep): number =>
      a.atNs - b.atNs || Number(a.comes) - Number(b.comes) || a.number - b.number;
    fc.assert(
      fc.property(anyLevels, fc.integer({ min: 1, max: 7 }), (levels, step) => {
        const parts = Array.from({ length: step }, (_, first) => [
          ...vuSteps(levels, { first, step }),
        ]);
        const all = [...vuSteps(levels, WHOLE)];
        expect(parts.flat().sort(byTime)).toEqual(all.sort(byTime));
      }),
      { numRuns: 300 },
    );
  });
});
