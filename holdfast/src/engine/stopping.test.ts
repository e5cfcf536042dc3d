import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  constantArrivalRate,
  constantVus,
  counter,
  externallyControlled,
  perVuIterations,
  rampingArrivalRate,
  rampingVus,
  sharedIterations,
} from "../index.ts";
import type { Executor, Meter, Scenario, Vu } from "../index.ts";
import { MS, S, stage } from "./testing/stage.ts";

const once = constantVus({ vus: 1, duration: "1s" });

describe("when the time is up", () => {
  test("an iteration of 3 s may finish within a gracefulStop of 5 s, and no other starts", async () => {
    const s = stage({
      crowd: { executor: once, gracefulStop: "5s", run: ({ sleep }: Vu) => sleep("3s") },
    });
    const report = await s.run();
    expect(report.scenarios[0]).toMatchObject({ iterations: 1, interrupted: 0, ending: "time" });
    expect(report.scenarios[0]?.endedNs).toBe(3 * S);
  });

  test("nobody thinks about the next iteration any more", async () => {
    const s = stage({
      crowd: { executor: once, thinkTime: "1h", run: ({ sleep }: Vu) => sleep("3s") },
    });
    const report = await s.run();
    expect(report.scenarios[0]).toMatchObject({ iterations: 1, endedNs: 3 * S });
  });

  test("it is cut off after a gracefulStop of 1 s: its sleep ends, its signal is aborted, it counts nowhere", async () => {
    const seen: unknown[] = [];
    const s = stage({
      crowd: {
        executor: once,
        gracefulStop: "1s",
        run: async ({ sleep, signal, http }: Vu) => {
          seen.push(typeof http, s.open.size);
          await sleep("3s");
          seen.push(s.clock.nowNs() / S, signal.aborted, s.open.size);
        },
      },
    });
    const report = await s.run();
    expect(seen).toEqual(["object", 1, 2, true, 0]);
    expect(report.scenarios[0]).toMatchObject({ iterations: 0, interrupted: 1 });
    expect(s.sink.values("iteration_duration")).toEqual([]);
    expect(s.exceptions).toEqual([]);
  });

  test("what it checks and counts after it was cut off is in no metric", async () => {
    const s = stage(
      {
        crowd: {
          executor: once,
          gracefulStop: 0,
          run: async ({ sleep, check, metrics, group }: Vu) => {
            const { orders } = metrics as unknown as { orders: Meter };
            await group("order", () => sleep("3s"));
            check("is 200", false);
            orders.add(1);
          },
        },
      },
      { metrics: { orders: counter() } },
    );
    await s.run();
    const counted = new Set(s.sink.samples.map(({ metric }) => metric));
    expect(counted).toEqual(new Set(["vus_max", "vus"]));
  });

  test("what it throws on being cut off is no exception of the script", async () => {
    const s = stage({
      crowd: {
        executor: once,
        gracefulStop: 0,
        run: async ({ sleep }: Vu) => {
          await sleep("3s");
          throw new Error("the answer was cut off");
        },
      },
    });
    const report = await s.run();
    expect(report.scenarios[0]).toMatchObject({ interrupted: 1, exceptions: { count: 0 } });
  });

  test("a script that never comes back is left behind after 1 s", async () => {
    const s = stage({
      crowd: { executor: once, gracefulStop: 0, run: () => new Promise<never>(() => undefined) },
    });
    const report = await s.run();
    expect(report.scenarios[0]).toMatchObject({ interrupted: 1 });
    expect(report.scenarios[0]?.endedNs).toBe(2 * S);
  });

  test("a vuTeardown that never ends is left behind after 10 s", async () => {
    const s = stage({
      crowd: {
        executor: once,
        run: ({ sleep }: Vu) => sleep("1s"),
        vuTeardown: () => new Promise<never>(() => undefined),
      },
    });
    const report = await s.run();
    expect(report.scenarios[0]?.endedNs).toBe(11 * S);
  });
});

