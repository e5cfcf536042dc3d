import { expect, test } from "vitest";
import type { MetricDefinition } from "../record/metric.ts";
import { breakdownsOf, parseBreakdowns } from "./breakdown.ts";
import { allMetrics, MetricRegistry } from "./registry.ts";
import { MetricStore } from "./store.ts";

const CUSTOM: MetricDefinition[] = [
  { name: "latency", type: "trend", unit: "ms" },
  { name: "memory", type: "gauge", unit: "bytes" },
  { name: "reached", type: "rate" },
  { name: "bids", type: "counter" },
];

function storeWith(
  samples: readonly [metric: string, watchers: string, value: number][],
): MetricStore {
  const registry = new MetricRegistry(CUSTOM);
  for (const [metric, watchers, value] of samples) {
    registry.add(registry.metric(metric), registry.series({ watchers }), value);
  }
  const store = new MetricStore(CUSTOM);
  store.merge(0, registry.takeDelta(), 1e9);
  return store;
}

function parsed(
  columns: Record<string, string>,
  by = "watchers",
): ReturnType<typeof parseBreakdowns> {
  return parseBreakdowns([{ title: "Fan-out", by, columns }], allMetrics(CUSTOM));
}

test("a row for each value of the tag, 9 before 100 before words, and a number or nothing in each column", () => {
  const store = storeWith([
    ["latency", "100", 4],
    ["latency", "100", 8],
    ["latency", "many", 1],
    ["memory", "9", 2_000],
    ["reached", "100", 1],
    ["reached", "100", 0],
    ["bids", "9", 6],
  ]);
  const { breakdowns, problems } = parsed({
    most: "max of latency",
    memory: "value of memory",
    reached: "rate of reached",
    bids: "count of bids",
    pace: "rate of bids",
  });
  expect(problems).toEqual([]);
  expect(breakdownsOf(breakdowns, store, 2e9)).toEqual([
    {
      title: "Fan-out",
      by: "watchers",
      columns: [
        { title: "most", unit: "ms" },
        { title: "memory", unit: "bytes" },
        { title: "reached", unit: "share" },
        { title: "bids", unit: "number" },
        { title: "pace", unit: "per second" },
      ],
      rows: [
        { value: "9", cells: [null, 2_000, null, 6, 3] },
        { value: "100", cells: [8, null, 0.5, 0, 0] },
        { value: "many", cells: [1, null, null, 0, 0] },
      ],
    },
  ]);
});

test("a column may ask for some samples only", () => {
  const registry = new MetricRegistry(CUSTOM);
  for (const [kind, value] of [
    ["new", 1],
    ["old", 2],
  ] as const) {
    registry.add(registry.metric("latency"), registry.series({ watchers: "5", kind }), value);
  }
  const store = new MetricStore(CUSTOM);
  store.merge(0, registry.takeDelta(), 1e9);
  const { breakdowns } = parsed({ new: "max of latency{kind:new}", all: "max of latency" });
  expect(breakdownsOf(breakdowns, store, 1e9)[0]?.rows).toEqual([{ value: "5", cells: [1, 2] }]);
});

test("a breakdown by a tag that nothing carries is left out", () => {
  const { breakdowns } = parsed({ most: "max of latency" }, "colour");
  expect(breakdownsOf(breakdowns, storeWith([["latency", "1", 1]]), 1e9)).toEqual([]);
});

test("all columns that cannot be read are told at once, each with its path", () => {
  const { problems } = parsed({
    a: "latency",
    b: "p(99) of latencies",
    c: "count of latency",
    d: "p(101) of latency",
  });
  expect(problems).toEqual([
    'breakdowns[0].columns["a"] must be such as "p(99) of http_req_duration", got "latency" (string)',
    'breakdowns[0].columns["b"] must name a metric, got "latencies" (string)',
    'breakdowns[0].columns["c"] asks a trend for "count", which has "avg", "min", "max", "med", "p(N)" only, got "count of latency" (string)',
    'breakdowns[0].columns["d"] must name a percentile from p(0) to p(100), not "p(101)", got "p(101) of latency" (string)',
  ]);
});
