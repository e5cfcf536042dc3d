/**
 * How late does the engine start arrivals, with an iteration that does nothing? Both ways of pacing, three rates.
 *
 *     node --conditions=holdfast-source --single-threaded-gc --min-semi-space-size=64 --max-semi-space-size=64 \
 *       bench/arrival-precision.ts [seconds] [rounds]
 *
 * Goals on one core: precise p50 <= 1 µs, p90 <= 5 µs, p99 <= 250 µs up to 50,000/s; economy p50 <= 0.7 ms,
 * p99 <= 1.5 ms. Stalls of the host show in p99.9 and max, which have no goal.
 */
import { monotonicNs, systemClock } from "../holdfast/src/base/clock.ts";
import type { Clock } from "../holdfast/src/base/clock.ts";
import { seededRandom } from "../holdfast/src/base/random.ts";
import { formatCount, formatNs, NS_PER_S } from "../holdfast/src/base/units.ts";
import { runEngine } from "../holdfast/src/engine/engine.ts";
import type { Pacing } from "../holdfast/src/engine/arrival-loop.ts";
import { createSharedCells } from "../holdfast/src/engine/shared-cells.ts";
import { constantArrivalRate } from "../holdfast/src/scenario/executors.ts";
import { loadTest } from "../holdfast/src/scenario/load-test.ts";
import { planTest } from "../holdfast/src/scenario/plan.ts";
import { noClients, noRecorder } from "./no-op.ts";

const SECONDS = Number(process.argv[2] ?? 2);
const RATES = [5_000, 20_000, 50_000];
const ROUNDS = Number(process.argv[3] ?? 5);
/** The first moments are the compiler's. */
const WARM_UP_SHARE = 0.2;

const SHARES = [0.5, 0.9, 0.99, 0.999, 1];

/** Of one round, in ns, in the order of SHARES; and how much of a core it had. */
interface Round {
  latenessNs: number[];
  coreShare: number;
  dropped: number;
}

console.log("median of the rounds [best of them]");
for (const pacing of ["precise", "economy"] as const) {
  for (const rate of RATES) console.log(await measure(pacing, rate));
}

async function measure(pacing: Pacing, rate: number): Promise<string> {
  const rounds: Round[] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await measureOnce(pacing, rate));
  const columns = SHARES.map((share, i) => {
    const name = share === 1 ? "max" : `p${+(share * 100).toFixed(1)}`;
    const sorted = rounds.map((round) => round.latenessNs[i] ?? Number.NaN).sort((a, b) => a - b);
    return `${name} ${formatNs(sorted[ROUNDS >> 1] ?? Number.NaN)} [${formatNs(sorted[0] ?? Number.NaN)}]`;
  });
  const core = rounds.map((round) => `${Math.round(round.coreShare * 100)} %`).join(", ");
  const dropped = rounds.reduce((sum, round) => sum + round.dropped, 0);
  return `${pacing} ${formatCount(rate)}/s  ${columns.join("  ")}  core ${core}  dropped ${dropped}`;
}

async function measureOnce(pacing: Pacing, rate: number): Promise<Round> {
  const clock = systemClock(monotonicNs());
  const startedNs = new Float64Array(rate * SECONDS);
  const cpu = process.cpuUsage();
  const { originNs, dropped } = await run(clock, pacing, rate, startedNs);
  const { user, system } = process.cpuUsage(cpu);
  const first = Math.floor(startedNs.length * WARM_UP_SHARE);
  const sorted = startedNs
    .map((atNs, k) => atNs - originNs - (k * NS_PER_S) / rate)
    .subarray(first)
    .sort();
  const latenessNs = SHARES.map(
    (share) => sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN,
  );
  return { latenessNs, coreShare: (user + system) / (SECONDS * 1_000_000), dropped };
}

async function run(
  clock: Clock,
  pacing: Pacing,
  rate: number,
  startedNs: Float64Array,
): Promise<{ originNs: number; dropped: number }> {
  const test = loadTest({
    name: "precision",
    target: "http://127.0.0.1:1",
    scenarios: {
      nothing: {
        executor: constantArrivalRate({
          rate,
          duration: `${SECONDS}s`,
          preAllocatedVus: 100,
          pacing,
        }),
        run: async ({ vu }) => {
          startedNs[vu.iterationInTest] = clock.nowNs();
        },
      },
    },
  });
  const plan = planTest(test);
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
  return { originNs: report.startedNs, dropped: report.scenarios[0]?.dropped ?? 0 };
}
