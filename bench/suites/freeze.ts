/**
 * The test of coordinated omission: a server that stands still for half a second. Every request that was due in that
 * time waits, whether or not the client got around to sending it; a client that only times what it sent does not see it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { NS_PER_MS } from "../../holdfast/src/base/units.ts";
import type { Child } from "../harness/child.ts";
import { runAtRate } from "../harness/rate-run.ts";
import {
  type Cell,
  type Column,
  type Findings,
  type Goal,
  isChosen,
  type Settings,
  skipped,
  type Suite,
} from "../harness/result.ts";
import { interleave, type Measured, measuredNames, pluck } from "../harness/rounds.ts";
import { truthUnderFreezeNs } from "../harness/schedule.ts";
import { spreadOf } from "../harness/spread.ts";
import { lackingTarget, startTarget, type Target } from "../harness/target.ts";
import { untilFlowing } from "../harness/window.ts";
import { precise } from "../holdfast/contenders.ts";
import type { RateContender } from "../peers/contender.ts";
import { autocannonRate, h2loadRate, heyRate, k6Rate, spin } from "../peers/rate.ts";

const RATE = 2_000;
const SECONDS = 6;
const FREEZE_MS = 500;
const BEFORE_FREEZE_MS = 2_000;
const COUNTS = [10, 100, 1_000] as const;
const CONTENDERS: readonly RateContender[] = [
  spin,
  precise,
  k6Rate,
  heyRate,
  h2loadRate,
  autocannonRate,
];

interface Frozen {
  truthMs: number;
  p99Ms: number | undefined;
  maxMs: number | undefined;
  /** Reported by true p99, less one. */
  error: number | undefined;
}

const COLUMNS: readonly (Column & { figure: (figures: Frozen) => number | undefined })[] = [
  { key: "p99", title: "p99 reported, ms", digits: 1, figure: ({ p99Ms }) => p99Ms },
  { key: "truth", title: "true p99, ms", digits: 1, figure: ({ truthMs }) => truthMs },
  { key: "error", title: "error, %", digits: 1, figure: ({ error }) => percent(error) },
  { key: "max", title: "max reported, ms", digits: 1, figure: ({ maxMs }) => maxMs },
];

export const freeze: Suite = { name: "freeze", run };

async function run(settings: Settings): Promise<Findings> {
  const title = "A server that freezes";
  const why = lackingTarget();
  if (why !== undefined) return skipped(title, why);
  await using target = await startTarget();
  const cases = CONTENDERS.filter((one) => isChosen(settings, one)).flatMap((contender) =>
    COUNTS.map((count) => ({
      name: caseName(contender, count),
      lacking: contender.lacking,
      contender,
      count,
    })),
  );
  const measured = await interleave(cases, settings.rounds, ({ contender, count }) =>
    measure(target, contender, count),
  );
  const columns = COLUMNS.map(({ key, title, digits }) => ({ key, title, digits }));
  const rows = measuredNames(measured).map((name) => ({ name, cells: cellsOf(measured, name) }));
  return {
    title,
    method: [
      `${RATE.toLocaleString("en-US")}/s for ${SECONDS} s; ${target.name} is stopped (SIGSTOP) for ${FREEZE_MS} ms in ` +
        "the middle. Each of the arrivals in that time waits until its end, which gives the true p99 by arithmetic, " +
        "from the time that the freeze really took; the answers' own queue afterwards is left out of it.",
      "The C client takes latency from the intended start and so shows what a right client reports, queue included.",
      "h2load reports no percentiles.",
    ],
    tables: [
      {
        title: `${FREEZE_MS} ms of ${SECONDS} s at ${RATE.toLocaleString("en-US")}/s`,
        columns,
        rows,
      },
    ],
    goals: COUNTS.map((count) => goalOf(measured, count)),
    missing: measured.missing,
  };
}

async function measure(target: Target, contender: RateContender, count: number): Promise<Frozen> {
  let freezeNs = 0;
  const during = async (client: Child): Promise<void> => {
    await untilFlowing(target, client);
    await sleep(BEFORE_FREEZE_MS);
    freezeNs = await standStill(target);
  };
  const { port } = target;
  const origin = `http://127.0.0.1:${port}`;
  const job = { origin, port, connections: count, seconds: SECONDS, rate: RATE };
  const { latency } = await runAtRate(contender, job, during);
  const truthMs = truthUnderFreezeNs(freezeNs, RATE, RATE * SECONDS, 0.99) / NS_PER_MS;
  const error = latency.p99Ms === undefined ? undefined : latency.p99Ms / truthMs - 1;
  return { truthMs, p99Ms: latency.p99Ms, maxMs: latency.maxMs, error };
}

/** How long it really stood still, as far as this process can tell: timers wake late on a busy machine. */
async function standStill(target: Target): Promise<number> {
  target.signal("SIGSTOP");
  const start = process.hrtime.bigint();
  await sleep(FREEZE_MS);
  target.signal("SIGCONT");
  return Number(process.hrtime.bigint() - start);
}

function cellsOf(measured: Measured<Frozen>, name: string): Record<string, Cell> {
  return Object.fromEntries(
    COLUMNS.map(({ key, figure }) => [key, spreadOf(pluck(measured, name, figure))]),
  );
}

function goalOf(measured: Measured<Frozen>, count: number): Goal {
  const errors = pluck(measured, caseName(precise, count), ({ error }) => percent(error));
  const sizes = errors.map((error) => (error === undefined ? undefined : Math.abs(error)));
  return {
    says: `frozen server, error of the reported p99, ${count} virtual users`,
    limit: 3,
    seen: spreadOf(sizes)?.median,
    unit: "%",
    kind: "max",
  };
}

function percent(share: number | undefined): number | undefined {
  return share === undefined ? undefined : share * 100;
}

function caseName({ name }: RateContender, count: number): string {
  return `${name}, ${count} connections`;
}
