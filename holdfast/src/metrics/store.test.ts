import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NS_PER_MS, NS_PER_S } from "../base/units.ts";
import type { MetricDefinition, Tags } from "../record/metric.ts";
import type { HttpTimings } from "../record/recorder.ts";
import { SERIES_LIMIT, TIMELINE_ROWS_MAX } from "./limits.ts";
import { MetricRegistry } from "./registry.ts";
import { MetricStore } from "./store.ts";
import { distribution, summarize } from "./summary.ts";

const CUSTOM: readonly MetricDefinition[] = [
  { name: "sold", type: "counter" },
  { name: "queue_length", type: "gauge" },
  { name: "sold_out", type: "rate" },
  { name: "wait", type: "trend", unit: "ms" },
];

const all = (metric: string, tags: Tags = {}): { metric: string; tags: Tags } => ({ metric, tags });

function exchange(durationMs: number, more: Partial<HttpTimings> = {}): HttpTimings {
  return {
    durationMs,
    serviceMs: NaN,
    blockedMs: 0,
    lookingUpMs: 0,
    connectingMs: 0,
    tlsMs: 0,
    sendingMs: durationMs / 4,
    waitingMs: durationMs / 2,
    receivingMs: durationMs / 4,
    bytesSent: 100,
    bytesReceived: 200,
    failed: false,
    ...more,
  };
}

/** One sample, as plain data: metric code beyond the built-in ones, which tags, what value, in which thread. */
const sample = fc.record({
  metric: fc.constantFrom("sold", "sold_out", "wait", "http"),
  name: fc.constantFrom("order", "stock", "page"),
  status: fc.constantFrom("200", "409"),
  value: fc.integer({ min: 0, max: 4_096 }).map((n) => n / 64),
  thread: fc.nat(3),
  endsTick: fc.boolean(),
});
type SampleOf = typeof sample extends fc.Arbitrary<infer T> ? T : never;

function take(registry: MetricRegistry, { metric, name, status, value }: SampleOf): void {
  const series = registry.series({ name, status });
  if (metric === "http") registry.http(series, exchange(value));
  else if (metric === "sold_out") registry.add(registry.metric(metric), series, value > 8 ? 1 : 0);
  else registry.add(registry.metric(metric), series, value);
}

describe("merging threads", () => {
  test("four registries merged in any order of ticks hold what one registry fed everything holds", () => {
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 200 }), (samples) => {
        const apart = new MetricStore(CUSTOM);
        const registries = [0, 1, 2, 3].map(() => new MetricRegistry(CUSTOM));
        const one = new MetricRegistry(CUSTOM);
        const together = new MetricStore(CUSTOM);
        for (const [i, given] of samples.entries()) {
          const registry = registries[given.thread] as MetricRegistry;
          take(registry, given);
          take(one, given);
          if (given.endsTick) apart.merge(given.thread, registry.takeDelta(), i * NS_PER_MS);
        }
        const endNs = samples.length * NS_PER_MS;
        for (const [i, registry] of registries.entries()) {
          apart.merge(i, registry.takeDelta(), endNs);
        }
        together.merge(0, one.takeDelta(), endNs);
        const selectors = [all("wait", { name: "order" }), all("http_reqs", { status: "409" })];
        const options = { elapsedNs: NS_PER_S, selectors };
        expect(summarize(apart, options)).toEqual(summarize(together, options));
        expect(distribution(apart)).toEqual(distribution(together));
      }),
      { seed: 20_261_124, numRuns: 150 },
    );
  });

  test("the virtual users of three threads add up, and a thread that is silent keeps its own", () => {
    const store = new MetricStore();
    const registries = [0, 1, 2].map(() => new MetricRegistry());
    const tell = (thread: number, vus: number, atMs: number): void => {
      const registry = registries[thread] as MetricRegistry;
      registry.add(registry.metric("vus"), registry.series({ scenario: "crowd" }), vus);
      store.merge(thread, registry.takeDelta(), atMs * NS_PER_MS);
    };
    tell(0, 10, 100);
    tell(1, 20, 100);
    tell(2, 30, 100);
    expect(store.gauge(all("vus")).value).toBe(60);
    tell(1, 5, 400);
    store.merge(0, (registries[0] as MetricRegistry).takeDelta(), 400 * NS_PER_MS);
    expect(store.gauge(all("vus")).value).toBe(45);
    expect(store.gauge(all("vus")).max).toBe(60);
    expect(store.gauge(all("vus", { scenario: "crowd" })).value).toBe(45);
    expect(store.timeline()[0]?.vus).toBe(45);
  });

  test("a gauge of the test's own is what any thread set last, within the range of all", () => {
    const store = new MetricStore(CUSTOM);
    for (const [thread, values] of [[3, 9, 4], [7]].entries()) {
      const registry = new MetricRegistry(CUSTOM);
      for (const value of values) registry.add(registry.metric("queue_length"), 0, value);
      registry.series({});
      store.merge(thread, registry.takeDelta(), NS_PER_S);
    }
    const { value, min, max } = store.gauge(all("queue_length"));
    expect({ value, min, max }).toEqual({ value: 7, min: 3, max: 9 });
  });
});

