/** What the engine's tests run it with: simulated time, a sink that remembers, and servers that answer after a while. */
import { SimulatedClock } from "../../base/clock-simulated.ts";
import { sleepUntil } from "../../base/clock.ts";
import { seededRandom } from "../../base/random.ts";
import { NS_PER_MS } from "../../base/units.ts";
import { BUILTIN_METRICS } from "../../record/metric.ts";
import type { Tags } from "../../record/metric.ts";
import type { OperationStart } from "../../record/operation.ts";
import type { MetricSink, OperationLog, Recorder } from "../../record/recorder.ts";
import type { LoadTest, Scenario } from "../../scenario/load-test.ts";
import { planTest } from "../../scenario/plan.ts";
import type { PlanOptions, TestPlan } from "../../scenario/plan.ts";
import type { Vu } from "../../scenario/vu.ts";
import { runEngine } from "../engine.ts";
import type { EngineOptions, EngineReport } from "../engine.ts";
import { createSharedCells } from "../shared-cells.ts";
import type { SharedCells } from "../shared-cells.ts";
import type { Clients, Protocols } from "../vu-host.ts";

export const MS: number = NS_PER_MS;
export const S: number = 1_000 * NS_PER_MS;

interface KeptSample {
  metric: string;
  tags: Tags;
  value: number;
  atNs: number;
}

/** Keeps every value it is given. */
class KeepingSink implements MetricSink {
  readonly samples: KeptSample[] = [];
  readonly #clock: SimulatedClock;
  readonly #names: readonly string[];
  readonly #series: Tags[] = [];
  readonly #byText = new Map<string, number>();

  constructor(clock: SimulatedClock, custom: readonly string[] = []) {
    this.#clock = clock;
    this.#names = [...BUILTIN_METRICS.map((metric) => metric.name), ...custom];
  }

