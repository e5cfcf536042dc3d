import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  constantArrivalRate,
  constantVus,
  externallyControlled,
  perVuIterations,
  rampingVus,
  rows,
  sharedIterations,
} from "../index.ts";
import type { Executor, Vu } from "../index.ts";
import { setControlledVus, setPaused } from "./shared-cells.ts";
import { MS, S, stage } from "./testing/stage.ts";
import type { Stage } from "./testing/stage.ts";
import type { EngineReport } from "./engine.ts";

/** So many threads of one run, on one simulated clock. */
function runThreads(s: Stage, count: number): Promise<EngineReport[]> {
  const engines = Array.from({ length: count }, (_, index) =>
    s.start({ thread: { index, count } }),
  );
  return s.clock.run(Promise.all(engines));
}

function sum(reports: readonly EngineReport[], scenario = 0): number {
  return reports.reduce((all, report) => all + (report.scenarios[scenario]?.iterations ?? 0), 0);
}

describe("several threads", () => {
  const executors: readonly [Executor, number][] = [
    [sharedIterations({ vus: 7, iterations: 50 }), 50],
    [perVuIterations({ vus: 7, iterations: 5 }), 35],
    [constantVus({ vus: 7, duration: "1s" }), 70],
    [constantArrivalRate({ rate: 70, duration: "1s", preAllocatedVus: 14, pacing: "precise" }), 70],
    [
      rampingVus({
        stages: [
          { duration: "1s", target: 7 },
          { duration: "1s", target: 7 },
        ],
      }),
      100,
    ],
  ];
  for (const [executor, expected] of executors) {
    test(`act ${executor.kind} together as one does alone, and no number twice`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: 6 }), async (count) => {
          const numbers: number[] = [];
          const ids = new Map<number, Set<number>>();
          const s = stage({
            other: {
              executor: constantVus({ vus: 3, duration: "10ms" }),
              run: ({ sleep }: Vu) => sleep(10),
            },
            crowd: {
              executor,
              run: async ({ vu, sleep }: Vu) => {
                numbers.push(vu.iterationInTest);
                ids.set(vu.id, (ids.get(vu.id) ?? new Set()).add(vu.iteration));
                await sleep("100ms");
              },
            },
          });
          const total = sum(await runThreads(s, count), 1);
          expect(Math.abs(total - expected)).toBeLessThanOrEqual(
            executor.kind === "ramping-vus" ? 7 : 0,
          );
          expect(new Set(numbers).size).toBe(total);
          expect(Math.min(...ids.keys())).toBeGreaterThanOrEqual(4);
          expect(ids.size).toBeLessThanOrEqual(14);
          expect(s.sink.values("vus").at(-1)).toBe(0);
          expect(s.sink.sum("vus_max")).toBe(s.plan.vusMax);
        }),
        { numRuns: 6 },
      );
    });
  }

  test("3 arrival virtual users on 5 threads still send everything, and nothing twice", async () => {
    const dueMs: number[] = [];
    const executor = constantArrivalRate({
      rate: 100,
      duration: "1s",
      preAllocatedVus: 3,
      pacing: "precise",
    });
    const s = stage({
      crowd: {
        executor,
        run: async ({ sleep }: Vu) => {
          dueMs.push(Math.round(s.clock.nowNs() / MS));
          await sleep("5ms");
        },
      },
    });
    await runThreads(s, 5);
    expect(dueMs).toEqual(Array.from({ length: 100 }, (_, k) => k * 10));
  });

  test("a row that is claimed once is claimed once over all of them", async () => {
    const taken: unknown[] = [];
    const data = {
      users: rows(
        Array.from({ length: 25 }, (_, i) => i),
        { claim: "unique per iteration" },
      ),
    };
    const run = async ({ rows, sleep }: Vu<{ data: typeof data }>): Promise<void> => {
      taken.push(rows.users);
      await sleep("10ms");
    };
    const executor = constantVus({ vus: 4, duration: "10s" });
    const s = stage({ crowd: { executor, run: run as (vu: Vu) => Promise<void> } }, { data });
    const loaded = { users: Array.from({ length: 25 }, (_, i) => i) };
    const engines = [0, 1, 2].map((index) =>
      s.start({ thread: { index, count: 3 }, rows: loaded }),
    );
    const reports = await s.clock.run(Promise.all(engines));
    expect(taken.sort((a, b) => Number(a) - Number(b))).toEqual(loaded.users);
    expect(reports.some((report) => report.scenarios[0]?.ending === "rows")).toBe(true);
  });
});

