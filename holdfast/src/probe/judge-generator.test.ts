import { describe, expect, test } from "vitest";
import { NS_PER_S } from "../base/units.ts";
import type { GeneratorSample } from "../record/generator.ts";
import { GeneratorWatch } from "./generator-watch.ts";
import { type GeneratorFacts, judgeGenerator } from "./judge-generator.ts";
import { HOLD_UPS_MS } from "./limits.ts";

/**
 * Threads that use these shares of a core in these seconds, sampled four times a second. Their loops are late by
 * `loopDelayP99Ms` so many times a second.
 */
function watched(
  threads: readonly (readonly number[])[],
  loopDelayP99Ms = 1,
  holdUpsPerSecond = 20,
): GeneratorWatch {
  const watch = new GeneratorWatch();
  for (const [thread, shares] of threads.entries()) {
    let cpuNs = 0;
    const sample = (atNs: number): GeneratorSample => ({
      atNs,
      cpuNs,
      loopDelayP99Ms,
      loopDelayMaxMs: 2 * loopDelayP99Ms,
      holdUps: HOLD_UPS_MS.map((edgeMs) =>
        edgeMs <= loopDelayP99Ms ? (atNs / NS_PER_S) * holdUpsPerSecond : 0,
      ),
      gcPauseTotalMs: (atNs / NS_PER_S) * 10,
      gcPauseMaxMs: 4,
    });
    watch.add(thread, sample(0));
    for (const [second, share] of shares.entries()) {
      for (let quarter = 1; quarter <= 4; quarter++) {
        cpuNs += (share * NS_PER_S) / 4;
        watch.add(thread, sample((second + quarter / 4) * NS_PER_S));
      }
    }
  }
  return watch;
}

function facts(more: Partial<GeneratorFacts> = {}): GeneratorFacts {
  return {
    pacing: null,
    scheduleSlipP99Ms: null,
    arrivals: 5_000,
    requestP99Ms: more.latencyP99Ms ?? 20,
    requestMeanMs: 10,
    latencyP99Ms: 20,
    droppedIterations: 0,
    outOfLimits: 0,
    usage: { cpuSeconds: 4.2, rssMaxBytes: 2e8 },
    ...more,
  };
}

const seconds = (count: number, share: number): number[] =>
  Array.from({ length: count }, () => share);

describe("a generator is not the bottleneck", () => {
  test.each([
    [
      "999 arrivals, 1 % of them late by 36 ms at a reported p99 of 37 ms: one pause at the start",
      watched([seconds(10, 0.1)]),
      facts({ pacing: "economy", scheduleSlipP99Ms: 36, latencyP99Ms: 37, arrivals: 999 }),
    ],
    [
      "loop held up 54 ms at latencies of 12 ms, but in a run of 2 s",
      watched([seconds(2, 0.5)], 54),
      facts({ latencyP99Ms: 12 }),
    ],
    ["closed model, 40 % of a core", watched([seconds(10, 0.4)]), facts()],
    ["closed model, 85 % of a core throughout", watched([seconds(10, 0.85)]), facts()],
    [
      "closed model, all of a core for 6 of 10 s",
      watched([[...seconds(6, 1), ...seconds(4, 0.5)]]),
      facts(),
    ],
    ["closed model, all of a core, but for 2 s only", watched([seconds(2, 1)]), facts()],
    [
      "loop held up 42 ms at latencies of 50 ms, with other work on both cores",
      watched([seconds(10, 0.5)], 42),
      facts({ latencyP99Ms: 50 }),
    ],
    [
      "loop held up 80 ms at latencies of 500 ms",
      watched([seconds(10, 0.5)], 80),
      facts({ latencyP99Ms: 500 }),
    ],
    [
      "spinning, all of a core, loop held up on purpose, slip of 0.25 ms",
      watched([seconds(10, 1)], 40),
      facts({ pacing: "precise", scheduleSlipP99Ms: 0.25, latencyP99Ms: 0.8 }),
    ],
    [
      "economy, slip of 4.8 ms in a noisy phase, latencies of 2 ms",
      watched([seconds(10, 0.2)]),
      facts({ pacing: "economy", scheduleSlipP99Ms: 4.8, latencyP99Ms: 2 }),
    ],
    [
      "economy, slip of 33 ms by stalls of the host, server frozen: latencies of 445 ms",
      watched([seconds(6, 0.3)]),
      facts({ pacing: "economy", scheduleSlipP99Ms: 33, latencyP99Ms: 445 }),
    ],
    [
      "fan-out to 10,000 watchers: loop held up 95 ms by reading, messages of 310 ms, requests of 4 ms",
      watched([seconds(10, 0.5)], 95),
      facts({ latencyP99Ms: 310, requestP99Ms: 4 }),
    ],
    [
      "closed model, loop held up 205 ms twice a second, requests of 0.5 ms: one in a thousand met it",
      watched([seconds(10, 0.5)], 205, 2),
      facts({ latencyP99Ms: 5, requestMeanMs: 0.5 }),
    ],
    [
      "loop held up 120 ms once a second, requests of 9.9 ms: 0.99 % of them met it",
      watched([seconds(10, 0.5)], 120, 1),
      facts({ latencyP99Ms: 30, requestMeanMs: 9.9 }),
    ],
    ["no sample at all", new GeneratorWatch(), facts({ latencyP99Ms: null })],
  ])("%s", (_, watch, given) => {
    expect(judgeGenerator(watch.numbers(), given)).toMatchObject({ valid: true, reasons: [] });
  });
});

