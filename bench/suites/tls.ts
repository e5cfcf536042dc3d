/** What one HTTPS request costs, at 100 connections: TLS 1.3, an ECDSA P-256 certificate, keep-alive. */
import { type Findings, type Settings, skipped, type Suite } from "../harness/result.ts";
import { lackingTlsTarget, startTarget } from "../harness/target.ts";
import { everyday, lean } from "../holdfast/contenders.ts";
import * as peers from "../peers/closed-loop.ts";
import type { Contender } from "../peers/contender.ts";
import {
  closedLoopColumns,
  closedLoopRows,
  cpuRatio,
  measureClosedLoop,
  quietness,
} from "./closed-loop.ts";

const CONNECTIONS = 100;

const CONTENDERS: readonly Contender[] = [
  peers.wrkCheck,
  lean,
  everyday,
  peers.wrkStatic,
  peers.h2load,
  peers.autocannon,
  peers.undici,
  peers.hey,
  peers.k6Lean,
  peers.locust,
];

const REFERENCES = [{ key: "wrk", title: "x wrk Lua + check", name: peers.wrkCheck.name }];

export const tls: Suite = { name: "tls", run };

async function run(settings: Settings): Promise<Findings> {
  const why = lackingTlsTarget();
  const title = `HTTPS, ${CONNECTIONS} connections`;
  if (why !== undefined) return skipped(title, why);
  await using target = await startTarget();
  const options = { connections: CONNECTIONS, tls: true };
  const measured = await measureClosedLoop(target, CONTENDERS, settings, options);
  return {
    title,
    method: [
      `As for HTTP, against ${target.name} with TLS 1.3 and an ECDSA P-256 certificate made for the occasion. ` +
        "Connections are kept, so the handshakes are over before the window begins.",
      quietness(measured),
    ],
    tables: [
      {
        title: `${CONNECTIONS} connections over TLS, closed loop`,
        columns: closedLoopColumns(REFERENCES),
        rows: closedLoopRows(measured, REFERENCES),
      },
    ],
    goals: [
      {
        says: "lean request over TLS, by wrk Lua + check",
        limit: 1.15,
        seen: cpuRatio(measured, lean.name, peers.wrkCheck.name),
        unit: "x",
        kind: "max",
      },
    ],
    missing: measured.missing,
  };
}