  series(tags: Tags): number {
    const text = JSON.stringify(Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1)));
    let series = this.#byText.get(text);
    if (series === undefined) {
      series = this.#series.push(tags) - 1;
      this.#byText.set(text, series);
    }
    return series;
  }

  metric(name: string): number {
    const code = this.#names.indexOf(name);
    if (code < 0) throw new Error(`no metric ${name}`);
    return code;
  }

  add(metric: number, series: number, value: number): void {
    const tags = this.#series[series] ?? {};
    const name = this.#names[metric] ?? "";
    this.samples.push({ metric: name, tags, value, atNs: this.#clock.nowNs() });
  }

  http(): void {
    throw new Error("the engine sends no requests itself");
  }

  values(metric: string): number[] {
    return this.samples.filter((sample) => sample.metric === metric).map((sample) => sample.value);
  }

  sum(metric: string): number {
    return this.values(metric).reduce((sum, value) => sum + value, 0);
  }
}

interface KeptOperation {
  name: string;
  start: OperationStart;
  process: number;
  invokeNs: number;
  returnNs: number;
  rule: number;
  result: unknown;
}

class KeepingLog implements OperationLog {
  readonly operations: KeptOperation[] = [];
  #process = 0;

  newProcess(): number {
    return this.#process++;
  }

  invoke(...[start, process, , invokeNs]: Parameters<OperationLog["invoke"]>): number {
    const { name } = start.definition;
    const operation = {
      name,
      start,
      process,
      invokeNs,
      returnNs: Number.NaN,
      rule: -1,
      result: undefined,
    };
    return this.operations.push(operation) - 1;
  }

  complete(...[slot, returnNs, rule, , result]: Parameters<OperationLog["complete"]>): void {
    Object.assign(this.operations[slot] as KeptOperation, { returnNs, rule, result });
  }
}

/** A run in simulated time: what to run, and what came of it. */
export interface Stage {
  readonly clock: SimulatedClock;
  readonly sink: KeepingSink;
  readonly log: KeepingLog;
  readonly plan: TestPlan;
  readonly shared: SharedCells;
  readonly stop: AbortController;
  readonly kill: AbortController;
  /** Clients that are open. */
  readonly open: Set<Clients>;
  readonly exceptions: unknown[];
  readonly test: LoadTest;
  /** Does something at a moment of the run, if it lasts that long. */
  at(atNs: number, act: () => void): void;
  /** The engine of one thread, not yet awaited. */
  start(options?: Partial<EngineOptions>): Promise<EngineReport>;
  /** One thread, to its end; fails when a timer is left behind. */
  run(options?: Partial<EngineOptions>): Promise<EngineReport>;
}

export function stage(
  scenarios: Readonly<Record<string, Scenario>>,
  rest: Partial<LoadTest> = {},
  planOptions: PlanOptions = {},
): Stage {
  const target = "http://127.0.0.1:1";
  const test: LoadTest = { holdfast: "load-test", name: "a test", target, scenarios, ...rest };
  const plan = planTest(test, planOptions);
  const clock = new SimulatedClock();
  const sink = new KeepingSink(
    clock,
    plan.metrics.map((metric) => metric.name),
  );
  const log = new KeepingLog();
  const shared = createSharedCells(plan);
  const [stop, kill] = [new AbortController(), new AbortController()];
  const open = new Set<Clients>();
  const exceptions: unknown[] = [];
  const recorder: Recorder = { clock, metrics: sink, operations: log };
  const start = (options: Partial<EngineOptions> = {}): Promise<EngineReport> =>
    runEngine({
      plan,
      test,
      data: undefined,
      thread: { index: 0, count: 1 },
      shared,
      recorder,
      clock,
      random: seededRandom(1),
      openClients: () => fakeClients(open),
      signal: stop.signal,
      hardSignal: kill.signal,
      onException: (_, error) => exceptions.push(error),
      ...options,
    });
  const cancels: (() => void)[] = [];
  const at = (atNs: number, act: () => void): void => void cancels.push(clock.at(atNs, act));
  const run = async (options: Partial<EngineOptions> = {}): Promise<EngineReport> => {
    const report = await clock.run(start(options));
    for (const cancel of cancels) cancel();
    if (clock.pendingTimers > 0) throw new Error(`${clock.pendingTimers} timers are left behind`);
    return report;
  };
  return { clock, sink, log, plan, shared, stop, kill, open, exceptions, test, at, start, run };
}

/** Of clients that do not race. */
export const noRaces: Pick<Clients, "start"> = {
  start: () => {
    throw new Error("these clients do not race");
  },
};

/** Of clients that do not talk. */
export const noProtocols: Protocols = {
  http: {} as Vu["http"],
  ws: {} as Vu["ws"],
  io: {} as Vu["io"],
  sse: {} as Vu["sse"],
};

/** Clients that can be opened and closed, and nothing else. */
function fakeClients(open: Set<Clients>): Clients {
  const clients: Clients = {
    ...noProtocols,
    tagged: () => noProtocols,
    ...noRaces,
    close: () => {
      open.delete(clients);
      return Promise.resolve();
    },
  };
  open.add(clients);
  return clients;
}

/** A server that takes so long for each request, and answers none while it is frozen. */
export class FakeServer {
  readonly #clock: SimulatedClock;
  readonly #serviceNs: number;
  readonly #frozen: { fromNs: number; toNs: number };

  constructor(
    clock: SimulatedClock,
    serviceNs: number,
    frozen: { fromNs: number; toNs: number } = { fromNs: 0, toNs: 0 },
  ) {
    this.#clock = clock;
    this.#serviceNs = serviceNs;
    this.#frozen = frozen;
  }

  /** Work goes on where it stood when the freeze is over. */
  async request(): Promise<void> {
    const nowNs = this.#clock.nowNs();
    const { fromNs, toNs } = this.#frozen;
    let doneNs = nowNs + this.#serviceNs;
    if (nowNs >= fromNs && nowNs < toNs) doneNs = toNs + this.#serviceNs;
    else if (nowNs < fromNs && doneNs > fromNs) doneNs += toNs - fromNs;
    await sleepUntil(this.#clock, doneNs);
  }
}