describe("a generator is the bottleneck, and says by which limit", () => {
  test("an arrival rate that it cannot keep: slip of 34 ms in a reported p99 of 40 ms", () => {
    const given = facts({ pacing: "precise", scheduleSlipP99Ms: 34, latencyP99Ms: 40 });
    const { valid, reasons } = judgeGenerator(watched([seconds(10, 1)]).numbers(), given);
    expect(valid).toBe(false);
    expect(reasons).toEqual([
      "Requests left late: 1 % of them by more than 34.0 ms, against a reported p99 of 40.0 ms. " +
        "A lower rate, more threads or a core of its own would help.",
    ]);
  });

  test("12 connections that this machine had no file or port for", () => {
    const { valid, reasons } = judgeGenerator(
      watched([seconds(10, 0.1)]).numbers(),
      facts({ outOfLimits: 12 }),
    );
    expect(valid).toBe(false);
    expect(reasons).toEqual([
      "12 connections could not be opened, as this machine, not the target, was out of files or ports. " +
        "holdfast doctor tells the limits; ulimit -n raises that of files.",
    ]);
  });

  test("an arrival rate far out of reach: slip of 3 s, though the latencies are 30 s", () => {
    const given = facts({ pacing: "economy", scheduleSlipP99Ms: 3_000, latencyP99Ms: 30_000 });
    expect(judgeGenerator(watched([seconds(10, 1)]).numbers(), given).valid).toBe(false);
  });

  test("a closed model whose thread has used all of its core for 9 of 10 s", () => {
    const watch = watched([[0.4, ...seconds(9, 0.98)]]);
    expect(judgeGenerator(watch.numbers(), facts()).reasons).toEqual([
      "An engine thread used over 90 % of a core for 90 % of the load, so it set the rate and " +
        "lengthened every latency. More threads, think time or fewer virtual users would help.",
    ]);
  });

  test("a closed model in which one thread of two is saturated", () => {
    const watch = watched([seconds(10, 0.3), seconds(10, 0.99)]);
    expect(judgeGenerator(watch.numbers(), facts())).toMatchObject({
      valid: false,
      cpuShareMax: expect.closeTo(0.99, 6),
    });
  });

  test("a fan-out whose messages of 120 ms lay for 95 ms before they were looked at", () => {
    const given = facts({ latencyP99Ms: 120, requestP99Ms: 4 });
    expect(judgeGenerator(watched([seconds(10, 0.5)], 95).numbers(), given).reasons).toEqual([
      "The event loop was held up: 1 time in 100 by more than 95.0 ms, against a reported p99 of 120 ms. " +
        "Look for long computations in the script, or give it more threads.",
    ]);
  });

  test("a slip of 34 ms in requests of 40 ms, however slow the messages beside them are", () => {
    const slow = { latencyP99Ms: 900, requestP99Ms: 40 };
    const given = facts({ pacing: "economy", scheduleSlipP99Ms: 34, ...slow });
    expect(judgeGenerator(watched([seconds(10, 0.2)]).numbers(), given)).toMatchObject({
      valid: false,
      reasons: [expect.stringContaining("more than 34.0 ms, against a reported p99 of 40.0 ms")],
    });
  });

  test("a closed model whose requests of 150 ms mostly lie while the loop is held up for 340 ms", () => {
    const given = facts({ latencyP99Ms: 326, requestMeanMs: 150 });
    const watch = watched([seconds(8, 0.5)], 340, 3);
    expect(judgeGenerator(watch.numbers(), given)).toMatchObject({
      valid: false,
      reasons: [expect.stringContaining("1 time in 100 by more than 340")],
    });
  });

  test("a loop held up for 120 ms once a second, requests of 10 ms: 1 % of them met it", () => {
    const given = facts({ latencyP99Ms: 30, requestMeanMs: 10 });
    expect(judgeGenerator(watched([seconds(10, 0.5)], 120, 1).numbers(), given).valid).toBe(false);
  });

  test("a loop held up for 120 ms in messages of 30 ms, whatever the requests beside them were", () => {
    const given = facts({ latencyP99Ms: 30, requestP99Ms: 4, requestMeanMs: 0.1 });
    expect(judgeGenerator(watched([seconds(10, 0.5)], 120, 1).numbers(), given).valid).toBe(false);
  });

  test("a loop held up for 65 ms against latencies of 80 ms", () => {
    const watch = watched([seconds(10, 0.7)], 65);
    expect(judgeGenerator(watch.numbers(), facts({ latencyP99Ms: 80 })).reasons).toEqual([
      "The event loop was held up: 1 time in 100 by more than 65.0 ms, against a reported p99 of 80.0 ms. " +
        "Look for long computations in the script, or give it more threads.",
    ]);
  });
});

test("the health names every figure that a report shows", () => {
  const watch = watched([seconds(4, 0.5), seconds(4, 0.25)], 2);
  const given = facts({ pacing: "economy", scheduleSlipP99Ms: 1.2, droppedIterations: 7 });
  expect(watch.cpuShare).toBeCloseTo(0.5, 6);
  expect(judgeGenerator(watch.numbers(), given)).toEqual({
    valid: true,
    cpuSeconds: 4.2,
    rssMaxBytes: 2e8,
    eventLoopDelayP99Ms: 2,
    scheduleSlipP99Ms: 1.2,
    droppedIterations: 7,
    gcPauseMaxMs: 4,
    gcPauseTotalMs: 80,
    cpuShareMax: 0.5,
    pacing: "economy",
    reasons: [],
  });
});
