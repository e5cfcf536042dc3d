/**
 * The engine alone: iterations that do nothing or sleep, a recorder that keeps nothing, clients that talk to nobody.
 *
 *   node engine.ts precise|economy      lateness of arrivals at three rates
 *   node engine.ts sleepers             memory and start of 100,000 virtual users
 */
import { setTimeout as sleep } from "node:timers/promises";
import { monotonicNs, systemClock } from "../../holdfast/src/base/clock.ts";
import type { Clock } from "../../holdfast/src/base/clock.ts";
import { seededRandom } from "../../holdfast/src/base/random.ts";
import { formatCount, NS_PER_MS, NS_PER_S, NS_PER_US } from "../../holdfast/src/base/units.ts";
import { runEngine } from "../../holdfast/src/engine/engine.ts";
import type { EngineReport } from "../../holdfast/src/engine/engine.ts";
import { createSharedCells } from "../../holdfast/src/engine/shared-cells.ts";
import type { Recorder } from "../../holdfast/src/record/recorder.ts";
import { constantArrivalRate, constantVus } from "../../holdfast/src/scenario/executors.ts";
import { loadTest } from "../../holdfast/src/scenario/load-test.ts";
import type { LoadTest } from "../../holdfast/src/scenario/load-test.ts";
import { planTest } from "../../holdfast/src/scenario/plan.ts";
import { quantile } from "../harness/spread.ts";
import { type Figure, report } from "./figure.ts";

const RATES = [5_000, 20_000, 50_000] as const;
const SECONDS = 3;
/** The first moments are the compiler's. */
const WARM_UP_SHARE = 0.2;
const SLEEPERS = 100_000;

const [what = ""] = process.argv.slice(2);
report(what === "sleepers" ? await sleepers() : await arrivals(what as "precise" | "economy"));

async function arrivals(pacing: "precise" | "economy"): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const rate of RATES) {
    const latenessNs = await latenessAt(rate, pacing);
    for (const share of [0.5, 0.9, 0.99]) {
      figures.push({
        name: `${pacing}, ${formatCount(rate)}/s, lateness p${share * 100}`,
        value: quantile(latenessNs, share) / NS_PER_US,
        unit: "µs",
      });
    }
  }
  return figures;
}

/** Sorted. */
async function latenessAt(rate: number, pacing: "precise" | "economy"): Promise<Float64Array> {
  const clock = systemClock(monotonicNs());
  const startedNs = new Float64Array(rate * SECONDS);
  const options = { rate, duration: `${SECONDS}s`, preAllocatedVus: 100, pacing } as const;
  const test = loadTest({
    name: "lateness",
    target: "http://127.0.0.1",
    scenarios: {
      nothing: {
        executor: constantArrivalRate(options),
        run: async ({ vu }) => {
          startedNs[vu.iterationInTest] = clock.nowNs();
        },
      },
    },
  });
  const { startedNs: originNs } = await runAlone(test, clock);
  const first = Math.floor(startedNs.length * WARM_UP_SHARE);
  return startedNs
    .map((atNs, index) => atNs - originNs - (index * NS_PER_S) / rate)
    .subarray(first)
    .sort();
}

async function sleepers(): Promise<Figure[]> {
  const clock = systemClock(monotonicNs());
  const beforeBytes = process.memoryUsage.rss();
  const beforeNs = clock.nowNs();
  let started = 0;
  let startNs = Number.NaN;
  const test = loadTest({
    name: "sleepers",
    target: "http://127.0.0.1",
    scenarios: {
      sleepers: {
        executor: constantVus({ vus: SLEEPERS, duration: "5s" }),
        run: async ({ sleep }) => {
          started += 1;
          if (started === SLEEPERS) startNs = clock.nowNs() - beforeNs;
          await sleep("1s");
        },
      },
    },
  });
  const [cpuShare] = await Promise.all([cpuShareAtRest(), runAlone(test, clock)]);
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  const many = formatCount(SLEEPERS);
  return [
    {
      name: `${many} sleeping, each`,
      value: (peakBytes - beforeBytes) / SLEEPERS / 1000,
      unit: "KB",
    },
    { name: `${many} sleeping, peak of the process`, value: peakBytes / 1e6, unit: "MB" },
    { name: `${many} started within`, value: startNs / NS_PER_MS, unit: "ms" },
    { name: `${many} sleeping, of a core`, value: cpuShare * 100, unit: "%" },
  ];
}

/** Between 1.5 s and 4.5 s after the start. */
async function cpuShareAtRest(): Promise<number> {
  await sleep(1_500);
  const before = process.cpuUsage();
  await sleep(3_000);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 3e6;
}

function runAlone(test: LoadTest, clock: Clock): Promise<EngineReport> {
  const plan = planTest(test);
  return runEngine({
    plan,
    test,
    data: undefined,
    thread: { index: 0, count: 1 },
    shared: createSharedCells(plan),
    recorder: recorderOfNothing(clock),
    clock,
    random: seededRandom(1),
    openClients: () => {
      throw new Error("nothing is to be sent here");
    },
    signal: new AbortController().signal,
    onException: (_, error) => {
      throw error;
    },
  });
}

function recorderOfNothing(clock: Clock): Recorder {
  let processes = 0;
  return {
    clock,
    metrics: { series: () => 0, metric: () => 0, add: () => undefined, http: () => undefined },
    operations: {
      newProcess: () => processes++,
      invoke: () => 0,
      complete: () => undefined,
    },
  };
}
