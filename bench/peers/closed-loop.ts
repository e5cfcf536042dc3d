/** Other people's tools in the closed loop: each connection sends as soon as it is answered. */
import { compileC, lackingCompiler } from "../harness/compile.ts";
import { findInPackage, lacking, lackingPackage } from "../harness/path.ts";
import { words } from "../harness/words.ts";
import type { Contender, Job } from "./contender.ts";
import { AUTOCANNON, BODY, BODY_FILE, KEY, peerFile } from "./request.ts";

/** Plain HTTP only. */
export const floor: Contender = {
  name: "C floor: epoll, static bytes, no parsing",
  lacking: lackingCompiler(),
  command: ({ port, connections, seconds }) => ({
    argv: words`${compileC("floor")} ${port} ${connections} ${seconds}`,
  }),
};

export const wrkStatic: Contender = wrk("wrk, static", "wrk-static.lua");
export const wrkUnique: Contender = wrk("wrk, Lua: unique body and key", "wrk-unique.lua");
export const wrkCheck: Contender = wrk("wrk, Lua: unique + status check", "wrk-check.lua");

export const h2load: Contender = {
  name: "h2load --h1, static",
  lacking: lacking("h2load"),
  command: ({ origin, connections, seconds }) => ({
    argv: words`h2load --h1 -t1 -c${connections} -D${seconds} -d ${BODY_FILE}
      -H ${"content-type: application/json"} -H ${`idempotency-key: ${KEY}`} ${origin}/orders`,
  }),
};

export const hey: Contender = {
  name: "hey, static",
  lacking: lacking("hey"),
  command: ({ origin, connections, seconds }) => ({
    argv: words`hey -z ${seconds}s -c ${connections} -m POST -T application/json -d ${BODY}
      -H ${`idempotency-key: ${KEY}`} ${origin}/orders`,
  }),
};

export const autocannon: Contender = {
  name: "autocannon 9, static",
  lacking: lackingPackage(AUTOCANNON),
  command: ({ origin, connections, seconds }) => ({
    argv: words`${process.execPath} ${findInPackage(AUTOCANNON) ?? ""} -n -c ${connections}
      -d ${seconds} -m POST -H content-type=application/json -H idempotency-key=${KEY}
      -b ${BODY} ${origin}/orders`,
  }),
};

export const undici: Contender = {
  name: "undici 8 Pool.request, unique + check",
  lacking: lackingPackage("undici"),
  command: ({ origin, connections, seconds }) => ({
    argv: words`${process.execPath} ${peerFile("undici.ts")} ${origin} ${connections} ${seconds}`,
  }),
};

export const k6Lean: Contender = k6("k6, lean script: unique + check", "k6-lean.js");
export const k6Everyday: Contender = k6(
  "k6, everyday script: JSON, uuid, checks",
  "k6-everyday.js",
);

export const locust: Contender = {
  name: "Locust FastHttpUser, unique + check",
  lacking: lacking("locust"),
  command: ({ origin, connections, seconds }) => ({
    argv: words`locust --headless --only-summary -f ${peerFile("locust-lean.py")} -H ${origin}
      -u ${connections} -r ${connections} -t ${seconds}s`,
  }),
};

function wrk(name: string, script: string): Contender {
  return {
    name,
    lacking: lacking("wrk"),
    command: ({ origin, connections, seconds }) => ({
      argv: words`wrk -t1 -c${connections} -d${seconds}s -s ${peerFile(script)} ${origin}/orders`,
    }),
  };
}

function k6(name: string, script: string): Contender {
  return {
    name,
    lacking: lacking("k6"),
    command: (job) => ({
      argv: words`k6 run --quiet ${peerFile(script)}`,
      env: k6Environment(job),
    }),
  };
}

function k6Environment({ origin, connections, seconds }: Job): Record<string, string> {
  return {
    ORIGIN: origin,
    CONNECTIONS: String(connections),
    SECONDS: String(seconds),
    K6_NO_USAGE_REPORT: "true",
  };
}
