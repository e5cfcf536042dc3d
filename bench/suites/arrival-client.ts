/** Punctuality as the clients themselves saw it, at three rates. */
import { runAtRate, type RateFigures } from "../harness/rate-run.ts";
import {
  type Cell,
  type Column,
  isChosen,
  type Missing,
  type ResultTable,
  type Settings,
} from "../harness/result.ts";
import { interleave, type Measured, measuredNames, pluck } from "../harness/rounds.ts";
import { spreadOf } from "../harness/spread.ts";
import { startTarget } from "../harness/target.ts";
import { economy, precise } from "../holdfast/contenders.ts";
import { RATE_RUN_SECONDS } from "../limits.ts";
import type { RateContender } from "../peers/contender.ts";
import { spin } from "../peers/rate.ts";

export const RATES = [5_000, 20_000, 50_000] as const;
const CONNECTIONS = 100;
const CONTENDERS: readonly RateContender[] = [spin, precise, economy];

export interface ClientSide {
  tables: ResultTable[];
  missing: Missing[];
  /** Of the precise mode, the worst of the rates' medians. */
  worst: Record<"p50Us" | "p90Us" | "p99Us", number | undefined>;
  economyAt5k: Record<"p50Us" | "p99Us" | "cores", number | undefined>;
}

type Figure = (figures: RateFigures) => number | undefined;

const LATE_P50: Figure = ({ lateness }) => inUs(lateness?.p50Ms);
const LATE_P90: Figure = ({ lateness }) => inUs(lateness?.p90Ms);
const LATE_P99: Figure = ({ lateness }) => inUs(lateness?.p99Ms);

const COLUMNS: readonly (Column & { figure: Figure })[] = [
  { key: "lateP50", title: "late p50 µs", digits: 1, figure: LATE_P50 },
  { key: "lateP90", title: "p90", digits: 1, figure: LATE_P90 },
  { key: "lateP99", title: "p99", digits: 1, figure: LATE_P99 },
  { key: "p50", title: "service p50 µs", digits: 0, figure: ({ service }) => inUs(service?.p50Ms) },
  { key: "p90", title: "p90", digits: 0, figure: ({ service }) => inUs(service?.p90Ms) },
  { key: "p99", title: "p99", digits: 0, figure: ({ service }) => inUs(service?.p99Ms) },
  { key: "cores", title: "cores", digits: 2, figure: ({ cores }) => cores },
];

export async function measureClientSide(settings: Settings): Promise<ClientSide> {
  await using target = await startTarget();
  const { port } = target;
  const cases = CONTENDERS.filter((one) => isChosen(settings, one)).flatMap((contender) =>
    RATES.map((rate) => ({
      name: caseName(contender, rate),
      lacking: contender.lacking,
      contender,
      rate,
    })),
  );
  const measured = await interleave(cases, settings.rounds, ({ contender, rate }) =>
    runAtRate(contender, {
      origin: `http://127.0.0.1:${port}`,
      port,
      connections: CONNECTIONS,
      seconds: RATE_RUN_SECONDS,
      rate,
    }),
  );
  return {
    tables: RATES.map((rate) => tableOf(measured, rate)),
    missing: measured.missing,
    worst: {
      p50Us: worst(measured, LATE_P50),
      p90Us: worst(measured, LATE_P90),
      p99Us: worst(measured, LATE_P99),
    },
    economyAt5k: {
      p50Us: middle(measured, economy, RATES[0], LATE_P50),
      p99Us: middle(measured, economy, RATES[0], LATE_P99),
      cores: middle(measured, economy, RATES[0], ({ cores }) => cores),
    },
  };
}

function tableOf(measured: Measured<RateFigures>, rate: number): ResultTable {
  const present = new Set(measuredNames(measured));
  return {
    title: `${rate.toLocaleString("en-US")}/s, as the client saw it`,
    columns: COLUMNS.map(({ key, title, digits }) => ({ key, title, digits })),
    rows: CONTENDERS.filter((contender) => present.has(caseName(contender, rate))).map(
      (contender) => ({
        name: contender.name,
        cells: Object.fromEntries(
          COLUMNS.map(({ key, figure }): [string, Cell] => [
            key,
            spreadOf(pluck(measured, caseName(contender, rate), figure)),
          ]),
        ),
      }),
    ),
  };
}

function worst(measured: Measured<RateFigures>, figure: Figure): number | undefined {
  const medians = RATES.map((rate) => middle(measured, precise, rate, figure));
  const known = medians.filter((value) => value !== undefined);
  return known.length < RATES.length ? undefined : Math.max(...known);
}

function middle(
  measured: Measured<RateFigures>,
  contender: RateContender,
  rate: number,
  figure: Figure,
): number | undefined {
  return spreadOf(pluck(measured, caseName(contender, rate), figure))?.median;
}

function caseName({ name }: RateContender, rate: number): string {
  return `${name}, ${rate}/s`;
}

function inUs(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms * 1000;
}