describe("one HTTP exchange", () => {
  test("is one sample in each http metric, and zeros are counted without being looked at", () => {
    const registry = new MetricRegistry();
    const store = new MetricStore();
    const series = registry.series({ name: "order", status: "200" });
    registry.http(series, exchange(8, { connectingMs: 3 }));
    registry.http(series, exchange(4, { failed: true }));
    store.merge(0, registry.takeDelta(), NS_PER_S);
    const results = summarize(store, { elapsedNs: 2 * NS_PER_S });
    expect(results["http_reqs"]).toEqual({ type: "counter", count: 2, ratePerSecond: 1 });
    expect(results["http_req_failed"]).toEqual({ type: "rate", passed: 1, total: 2, rate: 0.5 });
    expect(results["http_req_connecting"]).toMatchObject({ count: 2, min: 0, mean: 1.5, max: 3 });
    expect(results["http_req_blocked"]).toMatchObject({ count: 2, min: 0, p999: 0, max: 0 });
    expect(results["http_req_duration{name:order}"]).toMatchObject({ unit: "ms", min: 4, max: 8 });
    expect(results["data_received"]).toMatchObject({ unit: "bytes", count: 400 });
    expect(results["http_req_service_time"]).toBeUndefined();
  });

  test("has a service time where the run has arrival rates: from the actual start, or the duration where both are one", () => {
    const registry = new MetricRegistry([], { serviceTime: true });
    const store = new MetricStore();
    const series = registry.series({});
    registry.http(series, exchange(500, { serviceMs: 2 }));
    registry.http(series, exchange(4));
    store.merge(0, registry.takeDelta(), NS_PER_S);
    expect(store.trend(all("http_req_duration")).max).toBe(500);
    expect(store.trend(all("http_req_service_time")).max).toBe(4);
    expect(store.trend(all("http_req_service_time")).min).toBe(2);
  });
});

describe("series", () => {
  test("are the same whatever the order of their tags", () => {
    const registry = new MetricRegistry();
    expect(registry.series({ a: "1", b: "2" })).toBe(registry.series({ b: "2", a: "1" }));
    expect(registry.series({ a: '1","b' })).not.toBe(registry.series({ a: "1", b: "" }));
  });

  test(`beyond ${SERIES_LIMIT} are counted together under overflow:true, and said to be so`, () => {
    const registry = new MetricRegistry();
    const store = new MetricStore();
    const checks = registry.metric("checks");
    for (let i = 0; i < SERIES_LIMIT + 50; i++) {
      registry.add(checks, registry.series({ id: String(i) }), 1);
    }
    store.merge(0, registry.takeDelta(), NS_PER_S);
    expect(store.rate(all("checks")).total).toBe(SERIES_LIMIT + 50);
    expect(store.rate(all("checks", { overflow: "true" })).total).toBe(51);
    expect(store.lost.seriesOverLimit).toBe(51);
    expect(registry.series({ id: "1" })).toBe(1);
  });

  test("are told once: the second delta has only the new ones", () => {
    const registry = new MetricRegistry();
    const store = new MetricStore();
    registry.add(registry.metric("iterations"), registry.series({ scenario: "a" }), 1);
    store.merge(0, registry.takeDelta(), NS_PER_S);
    registry.add(registry.metric("iterations"), registry.series({ scenario: "b" }), 1);
    registry.add(registry.metric("iterations"), registry.series({ scenario: "a" }), 1);
    const delta = registry.takeDelta();
    expect(delta.newSeries).toEqual([{ scenario: "b" }]);
    store.merge(0, delta, 2 * NS_PER_S);
    expect(store.counter(all("iterations", { scenario: "a" }))).toBe(2);
    expect(store.counter(all("iterations"))).toBe(3);
  });
});

test("a sample that is no number is counted as such and changes nothing else", () => {
  const registry = new MetricRegistry(CUSTOM);
  const store = new MetricStore(CUSTOM);
  registry.series({});
  for (const value of [NaN, Infinity, 3]) registry.add(registry.metric("sold"), 0, value);
  store.merge(0, registry.takeDelta(), NS_PER_S);
  expect(store.counter(all("sold"))).toBe(3);
  expect(store.lost.notNumbers).toBe(2);
});

