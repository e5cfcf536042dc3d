import { describe, expect, test } from "vitest";
import type { Clock } from "../base/clock.ts";
import { constantArrivalRate, constantVus, rampingArrivalRate } from "../index.ts";
import type { ConstantArrivalRate, Vu } from "../index.ts";
import { FakeServer, MS, S, stage } from "./testing/stage.ts";
import type { Stage } from "./testing/stage.ts";

type Options = Omit<ConstantArrivalRate, "kind">;

/** Iterations of so many ms; keeps when each began. */
function arrivals(
  options: Partial<Options>,
  ms: number,
): { s: Stage; starts: number[]; ids: Set<number> } {
  const starts: number[] = [];
  const ids = new Set<number>();
  const executor = constantArrivalRate({
    rate: 10,
    duration: "1s",
    preAllocatedVus: 1,
    pacing: "precise",
    ...options,
  });
  const run = async ({ sleep, vu }: Vu): Promise<void> => {
    starts.push(s.clock.nowNs() / MS);
    ids.add(vu.id);
    await sleep(ms);
  };
  const s = stage({ crowd: { executor, run } });
  return { s, starts, ids };
}

describe("arrivals on schedule", () => {
  test("100/s for 1 s start every 10 ms to the nanosecond, in precise pacing", async () => {
    const { s, starts } = arrivals({ rate: "100/s", preAllocatedVus: 2 }, 5);
    const report = await s.run();
    expect(starts).toEqual(Array.from({ length: 100 }, (_, k) => k * 10));
    expect(s.sink.values("schedule_slip").every((slip) => slip === 0)).toBe(true);
    expect(report.scenarios[0]).toMatchObject({
      iterations: 100,
      dropped: 0,
      pacing: "precise",
      arrivals: { prompt: 100, late: 0, queued: 0, queuedMost: 0 },
    });
  });

  test("2,500/s in economy pacing start up to 1 ms late, never early, and say so", async () => {
    const { s, starts } = arrivals({ rate: "2500/s", preAllocatedVus: 20, pacing: "economy" }, 1);
    const report = await s.run();
    expect(starts).toHaveLength(2_500);
    starts.forEach((at, k) => {
      expect(at - k * 0.4).toBeGreaterThan(-1e-6);
      expect(at - k * 0.4).toBeLessThan(1 + 1e-6);
    });
    expect(Math.max(...s.sink.values("schedule_slip"))).toBeCloseTo(0.8, 6);
    expect(report.scenarios[0]?.pacing).toBe("economy");
  });

  test("pacing is precise by itself when more cores are there than threads and one", async () => {
    const pacing = async (availableCores: number): Promise<unknown> => {
      const { s } = arrivals({ pacing: undefined as never }, 5);
      return (await s.run({ availableCores })).scenarios[0]?.pacing;
    };
    expect([await pacing(2), await pacing(3)]).toEqual(["economy", "precise"]);
  });

  test("arrivals that start more than 2 ms late, though somebody was free, are counted as late", async () => {
    const rate = { rate: 1_000, duration: "10ms", preAllocatedVus: 10, pacing: "precise" } as const;
    const run = async ({ vu }: Vu): Promise<void> => {
      if (vu.iterationInTest === 0) s.clock.busyWaitUntil(5 * MS);
    };
    const s = stage({ crowd: { executor: constantArrivalRate(rate), run } });
    const report = await s.run();
    expect(report.scenarios[0]?.arrivals).toMatchObject({ prompt: 10, late: 2 });
    const slips = s.sink.values("schedule_slip").map((ms) => Math.round(ms * 100) / 100);
    expect(slips).toEqual([0, 4, 3, 2, 1, 0, 0, 0, 0, 0]);
  });

  test("precise pacing holds the thread only while nothing is in flight, and never past somebody's waking", async () => {
    const thoughtUs: number[] = [];
    const rate = { rate: 2_000, duration: "10ms", preAllocatedVus: 5, pacing: "precise" } as const;
    const s = stage({
      crowd: { executor: constantArrivalRate(rate), run: ({ sleep }: Vu) => sleep(0.2) },
      thinking: {
        executor: constantVus({ vus: 1, duration: "10ms" }),
        thinkTime: 0.33,
        run: () => void thoughtUs.push(s.clock.nowNs() / 1_000),
      },
    });
    const holds: { fromMs: number; toMs: number }[] = [];
    const clock: Clock = {
      nowNs: () => s.clock.nowNs(),
      at: (atNs, wake) => s.clock.at(atNs, wake),
      // As the real one does: turn after turn, whatever there is to do.
      soon: (wake) => s.clock.soon(wake),
      busyWaitUntil: (atNs) => {
        holds.push({ fromMs: s.clock.nowNs() / MS, toMs: atNs / MS });
        s.clock.busyWaitUntil(atNs);
      },
    };
    await s.run({ clock, recorder: { clock, metrics: s.sink, operations: s.log } });
    expect(holds.length).toBeGreaterThan(3);
    for (const { fromMs, toMs } of holds) {
      expect((fromMs % 0.5) + 1e-9).toBeGreaterThanOrEqual(0.2);
      expect(toMs - fromMs).toBeLessThanOrEqual(0.3 + 1e-9);
    }
    const gapsUs = thoughtUs.slice(1).map((at, i) => at - (thoughtUs[i] ?? 0));
    expect(Math.max(...gapsUs)).toBeLessThan(335);
  });

  test("a ramp from 0 to 100/s in 1 s starts arrival k at sqrt(k/50) s", async () => {
    const starts: number[] = [];
    const executor = rampingArrivalRate({
      stages: [{ duration: "1s", target: "100/s" }],
      preAllocatedVus: 5,
      pacing: "precise",
    });
    const s = stage({
      crowd: {
        executor,
        run: async ({ sleep }: Vu) => {
          starts.push(s.clock.nowNs() / S);
          await sleep(10);
        },
      },
    });
    await s.run();
    expect(starts).toHaveLength(50);
    starts.forEach((at, k) => expect(at).toBeCloseTo(Math.sqrt(k / 50), 6));
  });
});

