/** One engine thread: loads the script again, acts its share of the plan, and hands over what happened, tick by tick. */
import { parentPort } from "node:worker_threads";
import { systemClock } from "../base/clock.ts";
import type { Clock } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import { quietWarnings } from "../base/node.ts";
import { seededRandom } from "../base/random.ts";
import { runEngine } from "../engine/engine.ts";
import type { LoadedRows } from "../engine/rows.ts";
import { HistoryRecorder } from "../history/history-recorder.ts";
import { transfersOf } from "../metrics/delta.ts";
import { MetricRegistry } from "../metrics/registry.ts";
import { GeneratorProbe } from "../probe/generator.ts";
import { RawLog } from "../protocol/http1/raw-log.ts";
import { openHttp } from "../protocol/http1/transport.ts";
import type { openSockets } from "../protocol/sockets.ts";
import type { LoadTest } from "../scenario/load-test.ts";
import { planTest } from "../scenario/plan.ts";
import type { ScenarioPlan, TestPlan } from "../scenario/plan.ts";
import { importTest } from "./import-script.ts";
import { TICK_MS } from "./limits.ts";
import { noOperations } from "./no-operations.ts";
import type { FromThread, ThreadStart, ThreadTask, ToThread } from "./thread-messages.ts";
import { every } from "./timers.ts";
import { VuClients } from "./vu-clients.ts";

const stop = new AbortController();
const kill = new AbortController();
const task = Promise.withResolvers<ThreadTask>();
const start = Promise.withResolvers<ThreadStart>();
let history: HistoryRecorder | undefined;

parentPort?.on("message", (message: ToThread) => {
  if (message.kind === "load") task.resolve(message.task);
  else if (message.kind === "go") start.resolve(message.start);
  else if (message.kind === "settled") history?.blockSettled(message.block);
  else if (message.kind === "stop") stop.abort();
  else kill.abort();
});

quietWarnings();
try {
  const script = await loadScript(await task.promise);
  post({ kind: "ready" });
  // Loaded while the system under test gets ready: a test without sockets need not wait for them.
  const [begin, { openSockets }] = await Promise.all([
    start.promise,
    import("../protocol/sockets.ts"),
  ]);
  await act(script, begin, openSockets);
} catch (error) {
  post({ kind: "broken", message: messageOf(error), stack: stackOf(error) });
}

async function loadScript(of: ThreadTask): Promise<Script> {
  const test = await importTest(of.file, of.exportName);
  const plan = planTest(test, of.planOptions);
  return { task: of, test, plan, rows: await rowsOf(test, of.file) };
}

/** Few tests have any: the others need not load how to read them. */
async function rowsOf(test: LoadTest, file: string): Promise<LoadedRows> {
  if (test.data === undefined) return {};
  const { loadRows } = await import("../scenario/load-rows.ts");
  return loadRows(test, file);
}

interface Script {
  readonly task: ThreadTask;
  readonly test: LoadTest;
  readonly plan: TestPlan;
  readonly rows: LoadedRows;
}

async function act(
  { task, test, plan, rows }: Script,
  start: ThreadStart,
  open: typeof openSockets,
): Promise<void> {
  const { index, count, keepHistory, keepRaw, availableCores } = task;
  const { target, shared, data, sentIds } = start;
  const clock = systemClock(start.originNs);
  const random = seededRandom(task.seed);
  const metrics = new MetricRegistry(plan.metrics, {
    serviceTime: plan.scenarios.some(hasArrivals),
  });
  if (keepHistory) {
    history = new HistoryRecorder({
      thread: index,
      threads: count + 1,
      // Alone: several at once make the load stand still for as many times as long.
      onBlock: (block) => post({ kind: "block", block }, [block]),
    });
  }
  const operations = history ?? noOperations(index, count + 1);
  const recorder = { clock, metrics, operations };
  const raw = keepRaw ? new RawLog() : undefined;
  const probe = new GeneratorProbe(clock);
  await using transport = openHttp({
    recorder,
    baseUrl: target,
    options: plan.http,
    random: random.fork("http"),
    raw,
  });
  await using sockets = open(recorder, sentIds);
  const stopTicking = every(clock, TICK_MS, () => tick(clock, metrics, probe));
  const report = await runEngine({
    plan,
    test,
    data,
    rows,
    thread: { index, count },
    shared,
    recorder,
    clock,
    random,
    availableCores,
    openClients: (actor, scenario) =>
      new VuClients(transport.client(actor, scenario.http), sockets),
    signal: stop.signal,
    hardSignal: kill.signal,
    onException: (scenario, error) =>
      post({ kind: "exception", scenario, message: messageOf(error), stack: stackOf(error) }),
  });
  stopTicking();
  history?.close(clock.nowNs());
  tick(clock, metrics, probe);
  probe.stop();
  post({ kind: "done", report, lostRecords: history?.lost ?? 0, raw: raw?.exchanges() ?? [] });
}

function hasArrivals({ levelUnit }: ScenarioPlan): boolean {
  return levelUnit === "iterations/s";
}

function tick(clock: Clock, metrics: MetricRegistry, probe: GeneratorProbe): void {
  const atNs = clock.nowNs();
  history?.flush(atNs);
  const delta = metrics.takeDelta();
  post({ kind: "tick", atNs, metrics: delta, generator: probe.sample() }, transfersOf(delta));
}

function post(message: FromThread, transfers: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfers);
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? "") : "";
}
