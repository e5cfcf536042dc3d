import { describe, expect, test } from "vitest";
import { NS_PER_MS } from "../base/units.ts";
import type { MetricDefinition, Tags } from "../record/metric.ts";
import { MetricRegistry } from "./registry.ts";
import { StageWatch } from "./stages.ts";
import { MetricStore } from "./store.ts";
import { ThresholdEvaluator, type ThresholdResult } from "./threshold-evaluator.ts";
import { type GivenThresholds, parseThresholds } from "./threshold.ts";

const CUSTOM: readonly MetricDefinition[] = [
  { name: "wait", type: "trend", unit: "ms" },
  { name: "sold", type: "counter" },
  { name: "queue_length", type: "gauge" },
];
const TICK_MS = 250;

/** A run of one thread that is driven by hand. */
class Run {
  readonly store: MetricStore = new MetricStore(CUSTOM);
  readonly #registry = new MetricRegistry(CUSTOM);
  readonly #evaluator: ThresholdEvaluator;
  nowMs = 0;
  aborts: ThresholdResult[] = [];

  constructor(given: GivenThresholds) {
    const { thresholds, problems } = parseThresholds(given, this.store.metrics);
    expect(problems).toEqual([]);
    this.#evaluator = new ThresholdEvaluator(thresholds, this.store);
  }

  add(metric: string, value: number, tags: Tags = {}): void {
    this.#registry.add(this.#registry.metric(metric), this.#registry.series(tags), value);
  }

