/** What one request over HTTP/2 costs: a hundred streams on one connection, and a hundred connections with one each. */
import { fileURLToPath } from "node:url";
import { type Findings, isChosen, type Settings, skipped, type Suite } from "../harness/result.ts";
import { interleave, type Measured } from "../harness/rounds.ts";
import { lackingTlsTarget, startTarget, type Target } from "../harness/target.ts";
import { clientSeconds, measureWindow, type WindowFigures } from "../harness/window.ts";
import { words } from "../harness/words.ts";
import { holdfastRun, lackingHoldfast, V8_FLAGS } from "../holdfast/command.ts";
import { lacking } from "../harness/path.ts";
import type { Contender, Job } from "../peers/contender.ts";
import { BODY_FILE, KEY, peerFile } from "../peers/request.ts";
import { closedLoopColumns, closedLoopRows, cpuRatio, quietness } from "./closed-loop.ts";

interface Shape {
  readonly connections: number;
  readonly streams: number;
}

const SHAPES: readonly Shape[] = [
  { connections: 1, streams: 100 },
  { connections: 100, streams: 1 },
];
const H2LOAD = "h2load, static";
const HOLDFAST = "Holdfast, lean script";

export const http2: Suite = { name: "http2", run };

async function run(settings: Settings): Promise<Findings> {
  const why = lackingTlsTarget();
  const title = "HTTP/2 over TLS";
  if (why !== undefined) return skipped(title, why);
  await using target = await startTarget();
  const [one, many] = [
    await measure(target, settings, SHAPES[0] as Shape),
    await measure(target, settings, SHAPES[1] as Shape),
  ];
  const references = [{ key: "h2load", title: "x h2load", name: H2LOAD }];
  const columns = closedLoopColumns(references);
  return {
    title,
    method: [
      `As for HTTP, against ${target.name} with TLS 1.3; it answers before it has the body, and then resets the stream ` +
        "with NO_ERROR, which is no failure.",
      "h2load sends the same request each time, and neither checks nor records anything.",
      quietness(one),
    ],
    tables: [
      {
        title: "1 connection, 100 streams",
        columns,
        rows: closedLoopRows(one, references),
      },
      {
        title: "100 connections, 1 stream on each",
        columns,
        rows: closedLoopRows(many, references),
      },
    ],
    goals: [
      {
        says: "lean request with 100 streams, by h2load",
        limit: 1.25,
        seen: cpuRatio(one, HOLDFAST, H2LOAD),
        unit: "x",
        kind: "max",
      },
    ],
    missing: [...one.missing, ...many.missing],
  };
}

function measure(
  target: Target,
  settings: Settings,
  shape: Shape,
): Promise<Measured<WindowFigures>> {
  const port = target.http2Port;
  if (port === undefined) throw new Error(`${target.name} has no port for HTTP/2`);
  const job = {
    origin: `https://127.0.0.1:${port}`,
    port,
    connections: shape.connections,
    seconds: clientSeconds(settings.windowSeconds),
  };
  const chosen = contenders(shape).filter((contender) => isChosen(settings, contender));
  return interleave(chosen, settings.rounds, (contender) =>
    measureWindow(target, contender.command(job), settings.windowSeconds),
  );
}

function contenders({ connections, streams }: Shape): Contender[] {
  const alone = fileURLToPath(new URL("../holdfast/client-alone.ts", import.meta.url));
  const node = words`${process.execPath} ${V8_FLAGS} --conditions=holdfast-source`;
  return [
    {
      name: H2LOAD,
      lacking: lacking("h2load"),
      command: ({ origin, seconds }: Job) => ({
        argv: words`h2load -t1 -c${connections} -m${streams} -D${seconds} -d ${BODY_FILE}
          -H ${"content-type: application/json"} -H ${`idempotency-key: ${KEY}`} ${origin}/orders`,
      }),
    },
    {
      name: HOLDFAST,
      lacking: lackingHoldfast(),
      command: ({ origin, seconds }: Job) => ({
        ...holdfastRun(
          "lean-http2.load.ts",
          words`--target ${origin} --vus ${connections * streams} --duration ${seconds}s`,
        ),
        env: { BENCH_CONNECTIONS: String(connections) },
      }),
    },
    {
      name: "Holdfast's HTTP client alone, lean",
      lacking: lackingHoldfast(),
      command: ({ origin, seconds }: Job) => ({
        argv: words`${node} ${alone} lean ${origin} ${connections * streams} ${seconds} ${connections}`,
      }),
    },
    {
      name: "node:http2, unique + check",
      lacking: undefined,
      command: ({ origin, seconds }: Job) => ({
        argv: words`${process.execPath} ${peerFile("node-http2.ts")} ${origin} ${connections} ${streams}
          ${seconds}`,
      }),
    },
  ];
}