test("a delta is two arrays that can be handed to another thread", () => {
  const registry = new MetricRegistry();
  registry.http(registry.series({ name: "order" }), exchange(5));
  const delta = registry.takeDelta();
  const received = structuredClone(delta, { transfer: [delta.rows.buffer, delta.pairs.buffer] });
  expect(delta.rows.byteLength).toBe(0);
  const store = new MetricStore();
  store.merge(0, received, NS_PER_S);
  expect(store.trend(all("http_req_duration")).max).toBe(5);
});

test("checks are listed by name, passed and failed", () => {
  const registry = new MetricRegistry();
  const store = new MetricStore();
  const checks = registry.metric("checks");
  const is200 = registry.series({ scenario: "crowd", check: "is 200" });
  const hasId = registry.series({ scenario: "crowd", check: "has an id" });
  for (const [series, value] of [
    [is200, 1],
    [is200, 0],
    [hasId, 1],
    [is200, 1],
  ] as const) {
    registry.add(checks, series, value);
  }
  store.merge(0, registry.takeDelta(), NS_PER_S);
  expect(store.checks()).toEqual([
    { name: "is 200", passed: 2, failed: 1 },
    { name: "has an id", passed: 1, failed: 0 },
  ]);
});

describe("the timeline", () => {
  test("has a row a second, silent seconds too, each tick in the second of its middle", () => {
    const registry = new MetricRegistry();
    const store = new MetricStore();
    const series = registry.series({ name: "order" });
    const tick = (atMs: number, durations: readonly number[]): void => {
      for (const ms of durations) registry.http(series, exchange(ms));
      store.merge(0, registry.takeDelta(), atMs * NS_PER_MS);
    };
    tick(250, [1, 2]);
    tick(1_050, [3]);
    tick(1_250, [10, 20, 30]);
    tick(3_000, []);
    tick(3_250, [7]);
    store.addOutcomes(1_200 * NS_PER_MS, { ok: 2, unknown: 1 });
    store.setCpuShare(1_200 * NS_PER_MS, 0.4);
    const rows = store.timeline();
    expect(rows.map(({ atMs, requests }) => [atMs, requests])).toEqual([
      [0, 3],
      [1_000, 3],
      [2_000, 0],
      [3_000, 1],
    ]);
    expect(rows[1]).toMatchObject({
      spanMs: 1_000,
      maxMs: 30,
      cpuShare: 0.4,
      outcomes: { ok: 2, rejected: 0, failed: 0, unknown: 1 },
    });
    expect(rows[2]).toMatchObject({ p50Ms: null, p99Ms: null, maxMs: null });
  });

  test("shows 100 virtual users in every row after the tick that says so, in rows begun before it too", () => {
    const registry = new MetricRegistry();
    const store = new MetricStore();
    const vus = registry.metric("vus");
    const tick = (atMs: number, value: number): void => {
      registry.add(vus, registry.series({}), value);
      store.merge(0, registry.takeDelta(), atMs * NS_PER_MS);
    };
    tick(900, 76);
    store.addOutcomes(1_040 * NS_PER_MS, { ok: 1 });
    tick(1_050, 100);
    store.addOutcomes(3_500 * NS_PER_MS, { ok: 1 });
    expect(store.timeline().map((row) => row.vus)).toEqual([100, 100, 100, 100]);
  });

  test(`never has more than ${TIMELINE_ROWS_MAX} rows: a run of 3 hours has rows of 32 s, with true quantiles`, () => {
    const registry = new MetricRegistry();
    const store = new MetricStore();
    const series = registry.series({});
    const seconds = 3 * 3_600;
    for (let second = 0; second < seconds; second++) {
      registry.http(series, exchange(1 + (second % 32)));
      store.merge(0, registry.takeDelta(), (second + 0.9) * NS_PER_S);
    }
    const rows = store.timeline();
    expect(rows.length).toBe(Math.ceil(seconds / 32));
    expect(rows[3]).toMatchObject({ spanMs: 32_000, atMs: 96_000, requests: 32, maxMs: 32 });
    expect(rows[3]?.p50Ms).toBeCloseTo(16, 1);
    expect(rows.reduce((sum, row) => sum + row.requests, 0)).toBe(seconds);
  });
});

test("the distribution rises in both directions from the fastest request to all of them", () => {
  const registry = new MetricRegistry();
  const store = new MetricStore();
  const series = registry.series({});
  for (let i = 1; i <= 1_000; i++) registry.http(series, exchange(i));
  store.merge(0, registry.takeDelta(), NS_PER_S);
  const points = distribution(store);
  expect(points[0]).toEqual({ durationMs: 1, share: 0.001 });
  expect(points.at(-1)).toEqual({ durationMs: 1_000, share: 1 });
  for (const [i, point] of points.slice(1).entries()) {
    expect(point.durationMs).toBeGreaterThan(points[i]?.durationMs as number);
    expect(point.share).toBeGreaterThan(points[i]?.share as number);
  }
  expect(distribution(new MetricStore())).toEqual([]);
});
