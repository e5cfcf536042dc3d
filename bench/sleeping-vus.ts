/**
 * What a sleeping virtual user costs: memory, start, and the processor while all sleep 1 s in a loop.
 *
 *     node --conditions=holdfast-source bench/sleeping-vus.ts
 *
 * Goals: <= 5 KB each all included, 100,000 in <= 450 MB and started within 0.5 s. Each number in a process of its own.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { monotonicNs, systemClock } from "../holdfast/src/base/clock.ts";
import { seededRandom } from "../holdfast/src/base/random.ts";
import { formatCount, NS_PER_MS } from "../holdfast/src/base/units.ts";
import { runEngine } from "../holdfast/src/engine/engine.ts";
import { createSharedCells } from "../holdfast/src/engine/shared-cells.ts";
import { constantVus } from "../holdfast/src/scenario/executors.ts";
import { loadTest } from "../holdfast/src/scenario/load-test.ts";
import { planTest } from "../holdfast/src/scenario/plan.ts";
import { noClients, noRecorder } from "./no-op.ts";

const SECONDS = 5;

const asked = process.argv[2];
if (asked === undefined) {
  for (const vus of [1_000, 10_000, 100_000]) measureApart(vus);
} else await measure(Number(asked));

function measureApart(vus: number): void {
  const argv = [...process.execArgv, fileURLToPath(import.meta.url), String(vus)];
  spawnSync(process.execPath, argv, { stdio: "inherit" });
}

async function measure(vus: number): Promise<void> {
  const clock = systemClock(monotonicNs());
  const baseBytes = process.memoryUsage.rss();
  const calledNs = clock.nowNs();
  let begun = 0;
  let startedMs = Number.NaN;
  const test = loadTest({
    name: "sleep",
    target: "http://127.0.0.1:1",
    scenarios: {
      sleepers: {
        executor: constantVus({ vus, duration: `${SECONDS}s` }),
        run: async ({ sleep }) => {
          begun += 1;
          if (begun === vus) startedMs = (clock.nowNs() - calledNs) / NS_PER_MS;
          await sleep("1s");
        },
      },
    },
  });
  const plan = planTest(test);
  let cpuAtRest = process.cpuUsage();
  setTimeout(() => (cpuAtRest = process.cpuUsage()), 1_500);
  let cpuMsPerS = Number.NaN;
  setTimeout(() => {
    const { user, system } = process.cpuUsage(cpuAtRest);
    cpuMsPerS = (user + system) / 1_000 / 3;
  }, 4_500);
  const report = await runEngine({
    plan,
    test,
    data: undefined,
    thread: { index: 0, count: 1 },
    shared: createSharedCells(plan),
    recorder: noRecorder(clock),
    clock,
    random: seededRandom(1),
    openClients: noClients,
    signal: new AbortController().signal,
    onException: (_, error) => {
      throw error;
    },
  });
  const peakBytes = process.resourceUsage().maxRSS * 1_024;
  console.log(
    [
      `${formatCount(vus).padStart(7)} VUs`,
      `peak ${Math.round(peakBytes / 1e6)} MB`,
      `${((peakBytes - baseBytes) / vus / 1_024).toFixed(1)} KB each`,
      `started in ${startedMs.toFixed(0)} ms`,
      `${cpuMsPerS.toFixed(0)} ms of CPU per s`,
      `${formatCount(report.scenarios[0]?.iterations ?? 0)} iterations`,
    ].join("   "),
  );
}
