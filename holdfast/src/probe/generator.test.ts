import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { SimulatedClock } from "../base/clock-simulated.ts";
import { monotonicNs, systemClock } from "../base/clock.ts";
import { NS_PER_MS } from "../base/units.ts";
import { GeneratorProbe } from "./generator.ts";
import { HOLD_UPS_MS } from "./limits.ts";
import { machineFacts } from "./machine.ts";
import { processUsage } from "./process-usage.ts";

const TURNS_MAX = 10_000;

test("a probe counts from when it was made: processor time and garbage collections only grow", async () => {
  const probe = new GeneratorProbe(new SimulatedClock());
  const first = probe.sample();
  let last = first;
  const kept: unknown[] = [];
  for (let turn = 0; turn < TURNS_MAX && last.gcPauseTotalMs === 0; turn++) {
    kept.push(Array.from({ length: 1_000 }, (_, i) => ({ turn, i })));
    if (kept.length > 50) kept.length = 0;
    await setImmediate();
    last = probe.sample();
  }
  probe.stop();
  expect(first).toMatchObject({ atNs: 0, gcPauseTotalMs: 0, gcPauseMaxMs: 0 });
  expect(last.cpuNs).toBeGreaterThan(first.cpuNs);
  expect(last.gcPauseTotalMs).toBeGreaterThan(0);
  expect(last.gcPauseMaxMs).toBeLessThanOrEqual(last.gcPauseTotalMs);
  expect(last.loopDelayP99Ms).toBeLessThanOrEqual(last.loopDelayMaxMs);
  expect(last.holdUps).toEqual(last.holdUps.toSorted((a, b) => b - a));
});

test("a loop that is held up for 100 ms is counted among those held up for 50", async () => {
  const clock = systemClock(monotonicNs());
  const probe = new GeneratorProbe(clock);
  let { holdUps } = probe.sample();
  for (let turn = 0; turn < TURNS_MAX && holdUps[0] === 0; turn++) {
    const untilNs = clock.nowNs() + 100 * NS_PER_MS;
    while (clock.nowNs() < untilNs) continue;
    await setImmediate();
    ({ holdUps } = probe.sample());
  }
  probe.stop();
  expect(holdUps[0]).toBeGreaterThan(0);
});

test("a loop that was never asked for its delay has none, not the interval of the asking", () => {
  const probe = new GeneratorProbe(new SimulatedClock());
  expect(probe.sample()).toMatchObject({
    loopDelayP99Ms: 0,
    loopDelayMaxMs: 0,
    holdUps: HOLD_UPS_MS.map(() => 0),
  });
  probe.stop();
});

test("the process has used some processor time and memory", () => {
  const { cpuSeconds, rssMaxBytes } = processUsage();
  expect(cpuSeconds).toBeGreaterThan(0);
  expect(rssMaxBytes).toBeGreaterThan(10_000_000);
});

test("the machine says what it is, in text, and leaves out what it cannot tell", () => {
  const facts = machineFacts();
  expect(facts).toMatchObject({
    cores: expect.stringMatching(/^\d+$/),
    memory: expect.stringMatching(/ [GT]B$/),
    node: process.version,
  });
  expect(Object.values(facts).filter((fact) => fact === "" || /undefined|NaN/.test(fact))).toEqual(
    [],
  );
});