describe("when a ramp takes a virtual user away", () => {
  const down = [
    { duration: "1s", target: 1 },
    { duration: 0, target: 0 },
    { duration: "9s", target: 0 },
  ];

  test("its iteration is cut off after a gracefulRampDown of 500 ms", async () => {
    const ends: number[] = [];
    const s = stage({
      crowd: {
        executor: rampingVus({ startVus: 1, stages: down, gracefulRampDown: "500ms" }),
        run: async ({ sleep }: Vu) => {
          await sleep("2s");
          ends.push(s.clock.nowNs() / MS);
        },
      },
    });
    const report = await s.run();
    expect(ends).toEqual([1_500]);
    expect(report.scenarios[0]).toMatchObject({ iterations: 0, interrupted: 1 });
  });

  test("it tears down and sets up again when the ramp brings it back", async () => {
    const story: string[] = [];
    const tell = (word: string) => async (): Promise<void> => {
      story.push(`${s.clock.nowNs() / S} ${word}`);
    };
    const executor = rampingVus({
      startVus: 1,
      stages: [...down, { duration: 0, target: 1 }, { duration: "1s", target: 1 }],
    });
    const s = stage({
      crowd: {
        executor,
        vuSetup: tell("in"),
        run: ({ sleep }: Vu) => sleep("600ms"),
        vuTeardown: tell("out"),
      },
    });
    await s.run();
    expect(story).toEqual(["0 in", "1.2 out", "10 in", "11.2 out"]);
  });

  test("it comes back when the line rises again while it is still on its way out", async () => {
    const story: string[] = [];
    const executor = rampingVus({
      startVus: 1,
      stages: [
        { duration: "1s", target: 1 },
        { duration: 0, target: 0 },
        { duration: "300ms", target: 0 },
        { duration: 0, target: 1 },
        { duration: "700ms", target: 1 },
      ],
    });
    const s = stage({
      crowd: {
        executor,
        vuSetup: () => void story.push(`${s.clock.nowNs() / S} in`),
        run: ({ sleep }: Vu) => sleep("600ms"),
        vuTeardown: async ({ sleep }: Vu) => {
          await sleep("300ms");
          story.push(`${s.clock.nowNs() / S} out`);
        },
      },
    });
    await s.run();
    expect(story).toEqual(["0 in", "1.5 out", "1.5 in", "2.4 out"]);
  });

  test("it simply stays when the line rises again before its iteration has ended", async () => {
    const starts: number[] = [];
    const executor = rampingVus({
      startVus: 1,
      stages: [
        { duration: "1s", target: 1 },
        { duration: 0, target: 0 },
        { duration: "200ms", target: 0 },
        { duration: 0, target: 1 },
        { duration: "2s", target: 1 },
      ],
      gracefulRampDown: "500ms",
    });
    const s = stage({
      crowd: {
        executor,
        run: async ({ sleep, vu }: Vu) => {
          starts.push(s.clock.nowNs() / MS);
          await sleep(vu.iteration === 0 ? "1800ms" : "1s");
        },
      },
    });
    const report = await s.run();
    expect(starts).toEqual([0, 1_800, 2_800]);
    expect(report.scenarios[0]).toMatchObject({ iterations: 3, interrupted: 0 });
  });
});

