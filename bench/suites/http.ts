/** What one HTTP request costs, at 100 connections: Holdfast beside other tools. */
import { type Findings, type Goal, type Settings, skipped, type Suite } from "../harness/result.ts";
import type { Measured } from "../harness/rounds.ts";
import { lackingTarget, startTarget } from "../harness/target.ts";
import type { WindowFigures } from "../harness/window.ts";
import { everyday, everydayClient, lean, leanClient } from "../holdfast/contenders.ts";
import type { Contender } from "../peers/contender.ts";
import * as peers from "../peers/closed-loop.ts";
import {
  closedLoopColumns,
  closedLoopRows,
  cpuRatio,
  measureClosedLoop,
  quietness,
} from "./closed-loop.ts";

const CONNECTIONS = 100;

const CONTENDERS: readonly Contender[] = [
  peers.floor,
  lean,
  peers.wrkCheck,
  everyday,
  leanClient,
  everydayClient,
  peers.wrkStatic,
  peers.wrkUnique,
  peers.h2load,
  peers.autocannon,
  peers.undici,
  peers.hey,
  peers.k6Lean,
  peers.k6Everyday,
  peers.locust,
];

const REFERENCES = [
  { key: "floor", title: "x C floor", name: peers.floor.name },
  { key: "wrk", title: "x wrk Lua + check", name: peers.wrkCheck.name },
];

export const http: Suite = { name: "http", run };

async function run(settings: Settings): Promise<Findings> {
  const why = lackingTarget();
  const title = `HTTP/1.1, ${CONNECTIONS} connections`;
  if (why !== undefined) return skipped(title, why);
  await using target = await startTarget();
  const options = { connections: CONNECTIONS, tls: false };
  const measured = await measureClosedLoop(target, CONTENDERS, settings, options);
  return {
    title,
    method: [
      `Target: ${target.name}, one worker, answering 200 with 42 bytes of JSON. Every client POSTs 57 bytes of ` +
        "JSON and an idempotency-key header over keep-alive connections, one request at a time on each.",
      `CPU time per request is the user and system time of the client's processes over ${settings.windowSeconds} s ` +
        "in the middle of its work, by the requests that the target counted in the same time.",
      "Where the target is busy first (bound by server), requests/s say nothing about the client; CPU time still does.",
      "The lean script sends a prepared request with a unique body and key header, checks the status, and records " +
        "timings, metrics and the operation's history. The everyday script builds its body by JSON.stringify, its key " +
        "by random.uuid, passes an object of headers, reads the answer as JSON and makes two named checks; it " +
        "records the same. Both run as `holdfast run`, and all of its processes are counted.",
      "The client alone is what is left without executors, engine thread and the run around them.",
      quietness(measured),
    ],
    tables: [
      {
        title: `${CONNECTIONS} connections, closed loop`,
        columns: closedLoopColumns(REFERENCES),
        rows: closedLoopRows(measured, REFERENCES),
      },
    ],
    goals: goalsOf(measured),
    missing: measured.missing,
  };
}

function goalsOf(measured: Measured<WindowFigures>): Goal[] {
  const times = (says: string, name: string, reference: string, limit: number): Goal => ({
    says,
    limit,
    seen: cpuRatio(measured, name, reference),
    unit: "x",
    kind: "max",
  });
  const cheaper = (says: string, name: string, reference: string): Goal => ({
    says,
    limit: 10,
    seen: cpuRatio(measured, reference, name),
    unit: "x cheaper",
    kind: "min",
  });
  return [
    times("lean request, by wrk Lua + check", lean.name, peers.wrkCheck.name, 1),
    times("everyday script, by wrk Lua + check", everyday.name, peers.wrkCheck.name, 1.25),
    cheaper("lean request, by k6 on the same script", lean.name, peers.k6Lean.name),
    cheaper("everyday script, by k6 on the same script", everyday.name, peers.k6Everyday.name),
    cheaper("lean request, by Locust on the same script", lean.name, peers.locust.name),
  ];
}