describe("a barrier", () => {
  test("lets all go at one instant, over 1 to 4 threads, round after round", async () => {
    for (const count of [1, 2, 3, 4]) {
      const released: string[] = [];
      const s = stage({
        crowd: {
          executor: perVuIterations({ vus: 9, iterations: 3 }),
          run: async ({ vu, sleep, barrier }: Vu) => {
            await sleep(vu.id * 10);
            await barrier("start");
            released.push(`${vu.iteration} at ${Math.round(s.clock.nowNs() / MS)}`);
          },
        },
      });
      await runThreads(s, count);
      const rounds = [0, 1, 2].flatMap((round) =>
        Array.from({ length: 9 }, () => `${round} at ${(round + 1) * 90}`),
      );
      expect(released).toEqual(rounds);
    }
  });

  test("of 3 parties lets 9 virtual users go three by three", async () => {
    const released: number[] = [];
    const s = stage({
      crowd: {
        executor: perVuIterations({ vus: 9, iterations: 1 }),
        run: async ({ vu, sleep, barrier }: Vu) => {
          await sleep(vu.id * 10);
          await barrier("three", 3);
          released.push(Math.round(s.clock.nowNs() / MS));
        },
      },
    });
    await s.run();
    expect(released).toEqual([30, 30, 30, 60, 60, 60, 90, 90, 90]);
  });

  test("of all does not wait for one that has left", async () => {
    const s = stage({
      crowd: {
        executor: sharedIterations({ vus: 3, iterations: 5 }),
        run: async ({ sleep, barrier }: Vu) => {
          await sleep("10ms");
          await barrier("all");
        },
      },
    });
    const report = await s.run();
    expect(report.scenarios[0]).toMatchObject({ iterations: 5, interrupted: 0 });
    expect(report.scenarios[0]?.endedNs).toBeLessThan(21 * MS);
  });

  test("of all goes up when the one that was still missing leaves", async () => {
    const releasedMs: number[] = [];
    const s = stage({
      crowd: {
        executor: perVuIterations({ vus: 3, iterations: 1 }),
        run: async ({ vu, sleep, barrier }: Vu) => {
          if (vu.id === 3) await sleep("50ms");
          else {
            await barrier("all");
            releasedMs.push(Math.round(s.clock.nowNs() / MS));
          }
        },
      },
    });
    await s.run();
    expect(releasedMs).toEqual([50, 50]);
  });

  test("does not count one that was cut off while it waited", async () => {
    const releasedMs: number[] = [];
    const executor = rampingVus({
      startVus: 2,
      stages: [
        { duration: "1s", target: 2 },
        { duration: 0, target: 1 },
        { duration: "4s", target: 1 },
      ],
      gracefulRampDown: 0,
    });
    const s = stage({
      crowd: {
        executor,
        gracefulStop: 0,
        run: async ({ vu, sleep, barrier, signal }: Vu) => {
          if (vu.id === 1) await sleep("2s");
          await barrier("two", 2);
          if (!signal.aborted) releasedMs.push(s.clock.nowNs() / MS);
        },
      },
    });
    const report = await s.run();
    expect(releasedMs).toEqual([]);
    expect(report.scenarios[0]).toMatchObject({ iterations: 0, interrupted: 2 });
  });

  test("that can never be full ends with the grace, and the place is free again", async () => {
    const s = stage({
      crowd: {
        executor: constantVus({ vus: 2, duration: "1s" }),
        gracefulStop: "500ms",
        run: ({ barrier }: Vu) => barrier("never", 3),
      },
    });
    const report = await s.run();
    expect(report.scenarios[0]).toMatchObject({ iterations: 0, interrupted: 2, endedNs: 1.5 * S });
  });

  test("of a 17th name is the script's mistake, as are 0 parties", async () => {
    const s = stage({
      crowd: {
        executor: perVuIterations({ vus: 1, iterations: 1 }),
        run: async ({ barrier }: Vu) => {
          await barrier("x", 0).catch((error: unknown) => s.exceptions.push(error));
          for (let n = 1; n <= 17; n++) await barrier(`b${n}`);
        },
      },
    });
    await s.run();
    expect(s.exceptions.map(String)).toEqual([
      "RangeError: parties must be a whole number of at least 1, got 0",
      "RangeError: a scenario must have at most 16 barriers, got b17 as well",
    ]);
  });
});

describe("control from outside", () => {
  test("2, then 5, then 1 virtual users act, over 2 threads, within maxVus", async () => {
    const active = new Map<number, Set<number>>();
    const s = stage({
      crowd: {
        executor: externallyControlled({ vus: 2, maxVus: 5, duration: "4s" }),
        run: async ({ vu, sleep }: Vu) => {
          const second = Math.floor(s.clock.nowNs() / S);
          active.set(second, (active.get(second) ?? new Set()).add(vu.id));
          await sleep("200ms");
        },
      },
    });
    s.at(0.9 * S, () => expect(setControlledVus(s.shared, s.plan, "crowd", 99)).toBe(5));
    s.at(1.9 * S, () => expect(setControlledVus(s.shared, s.plan, "crowd", 1)).toBe(1));
    await runThreads(s, 2);
    expect([...active.values()].map((ids) => ids.size)).toEqual([5, 5, 1, 1]);
    expect([...(active.get(3) ?? [])]).toEqual([1]);
  });

  test("while paused no iteration starts, and afterwards all go on", async () => {
    const starts: number[] = [];
    const s = stage({
      crowd: {
        executor: constantVus({ vus: 1, duration: "3s" }),
        run: async ({ sleep }: Vu) => {
          starts.push(s.clock.nowNs() / MS);
          await sleep("250ms");
        },
      },
    });
    s.at(0.6 * S, () => setPaused(s.shared, true));
    s.at(2.3 * S, () => setPaused(s.shared, false));
    await s.run();
    expect(starts).toEqual([0, 250, 500, 2_300, 2_550, 2_800]);
  });

  test("arrivals that fall into a pause are dropped and counted", async () => {
    const executor = constantArrivalRate({
      rate: 10,
      duration: "2s",
      preAllocatedVus: 1,
      pacing: "precise",
    });
    const s = stage({ crowd: { executor, run: ({ sleep }: Vu) => sleep("1ms") } });
    s.at(0.45 * S, () => setPaused(s.shared, true));
    s.at(1.45 * S, () => setPaused(s.shared, false));
    const report = await s.run();
    expect(report.scenarios[0]).toMatchObject({ iterations: 10, dropped: 10 });
  });
});
