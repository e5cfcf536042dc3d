/**
 * The HTTP/1.1 client alone, without executors: what one request costs from the author's await to the counted answer,
 * beside wrk with a unique body and a status check. For work on the client itself; `npm run bench` measures the whole.
 *
 *     node --conditions=holdfast-source bench/http1-hot-path.ts --rounds 7 --connections 100
 *     … --tls · --only lean · --window 3 · --cpu-profile FOLDER
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { monotonicNs, systemClock } from "../holdfast/src/base/clock.ts";
import { seededRandom } from "../holdfast/src/base/random.ts";
import { HistoryRecorder } from "../holdfast/src/history/history-recorder.ts";
import { MetricRegistry } from "../holdfast/src/metrics/registry.ts";
import { openHttp } from "../holdfast/src/protocol/http1/transport.ts";
import type { Http } from "../holdfast/src/protocol/http.ts";
import type { OperationStart } from "../holdfast/src/record/operation.ts";
import type { Actor, Recorder } from "../holdfast/src/record/recorder.ts";
import { interleave, pluck } from "./harness/rounds.ts";
import { ratios, spreadOf, type Spread } from "./harness/spread.ts";
import { startTarget } from "./harness/target.ts";
import { clientSeconds, measureWindow, type WindowFigures } from "./harness/window.ts";
import { words } from "./harness/words.ts";
import { wrkCheck } from "./peers/closed-loop.ts";
import type { Contender, Job } from "./peers/contender.ts";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "7" },
    window: { type: "string", default: "2" },
    connections: { type: "string", default: "100" },
    tls: { type: "boolean", default: false },
    only: { type: "string", default: "" },
    "cpu-profile": { type: "string" },
    client: { type: "string" },
    origin: { type: "string", default: "" },
    seconds: { type: "string", default: "0" },
  },
});

async function measure(): Promise<void> {
  await using target = await startTarget();
  const tls = options.tls;
  const job: Job = {
    origin: `${tls ? "https" : "http"}://127.0.0.1:${tls ? target.tlsPort : target.port}`,
    port: target.port,
    connections: Number(options.connections),
    seconds: clientSeconds(Number(options.window)),
  };
  const contenders = [wrkCheck, contender("lean"), contender("everyday")].filter(({ name }) =>
    name.includes(options.only),
  );
  const measured = await interleave(contenders, Number(options.rounds), (contender) =>
    measureWindow(target, contender.command(job), Number(options.window)),
  );
  const cpu = (name: string): (number | undefined)[] => [
    ...pluck(measured, name, (figures: WindowFigures) => figures.cpuUsPerRequest),
  ];
  for (const { name } of contenders) {
    const user = pluck(measured, name, (figures: WindowFigures) => figures.userUsPerRequest);
    const rate = pluck(measured, name, (figures: WindowFigures) => figures.requestsPerSecond);
    const ratio = spreadOf(ratios(cpu(name), cpu(wrkCheck.name)));
    console.log(
      `${name.padEnd(32)} ${show(spreadOf(cpu(name)))} us, user ${show(spreadOf(user))}, ` +
        `${Math.round(spreadOf(rate)?.median ?? 0)}/s, x wrk ${show(ratio)}`,
    );
  }
}

function contender(kind: "lean" | "everyday"): Contender {
  const flags = words`--single-threaded-gc --min-semi-space-size=64 --max-semi-space-size=64
    --conditions=holdfast-source`;
  const folder = options["cpu-profile"];
  if (folder !== undefined) flags.push("--cpu-prof", `--cpu-prof-dir=${folder}`);
  const self = fileURLToPath(import.meta.url);
  return {
    name: `Holdfast client, ${kind}`,
    lacking: undefined,
    command: ({ origin, connections, seconds }) => ({
      argv: words`${process.execPath} ${flags} ${self} --client ${kind} --origin ${origin}
        --connections ${connections} --seconds ${seconds}`,
    }),
  };
}

function show(spread: Spread | undefined): string {
  if (spread === undefined) return "-";
  const { median, min, max } = spread;
  return `${median.toFixed(2)} [${min.toFixed(2)}-${max.toFixed(2)}]`;
}

/** As many virtual users as connections, each sending as soon as it is answered. */
async function runClient(kind: string): Promise<void> {
  const clock = systemClock(monotonicNs());
  const metrics = new MetricRegistry();
  const operations = new HistoryRecorder({
    thread: 0,
    threads: 1,
    onBlock: () => queueMicrotask(() => operations.blockSettled()),
  });
  const recorder: Recorder = { clock, metrics, operations };
  await using transport = openHttp({
    recorder,
    baseUrl: options.origin,
    options: { tls: { rejectUnauthorized: false } },
    random: seededRandom(1),
  });
  const untilNs = Number(options.seconds) * 1e9;
  const tags = { scenario: "crowd" };
  const series = metrics.series({ ...tags, check: "is 200" });
  const checks = metrics.metric("checks");
  const check = (_name: string, passed: boolean): void => {
    metrics.add(checks, series, passed ? 1 : 0);
  };
  const act = kind === "lean" ? lean : everyday;
  process.on("SIGTERM", () => process.exit());
  await Promise.all(
    Array.from({ length: Number(options.connections) }, (_, id) => {
      const actor: Actor = { process: id, intendedNs: Number.NaN, phase: "load", tags };
      return act(transport.client(actor), check, () => clock.nowNs() < untilNs);
    }),
  );
}

type Check = (name: string, passed: boolean) => void;

const definition = { name: "order", statuses: {}, result: undefined };
let count = 0;

async function lean(http: Http, check: Check, going: () => boolean): Promise<void> {
  const order = http.prepare({
    method: "POST",
    url: "/orders",
    contentType: "application/json",
    vary: ["idempotency-key"],
  });
  while (going()) {
    const key = (count++).toString(16).padStart(16, "0");
    const body = `{"product":"phone","quantity":1,"key":"${key}"}`;
    const start: OperationStart = { definition, key: "phone", id: key, value: undefined };
    const response = await order.send(body, [key], start);
    check("is 200", response.status === 200);
  }
}

async function everyday(http: Http, check: Check, going: () => boolean): Promise<void> {
  while (going()) {
    const key = crypto.randomUUID();
    const response = await http.post("/orders", {
      json: { product: "phone", quantity: 1, key },
      headers: { "idempotency-key": key },
      operation: { definition, key: "phone", id: key, value: undefined },
    });
    check("is 200", response.status === 200);
    check("is taken", response.json<{ state: string }>().state === "taken");
  }
}

if (options.client === undefined) await measure();
else await runClient(options.client);