describe("when the run is stopped", () => {
  test("no iteration starts any more, and running ones end", async () => {
    const s = stage({
      crowd: {
        executor: constantVus({ vus: 2, duration: "1h" }),
        run: ({ sleep }: Vu) => sleep("700ms"),
      },
      later: { executor: once, startTime: "5s", run: ({ sleep }: Vu) => sleep("1s") },
    });
    s.at(1 * S, () => s.stop.abort());
    const report = await s.run();
    expect(report.scenarios[0]?.endedNs).toBe(1.4 * S);
    expect(report.scenarios).toMatchObject([
      { iterations: 4, interrupted: 0, ending: "stopped" },
      { iterations: 0, ending: "stopped" },
    ]);
  });

  test("their grace counts from then on", async () => {
    const s = stage({
      crowd: {
        executor: constantVus({ vus: 1, duration: "1h" }),
        gracefulStop: "2s",
        run: ({ sleep }: Vu) => sleep("30m"),
      },
    });
    s.at(1 * S, () => s.stop.abort());
    const report = await s.run();
    expect(report.scenarios[0]?.endedNs).toBe(3 * S);
    expect(report.scenarios[0]).toMatchObject({ interrupted: 1 });
  });

  test("the hard way they are cut off at once", async () => {
    const s = stage({
      crowd: { executor: once, run: ({ sleep }: Vu) => sleep("1h") },
    });
    s.at(100 * MS, () => s.kill.abort());
    const report = await s.run();
    expect(report.scenarios[0]?.endedNs).toBe(100 * MS);
    expect(report.scenarios[0]).toMatchObject({ interrupted: 1, ending: "stopped" });
  });

  test("before it began, nothing begins", async () => {
    const s = stage({ crowd: { executor: once, run: () => undefined } });
    s.stop.abort();
    const report = await s.run();
    expect(report.scenarios[0]).toMatchObject({ iterations: 0, ending: "stopped" });
  });

  const stages = [
    { duration: "1s", target: 5 },
    { duration: "1s", target: 0 },
    { duration: "1s", target: 7 },
  ];
  const arrivals = { preAllocatedVus: 2, maxVus: 4 };
  const executors: Executor[] = [
    sharedIterations({ vus: 3, iterations: 40 }),
    perVuIterations({ vus: 3, iterations: 10 }),
    constantVus({ vus: 4, duration: "3s" }),
    rampingVus({ stages, gracefulRampDown: "100ms" }),
    constantArrivalRate({ rate: 40, duration: "3s", ...arrivals, pacing: "precise" }),
    rampingArrivalRate({ startRate: 40, stages, ...arrivals, pacing: "economy" }),
    externallyControlled({ vus: 3, maxVus: 5, duration: "3s" }),
  ];

  test("at any moment, in any way, no timer is left, no client is open, and every iteration is accounted for", async () => {
    const moment = fc.integer({ min: 0, max: 4_000 });
    const way = fc.constantFrom<"stop" | "kill">("stop", "kill");
    const choice = fc.record({
      executor: fc.constantFrom(...executors),
      gracefulStop: fc.constantFrom(0, 50, 400),
      setUp: fc.boolean(),
      stops: fc.array(fc.tuple(moment, way), { minLength: 1, maxLength: 2 }),
      seed: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(choice, async ({ executor, gracefulStop, setUp, stops, seed }) => {
        const counts = { begun: 0, ended: 0 };
        const scenario: Scenario = {
          executor,
          gracefulStop,
          run: async ({ http, sleep, random, barrier }) => {
            void http;
            counts.begun += 1;
            if (random.next() < 0.1) await barrier("all", 2);
            if (random.next() < 0.1) throw new Error("a mistake");
            await sleep(random.integer(0, 300));
            counts.ended += 1;
          },
        };
        if (setUp) {
          scenario.vuSetup = ({ sleep }) => sleep(30);
          scenario.vuTeardown = ({ sleep }) => sleep(20);
        }
        const s = stage({ crowd: scenario });
        for (const [at, how] of stops) s.at(at * MS + (seed % 1_000), () => s[how].abort());
        const report = await s.run();
        const { iterations = 0, interrupted = 0 } = report.scenarios[0] ?? {};
        expect(counts.begun).toBe(iterations + interrupted);
        expect(s.sink.sum("iterations")).toBe(iterations);
        expect(s.sink.values("vus").at(-1) ?? 0).toBe(0);
        expect(s.open.size).toBe(0);
      }),
      { numRuns: 250 },
    );
  });
});
