/** Punctuality as the server saw it: the same measure for every client, whatever it says of itself. */
import { runAtRate } from "../harness/rate-run.ts";
import {
  type Cell,
  type Column,
  isChosen,
  type Missing,
  type ResultTable,
  type Settings,
} from "../harness/result.ts";
import { interleave, measuredNames, pluck } from "../harness/rounds.ts";
import { type ScheduleFigures, scheduleFigures } from "../harness/schedule.ts";
import { spreadOf } from "../harness/spread.ts";
import { startLoggingTarget } from "../harness/target.ts";
import { economy, precise } from "../holdfast/contenders.ts";
import { RATE_RUN_SECONDS } from "../limits.ts";
import type { RateContender } from "../peers/contender.ts";
import { autocannonRate, h2loadRate, heyRate, k6Rate, spin } from "../peers/rate.ts";

export const SERVER_SIDE_RATE = 5_000;
const CONNECTIONS = 100;

/** Enough virtual users for k6 never to drop an arrival here. */
const K6_VUS = 400;

const CONTENDERS: readonly RateContender[] = [
  spin,
  precise,
  economy,
  k6Rate,
  heyRate,
  h2loadRate,
  autocannonRate,
];

interface ServerSide extends ScheduleFigures {
  cores: number;
}

const COLUMNS: readonly (Column & { figure: (figures: ServerSide) => number })[] = [
  { key: "rate", title: "requests/s", digits: 0, figure: (seen) => seen.ratePerSecond },
  { key: "p50", title: "late p50 µs", digits: 0, figure: ({ lateUs }) => lateUs.p50 },
  { key: "p90", title: "p90", digits: 0, figure: ({ lateUs }) => lateUs.p90 },
  { key: "p99", title: "p99", digits: 0, figure: ({ lateUs }) => lateUs.p99 },
  { key: "even", title: "even gaps, %", digits: 0, figure: (seen) => seen.evenGapShare * 100 },
  { key: "min", title: "fewest in 10 ms", digits: 0, figure: ({ per10Ms }) => per10Ms.min },
  { key: "max", title: "most in 10 ms", digits: 0, figure: ({ per10Ms }) => per10Ms.max },
  { key: "cores", title: "cores", digits: 2, figure: ({ cores }) => cores },
];

export async function measureServerSide(
  settings: Settings,
): Promise<{ tables: ResultTable[]; missing: Missing[] }> {
  const chosen = CONTENDERS.filter((one) => isChosen(settings, one));
  const measured = await interleave(chosen, settings.rounds, measure);
  const rows = measuredNames(measured).map((name) => ({
    name,
    cells: Object.fromEntries(
      COLUMNS.map(({ key, figure }): [string, Cell] => [
        key,
        spreadOf(pluck(measured, name, figure)),
      ]),
    ),
  }));
  const rate = SERVER_SIDE_RATE.toLocaleString("en-US");
  const title = `${rate}/s, as the server saw it (even: ${SERVER_SIDE_RATE / 100} in 10 ms)`;
  const columns = COLUMNS.map(({ key, title, digits }) => ({ key, title, digits }));
  return { tables: [{ title, columns, rows }], missing: measured.missing };
}

async function measure(contender: RateContender): Promise<ServerSide> {
  await using target = await startLoggingTarget();
  const { cores } = await runAtRate(contender, {
    origin: `http://127.0.0.1:${target.port}`,
    port: target.port,
    connections: contender === k6Rate ? K6_VUS : CONNECTIONS,
    seconds: RATE_RUN_SECONDS,
    rate: SERVER_SIDE_RATE,
  });
  return { ...scheduleFigures(await target.arrivals()), cores };
}