describe("arrivals that find everybody busy", () => {
  test("more virtual users are brought in, up to maxVus", async () => {
    const { s, ids, starts } = arrivals({ maxVus: 3 }, 280);
    await s.run();
    expect([...ids].sort((a, b) => a - b)).toEqual([1, 2, 3]);
    expect(starts).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900]);
  });

  test("they wait in line, and their time counts from when they were due", async () => {
    const { s, starts } = arrivals({}, 250);
    const report = await s.run();
    expect(starts).toEqual([0, 250, 500, 750, 1000, 1250, 1500, 1750, 2000, 2250]);
    const durations = s.sink.values("iteration_duration");
    durations.forEach((ms, k) => expect(ms).toBeCloseTo((k + 1) * 250 - k * 100, 6));
    expect(s.sink.values("schedule_slip")).toEqual([0]);
    expect(report.scenarios[0]?.arrivals).toEqual({ prompt: 1, late: 0, queued: 9, queuedMost: 6 });
  });

  test("with whenBusy drop they are dropped and counted", async () => {
    const { s, starts } = arrivals({ whenBusy: "drop" }, 250);
    const report = await s.run();
    expect(starts).toEqual([0, 300, 600, 900]);
    expect(s.sink.sum("dropped_iterations")).toBe(6);
    expect(report.scenarios[0]).toMatchObject({ iterations: 4, dropped: 6 });
  });

  test("a line of at most 2 drops the rest", async () => {
    const { s } = arrivals({ queueMax: 2 }, 440);
    const report = await s.run();
    expect(report.scenarios[0]).toMatchObject({ iterations: 5, dropped: 5 });
    expect(report.scenarios[0]?.arrivals?.queuedMost).toBe(2);
  });

  test("those still waiting when the grace is over are dropped and counted, none is lost", async () => {
    const { s } = arrivals({ rate: "100/s", duration: "2s" }, 1_000);
    const report = await s.run();
    const { iterations, interrupted, dropped } = report.scenarios[0] ?? {};
    expect({ iterations, interrupted, dropped }).toEqual({
      iterations: 31,
      interrupted: 1,
      dropped: 168,
    });
  });
});

describe("a server that is frozen for 500 ms in 6 s of 2,000/s", () => {
  const frozen = { fromNs: 2 * S, toNs: 2.5 * S };
  /** Of 12,000 arrivals the 1,000 in the freeze wait for its end, one every half millisecond. */
  const truthMs = Array.from({ length: 12_000 }, (_, k) => {
    const atMs = k / 2;
    return atMs >= 2_000 && atMs < 2_500 ? 2_500 - atMs + 0.1 : 0.1;
  });

  function p99(values: readonly number[]): number {
    const sorted = [...values].sort((a, b) => a - b);
    return sorted[Math.ceil(values.length * 0.99) - 1] ?? Number.NaN;
  }

  for (const vus of [10, 100, 1_000]) {
    test(`is seen whole by ${vus} virtual users: the p99 is the truth's, within 1 %`, async () => {
      const executor = constantArrivalRate({
        rate: "2000/s",
        duration: "6s",
        preAllocatedVus: vus,
        pacing: "precise",
      });
      const s = stage({ crowd: { executor, run: () => server.request() } });
      const server = new FakeServer(s.clock, 0.1 * MS, frozen);
      const report = await s.run();
      const durations = s.sink.values("iteration_duration");
      expect(durations).toHaveLength(12_000);
      expect(report.scenarios[0]?.dropped).toBe(0);
      expect(p99(truthMs)).toBeCloseTo(440, 0);
      expect(Math.abs(p99(durations) / p99(truthMs) - 1)).toBeLessThan(0.01);
      expect(Math.max(...s.sink.values("schedule_slip"))).toBeLessThan(0.01);
    });
  }
});
