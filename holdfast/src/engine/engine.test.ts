import { describe, expect, test } from "vitest";
import { constantVus, perVuIterations, rampingVus, sharedIterations } from "../index.ts";
import type { Vu } from "../index.ts";
import { MS, S, stage } from "./testing/stage.ts";

describe("constant-vus", () => {
  test("3 virtual users with iterations of 100 ms do 30 in 1 s, and start at once", async () => {
    const starts: number[] = [];
    const s = stage({
      crowd: {
        executor: constantVus({ vus: 3, duration: "1s" }),
        run: async ({ sleep }: Vu) => {
          starts.push(s.clock.nowNs() / MS);
          await sleep("100ms");
        },
      },
    });
    const report = await s.run();
    expect(report.scenarios[0]?.iterations).toBe(30);
    expect(starts.slice(0, 6)).toEqual([0, 0, 0, 100, 100, 100]);
    expect(s.sink.sum("iterations")).toBe(30);
    expect(new Set(s.sink.values("iteration_duration"))).toEqual(new Set([100]));
    expect(report.scenarios[0]?.endedNs).toBe(1 * S);
  });
});

describe("shared-iterations", () => {
  test("10 iterations among 3 virtual users end when the last does", async () => {
    const numbers: number[] = [];
    const s = stage({
      crowd: {
        executor: sharedIterations({ vus: 3, iterations: 10 }),
        run: async ({ sleep, vu }: Vu) => {
          numbers.push(vu.iterationInTest);
          await sleep(vu.id === 1 ? "10ms" : "100ms");
        },
      },
    });
    const report = await s.run();
    expect(numbers).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(report.scenarios[0]).toMatchObject({ iterations: 10, ending: "iterations" });
    expect(s.clock.nowNs()).toBeLessThan(101 * MS);
  });
});

describe("per-vu-iterations", () => {
  test("each of 4 virtual users does 5", async () => {
    const byVu = new Map<number, number>();
    const s = stage({
      crowd: {
        executor: perVuIterations({ vus: 4, iterations: 5 }),
        run: async ({ sleep, vu }: Vu) => {
          byVu.set(vu.id, (byVu.get(vu.id) ?? 0) + 1);
          await sleep("10ms");
        },
      },
    });
    await s.run();
    expect([...byVu.values()]).toEqual([5, 5, 5, 5]);
  });
});

describe("ramping-vus", () => {
  test("0 to 10 in 10 s brings one a second, and 10 to 0 takes one a second", async () => {
    const active = new Map<number, Set<number>>();
    const s = stage({
      crowd: {
        executor: rampingVus({
          stages: [
            { duration: "10s", target: 10 },
            { duration: "10s", target: 0 },
          ],
        }),
        run: async ({ sleep, vu }: Vu) => {
          const second = Math.floor(s.clock.nowNs() / S);
          active.set(second, (active.get(second) ?? new Set()).add(vu.id));
          await sleep("500ms");
        },
      },
    });
    await s.run();
    const counts = Array.from({ length: 20 }, (_, second) => active.get(second)?.size ?? 0);
    expect(counts).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  });
});
