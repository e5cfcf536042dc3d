/** Other people's tools at a fixed rate of requests, and a C client that busy-waits: the truth about this machine. */
import { compileC, lackingCompiler } from "../harness/compile.ts";
import { findInPackage, lacking, lackingPackage } from "../harness/path.ts";
import { words } from "../harness/words.ts";
import type { RateContender } from "./contender.ts";
import { type Latency, parseAutocannon, parseH2load, parseHey, parseK6 } from "./parse.ts";
import { AUTOCANNON, BODY, BODY_FILE, KEY, peerFile } from "./request.ts";

export const spin: RateContender = {
  name: "C, busy-waiting",
  lacking: lackingCompiler(),
  command: ({ port, connections, rate, seconds }) => ({
    argv: words`${compileC("spin")} ${port} ${connections} ${rate} ${seconds}`,
  }),
  read: (output) => {
    const said = JSON.parse(output) as Record<"latenessUs" | "serviceUs" | "latencyUs", InUs>;
    return {
      latency: fromUs(said.latencyUs),
      service: fromUs(said.serviceUs),
      lateness: fromUs(said.latenessUs),
    };
  },
};

export const heyRate: RateContender = {
  name: "hey -q",
  lacking: lacking("hey"),
  command: ({ origin, connections, rate, seconds }) => ({
    argv: words`hey -z ${seconds}s -c ${connections} -q ${rate / connections} -m POST
      -T application/json -d ${BODY} -H ${`idempotency-key: ${KEY}`} ${origin}/orders`,
  }),
  read: (output) => ({ latency: parseHey(output) }),
};

export const h2loadRate: RateContender = {
  name: "h2load --rps",
  lacking: lacking("h2load"),
  command: ({ origin, connections, rate, seconds }) => ({
    argv: words`h2load --h1 -t1 -c${connections} -D${seconds} --rps ${rate / connections}
      -d ${BODY_FILE} -H ${"content-type: application/json"} -H ${`idempotency-key: ${KEY}`}
      ${origin}/orders`,
  }),
  read: (output) => ({ latency: parseH2load(output) }),
};

export const autocannonRate: RateContender = {
  name: "autocannon -R",
  lacking: lackingPackage(AUTOCANNON),
  command: ({ origin, connections, rate, seconds }) => ({
    argv: words`${process.execPath} ${findInPackage(AUTOCANNON) ?? ""} -n --json -c ${connections}
      -d ${seconds} -R ${rate} -m POST -H content-type=application/json
      -H idempotency-key=${KEY} -b ${BODY} ${origin}/orders`,
  }),
  read: (output) => ({ latency: parseAutocannon(output) }),
};

export const k6Rate: RateContender = {
  name: "k6 constant-arrival-rate",
  lacking: lacking("k6"),
  command: ({ origin, connections, rate, seconds }) => ({
    argv: words`k6 run --quiet ${peerFile("k6-rate.js")}`,
    env: {
      ORIGIN: origin,
      CONNECTIONS: String(connections),
      RATE: String(rate),
      SECONDS: String(seconds),
      K6_NO_USAGE_REPORT: "true",
    },
  }),
  read: (output) => ({ latency: parseK6(output) }),
};

type InUs = Record<"p50" | "p90" | "p99" | "max", number>;

function fromUs({ p50, p90, p99, max }: InUs): Latency {
  return { p50Ms: p50 / 1000, p90Ms: p90 / 1000, p99Ms: p99 / 1000, maxMs: max / 1000 };
}
