/** One engine thread: loads the script again, acts its share of the plan, and hands over what happened, tick by tick. */
import { parentPort, workerData } from "node:worker_threads";
import { systemClock } from "../base/clock.ts";
import type { Clock } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import { seededRandom } from "../base/random.ts";
import { runEngine } from "../engine/engine.ts";
import type { LoadedRows } from "../engine/rows.ts";
import { HistoryRecorder } from "../history/history-recorder.ts";
import { transfersOf } from "../metrics/delta.ts";
import { MetricRegistry } from "../metrics/registry.ts";
import { GeneratorProbe } from "../probe/generator.ts";
import { openHttp } from "../protocol/http1/transport.ts";
import type { LoadTest } from "../scenario/load-test.ts";
import { loadRows } from "../scenario/load-rows.ts";
import { planTest } from "../scenario/plan.ts";
import type { ScenarioPlan, TestPlan } from "../scenario/plan.ts";
import { TICK_MS } from "./limits.ts";
import { importTest } from "./load-script.ts";
import { noOperations } from "./no-operations.ts";
import type { FromThread, ThreadStart, ToThread } from "./thread-messages.ts";
import { every } from "./timers.ts";
import { VuClients } from "./vu-clients.ts";

const start = workerData as ThreadStart;
const stop = new AbortController();
const kill = new AbortController();
const released = Promise.withResolvers<bigint>();
let history: HistoryRecorder | undefined;

parentPort?.on("message", (message: ToThread) => {
  if (message.kind === "go") released.resolve(message.originNs);
  else if (message.kind === "settled") history?.blockSettled();
  else if (message.kind === "stop") stop.abort();
  else kill.abort();
});

try {
  const test = await importTest(start.file, start.exportName);
  const plan = planTest(test, start.planOptions);
  const rows = await loadRows(test, start.file);
  post({ kind: "ready" });
  await act({ test, plan, rows }, systemClock(await released.promise));
} catch (error) {
  post({ kind: "broken", message: messageOf(error), stack: stackOf(error) });
}

interface Script {
  readonly test: LoadTest;
  readonly plan: TestPlan;
  readonly rows: LoadedRows;
}

async function act({ test, plan, rows }: Script, clock: Clock): Promise<void> {
  const random = seededRandom(start.seed);
  const metrics = new MetricRegistry(plan.metrics, {
    serviceTime: plan.scenarios.some(hasArrivals),
  });
  if (start.keepHistory) {
    history = new HistoryRecorder({
      thread: start.index,
      threads: start.count + 1,
      onBlock: (block) => post({ kind: "block", block }, [block]),
    });
  }
  const operations = history ?? noOperations(start.index, start.count + 1);
  const recorder = { clock, metrics, operations };
  const probe = new GeneratorProbe(clock);
  await using transport = openHttp({
    recorder,
    baseUrl: start.target,
    options: plan.http,
    random: random.fork("http"),
  });
  const stopTicking = every(clock, TICK_MS, () => tick(clock, metrics, probe));
  const report = await runEngine({
    plan,
    test,
    data: start.data,
    rows,
    thread: { index: start.index, count: start.count },
    shared: start.shared,
    recorder,
    clock,
    random,
    availableCores: start.availableCores,
    openClients: (actor, scenario) => new VuClients(transport.client(actor, scenario.http)),
    signal: stop.signal,
    hardSignal: kill.signal,
    onException: (scenario, error) =>
      post({ kind: "exception", scenario, message: messageOf(error), stack: stackOf(error) }),
  });
  stopTicking();
  history?.close(clock.nowNs());
  tick(clock, metrics, probe);
  probe.stop();
  post({ kind: "done", report, lostRecords: history?.lost ?? 0 });
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
