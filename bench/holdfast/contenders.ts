/** Holdfast among the contenders: the two scripts that the goals speak of, and the two ways to keep a rate. */
import { fileURLToPath } from "node:url";
import { words } from "../harness/words.ts";
import type { Contender, RateContender, RateJob, RateReport } from "../peers/contender.ts";
import type { Latency } from "../peers/parse.ts";
import { holdfastRun, lackingHoldfast, V8_FLAGS } from "./command.ts";

export const lean: Contender = closedLoop("Holdfast, lean script", "lean.load.ts");
export const everyday: Contender = closedLoop("Holdfast, everyday script", "everyday.load.ts");

/** What the client costs of it, without executors, threads and the run around them. */
export const leanClient: Contender = clientAlone("Holdfast's HTTP client alone, lean", "lean");
export const everydayClient: Contender = clientAlone(
  "Holdfast's HTTP client alone, everyday",
  "everyday",
);

export const precise: RateContender = atRate("Holdfast, precise", "precise");
export const economy: RateContender = atRate("Holdfast, economy", "economy");

function closedLoop(name: string, file: string): Contender {
  return {
    name,
    lacking: lackingHoldfast(),
    command: ({ origin, connections, seconds }) =>
      holdfastRun(file, words`--target ${origin} --vus ${connections} --duration ${seconds}s`),
  };
}

function clientAlone(name: string, kind: string): Contender {
  const script = fileURLToPath(new URL("client-alone.ts", import.meta.url));
  return {
    name,
    lacking: lackingHoldfast(),
    command: ({ origin, connections, seconds }) => ({
      argv: words`${process.execPath} ${V8_FLAGS} --conditions=holdfast-source ${script} ${kind}
        ${origin} ${connections} ${seconds}`,
    }),
  };
}

function atRate(name: string, pacing: string): RateContender {
  return {
    name,
    lacking: lackingHoldfast(),
    command: ({ origin, connections, rate, seconds }) => ({
      ...holdfastRun("rate.load.ts", words`--target ${origin} --json`),
      env: {
        BENCH_RATE: String(rate),
        BENCH_SECONDS: String(seconds),
        BENCH_VUS: String(connections),
        BENCH_PACING: pacing,
      },
    }),
    read: readResult,
  };
}

type TrendInMs = Record<"p50" | "p90" | "p99" | "max", number>;

interface Metrics {
  http_reqs: { count: number };
  http_req_failed: { rate: number };
  http_req_duration: TrendInMs;
  http_req_service_time: TrendInMs;
  schedule_slip: TrendInMs;
}

/** `holdfast run --json` prints its result and nothing else. A rate that was not kept is no measurement. */
function readResult(output: string, { rate, seconds }: RateJob): RateReport {
  const { metrics } = JSON.parse(output) as { metrics: Metrics };
  const { count } = metrics.http_reqs;
  const asked = rate * seconds;
  if (Math.abs(count - asked) > asked / 1000) throw new Error(`${count} of ${asked} were sent`);
  if (metrics.http_req_failed.rate > 0) {
    throw new Error(`${metrics.http_req_failed.rate * 100} % of the requests failed`);
  }
  return {
    latency: latencyOf(metrics.http_req_duration),
    service: latencyOf(metrics.http_req_service_time),
    lateness: latencyOf(metrics.schedule_slip),
  };
}

function latencyOf({ p50, p90, p99, max }: TrendInMs): Latency {
  return { p50Ms: p50, p90Ms: p90, p99Ms: p99, maxMs: max };
}