  /** One tick, in which these values were recorded. */
  tick(metric: string, values: readonly number[], tags: Tags = {}): void {
    for (const value of values) this.add(metric, value, tags);
    this.nowMs += TICK_MS;
    this.store.merge(0, this.#registry.takeDelta(), this.nowMs * NS_PER_MS);
    const { abort } = this.#evaluator.tick(this.nowMs * NS_PER_MS);
    if (abort !== undefined) this.aborts.push(abort);
  }

  final(): ThresholdResult[] {
    return this.#evaluator.final(this.nowMs * NS_PER_MS);
  }
}

describe("over the whole run", () => {
  test("each aggregation of each type is taken over all samples with the tags", () => {
    const run = new Run({
      "wait{name:order}": ["avg<=3", "min==1", "max==5", "med<2.01", "p(50)>=1.99", "p(100)<5"],
      checks: ["rate==0.75"],
      sold: ["count==12", "rate==24", "rate>24"],
      queue_length: ["value==4"],
    });
    for (const value of [9, 4]) run.add("queue_length", value);
    for (const value of [1, 1, 0, 1]) run.add("checks", value);
    for (const value of [5, 7]) run.add("sold", value);
    run.tick("wait", [1, 2, 5], { name: "order", status: "200" });
    run.tick("wait", [1_000], { name: "page" });
    expect(run.final().map(({ expression, ok }) => [expression, ok])).toEqual([
      ["avg<=3", true],
      ["min==1", true],
      ["max==5", true],
      ["med<2.01", true],
      ["p(50)>=1.99", true],
      ["p(100)<5", false],
      ["rate==0.75", true],
      ["count==12", true],
      ["rate==24", true],
      ["rate>24", false],
      ["value==4", true],
    ]);
  });

  test("what was crossed for a while and is not in the end is ok, for it was not judged before", () => {
    const run = new Run({ checks: ["rate>0.5"] });
    run.tick("checks", [0, 0]);
    run.tick("checks", [1, 1, 1]);
    expect(run.final()).toEqual([
      {
        metric: "checks",
        expression: "rate>0.5",
        value: 0.6,
        ok: true,
        crossedAtMs: null,
        aborted: false,
      },
    ]);
  });
});

describe("without a single sample", () => {
  test("a trend, rate or gauge has no value and is not ok", () => {
    const run = new Run({ wait: ["max<5"], checks: ["rate==1"], queue_length: ["value<1"] });
    run.tick("sold", [1]);
    expect(run.final().map(({ value, ok }) => [value, ok])).toEqual([
      [null, false],
      [null, false],
      [null, false],
    ]);
  });

  test("a counter has counted 0", () => {
    const run = new Run({ sold: ["count==0", "count>0", "rate<1"] });
    run.tick("checks", [1]);
    expect(run.final().map(({ value, ok }) => [value, ok])).toEqual([
      [0, true],
      [0, false],
      [0, true],
    ]);
  });

  test("it ends no run", () => {
    const run = new Run({ wait: [{ threshold: "max<5", abortOnFail: true }] });
    run.tick("sold", [1]);
    expect(run.aborts).toEqual([]);
  });
});

describe("with abortOnFail", () => {
  test("the run ends at the tick in which it is crossed, and the result keeps that moment", () => {
    const run = new Run({ "wait{name:order}": [{ threshold: "max<100", abortOnFail: true }] });
    run.tick("wait", [50], { name: "order" });
    expect(run.aborts).toEqual([]);
    run.tick("wait", [150], { name: "order" });
    const crossed = {
      metric: "wait{name:order}",
      expression: "max<100",
      value: 150,
      ok: false,
      crossedAtMs: 500,
      aborted: true,
    };
    expect(run.aborts).toEqual([crossed]);
    run.tick("wait", [200], { name: "order" });
    expect(run.final()).toEqual([crossed]);
  });

  test("not before delayAbortEval: a bad start of 1 s is forgiven when it has been made good by then", () => {
    const rule = { threshold: "rate>0.5", abortOnFail: true, delayAbortEval: "1s" } as const;
    const forgiven = new Run({ checks: [rule] });
    const ended = new Run({ checks: [rule] });
    for (const run of [forgiven, ended]) run.tick("checks", [0]);
    forgiven.tick("checks", [1, 1, 1]);
    for (const run of [forgiven, ended]) for (let i = 0; i < 4; i++) run.tick("checks", []);
    expect(forgiven.aborts).toEqual([]);
    expect(forgiven.final()[0]?.ok).toBe(true);
    expect(ended.aborts[0]?.crossedAtMs).toBe(1_000);
  });

  test("within a phase it is not judged before the phase begins", () => {
    const run = new Run({
      sold: [{ threshold: "count>0", abortOnFail: true, phase: { from: "500ms" } }],
    });
    run.tick("checks", [1]);
    expect(run.aborts).toEqual([]);
    run.tick("sold", []);
    expect(run.aborts).toHaveLength(1);
  });
});

describe("over a sliding window of 1 s", () => {
  const rule: GivenThresholds = { checks: [{ threshold: "rate>=0.5", window: "1s" }] };

  test("a breach at any time fails, and its time and value are kept", () => {
    const run = new Run(rule);
    for (let i = 0; i < 8; i++) run.tick("checks", [1]);
    for (let i = 0; i < 3; i++) run.tick("checks", [0]);
    for (let i = 0; i < 8; i++) run.tick("checks", [1, 1, 1]);
    expect(run.store.rate({ metric: "checks", tags: {} }).passed).toBe(32);
    expect(run.final()).toMatchObject([
      { ok: false, value: 0.25, crossedAtMs: 2_750, aborted: false },
    ]);
  });

  test("what lies further back is forgotten", () => {
    const run = new Run({ checks: [{ threshold: "rate>=0.5", window: "1s" }] });
    for (let i = 0; i < 8; i++) run.tick("checks", [1]);
    for (let i = 0; i < 2; i++) run.tick("checks", [0]);
    for (let i = 0; i < 8; i++) run.tick("checks", [1]);
    expect(run.final()).toMatchObject([{ ok: true, value: 1, crossedAtMs: null }]);
  });

  test("nothing is judged before a whole window has passed; a shorter run is judged once, at its end", () => {
    const run = new Run(rule);
    run.tick("checks", [0]);
    run.tick("checks", [1, 1]);
    expect(run.final()).toMatchObject([{ ok: true, crossedAtMs: null }]);
    const bad = new Run(rule);
    bad.tick("checks", [0]);
    expect(bad.final()).toMatchObject([{ ok: false, value: 0, crossedAtMs: null }]);
  });

  test("a percentile is that of the window's own samples, its maximum too", () => {
    const run = new Run({ wait: [{ threshold: "max<100", window: "1s", abortOnFail: true }] });
    run.tick("wait", [500]);
    for (let i = 0; i < 5; i++) run.tick("wait", [10]);
    expect(run.aborts).toMatchObject([{ value: 500, crossedAtMs: 1_000 }]);
    const later = new Run({ wait: [{ threshold: "p(99)<100", window: "500ms" }] });
    later.tick("wait", [10]);
    later.tick("wait", [20]);
    later.tick("wait", [40]);
    expect(later.final()).toMatchObject([{ ok: true, value: 40 }]);
  });

  test("a window in which nothing happened breaks nothing, and what was judged before it stands", () => {
    const run = new Run(rule);
    run.tick("checks", [1]);
    for (let i = 0; i < 12; i++) run.tick("sold", [1]);
    expect(run.final()).toMatchObject([{ ok: true, value: 1, crossedAtMs: null }]);
  });
});

describe("over a phase", () => {
  test("only its samples count, each tick by its middle", () => {
    const run = new Run({ wait: [{ threshold: "max<=20", phase: { from: "500ms", to: "1s" } }] });
    for (const ms of [100, 90, 10, 20, 80, 70]) run.tick("wait", [ms]);
    expect(run.final()).toMatchObject([{ ok: true, value: 20, crossedAtMs: null }]);
  });

  test("a count per second is taken over the phase, not over the run", () => {
    const run = new Run({ sold: [{ threshold: "rate==8", phase: { from: "500ms", to: "1s" } }] });
    for (const count of [50, 50, 3, 1, 50]) run.tick("sold", [count]);
    expect(run.final()).toMatchObject([{ ok: true, value: 8 }]);
  });

  test("a phase that the run did not reach has no sample", () => {
    const run = new Run({ wait: [{ threshold: "max<20", phase: { from: "10s" } }] });
    run.tick("wait", [1]);
    expect(run.final()).toMatchObject([{ ok: false, value: null }]);
  });

  test("a gauge keeps in it what it was given before", () => {
    const run = new Run({ queue_length: [{ threshold: "value==7", phase: { from: "500ms" } }] });
    run.tick("queue_length", [7]);
    for (let i = 0; i < 4; i++) run.tick("sold", [1]);
    expect(run.final()).toMatchObject([{ ok: true, value: 7 }]);
  });
});

test("when two are crossed at one tick, the first one written ended the run; the other is crossed, too", () => {
  const run = new Run({
    sold: [
      { threshold: "count<5", abortOnFail: true },
      { threshold: "count<3", abortOnFail: true },
    ],
  });
  run.tick("sold", [9]);
  run.tick("sold", [1]);
  expect(run.aborts.map(({ expression }) => expression)).toEqual(["count<5"]);
  expect(run.final()).toMatchObject([
    { aborted: true, ok: false },
    { aborted: false, ok: false, crossedAtMs: 250 },
  ]);
});

describe("a stage", () => {
  const stages = [
    { name: "crowd: 0 → 10 VUs", scenario: "crowd", level: 10, fromNs: 0, toNs: 500 * NS_PER_MS },
    {
      name: "crowd: 10 → 50 VUs",
      scenario: "crowd",
      level: 50,
      fromNs: 500 * NS_PER_MS,
      toNs: 1e9,
    },
    { name: "crowd: 50 VUs", scenario: "crowd", level: 50, fromNs: 1e9, toNs: 2e9 },
    { name: "admin: 1 VUs", scenario: "admin", level: 1, fromNs: 0, toNs: 2e9 },
    { name: "late: 1 VUs", scenario: "late", level: 1, fromNs: 5e9, toNs: 6e9 },
  ];

  test("has its own numbers, and is judged by the thresholds on its own samples", () => {
    const store = new MetricStore(CUSTOM);
    const registry = new MetricRegistry(CUSTOM);
    const { thresholds } = parseThresholds(
      {
        "http_req_duration{name:order}": ["p(99)<100"],
        http_req_failed: ["rate<0.5"],
        http_reqs: ["count>1000"],
      },
      store.metrics,
    );
    const watch = new StageWatch(stages, thresholds, store);
    const tick = (atMs: number, ms: readonly number[], tags: Tags): void => {
      for (const durationMs of ms) {
        const parts = { sendingMs: 0, waitingMs: durationMs, receivingMs: 0, serviceMs: NaN };
        const setUp = { blockedMs: 0, lookingUpMs: 0, connectingMs: 0, tlsMs: 0 };
        const bytes = { bytesSent: 1, bytesReceived: 1, failed: durationMs === 400 };
        registry.http(registry.series(tags), { durationMs, ...parts, ...setUp, ...bytes });
      }
      store.merge(0, registry.takeDelta(), atMs * NS_PER_MS);
    };
    const order = { scenario: "crowd", name: "order" };
    tick(250, [10, 20, 30], order);
    tick(500, [20], order);
    tick(750, [150, 400], order);
    tick(1_000, [900, 900], { scenario: "crowd", name: "page" });
    tick(1_250, [], order);
    const results = watch.results(1_500 * NS_PER_MS);
    expect(results).toMatchObject([
      {
        verdict: "pass",
        requests: 4,
        ratePerSecond: 8,
        startedMs: 0,
        endedMs: 500,
        failedShare: 0,
      },
      { verdict: "fail", requests: 4, level: 50, p99Ms: 900, failedShare: 0.25 },
      { verdict: "unknown", requests: 0, startedMs: 1_000, endedMs: 1_500, p50Ms: null },
      { verdict: "unknown", scenario: "admin", requests: 0 },
    ]);
    expect(results[0]?.p50Ms).toBeCloseTo(20, 1);
  });
});
