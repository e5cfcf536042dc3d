import { describe, expect, test } from "vitest";
import { NS_PER_S } from "../base/units.ts";
import type { MetricDefinition } from "../record/metric.ts";
import { allMetrics } from "./registry.ts";
import { parseSelector } from "./selector.ts";
import {
  type GivenThresholds,
  type ParsedThresholds,
  parseThresholds,
  withNoneDropped,
} from "./threshold.ts";

const CUSTOM: readonly MetricDefinition[] = [
  { name: "queue_length", type: "gauge" },
  { name: "sold", type: "counter" },
];

function parse(given: GivenThresholds): ParsedThresholds {
  return parseThresholds(given, allMetrics(CUSTOM));
}

/** The problem of one single threshold. */
function problemOf(metric: string, expression: string): string | undefined {
  return parse({ [metric]: [expression] }).problems[0];
}

describe("an expression", () => {
  test.each([
    [
      "http_req_duration",
      "p(99)<50",
      { aggregation: "p(99)", share: 0.99, operator: "<", limit: 50 },
    ],
    [
      "http_req_duration",
      " p(99.9) <= 1e3 ",
      { share: 0.9990000000000001, operator: "<=", limit: 1_000 },
    ],
    ["http_req_duration", "p(0)>.5", { share: 0, operator: ">", limit: 0.5 }],
    ["http_req_duration", "p(100)>=0.25", { share: 1, operator: ">=", limit: 0.25 }],
    ["http_req_duration", "avg<200", { aggregation: "avg", share: undefined }],
    ["http_req_duration", "min<200", { aggregation: "min" }],
    ["http_req_duration", "max<200", { aggregation: "max" }],
    ["http_req_duration", "med<200", { aggregation: "med" }],
    ["checks", "rate===1", { aggregation: "rate", operator: "===", limit: 1 }],
    ["http_req_failed", "rate!=0.5", { operator: "!=" }],
    ["iterations", "rate > 100", { aggregation: "rate", limit: 100 }],
    ["sold", "count !== 101", { aggregation: "count", operator: "!==", limit: 101 }],
    ["queue_length", "value==-3", { aggregation: "value", operator: "==", limit: -3 }],
  ])("of %s may be %j", (metric, text, expression) => {
    const { thresholds, problems } = parse({ [metric]: [text] });
    expect(problems).toEqual([]);
    expect(thresholds[0]).toMatchObject({ text, expression });
  });

  test.each([
    ["checks", "p(99)<50", 'asks a rate for "p(99)", which has "rate" only'],
    ["checks", "count>5", 'asks a rate for "count", which has "rate" only'],
    ["sold", "value>5", 'asks a counter for "value", which has "count", "rate" only'],
    ["queue_length", "max<5", 'asks a gauge for "max", which has "value" only'],
    [
      "http_req_duration",
      "rate<5",
      'asks a trend for "rate", which has "avg", "min", "max", "med", "p(N)" only',
    ],
    ["http_req_duration", "p(101)<5", 'must name a percentile from p(0) to p(100), not "p(101)"'],
    ["http_req_duration", "p(-1)<5", 'must name a percentile from p(0) to p(100), not "p(-1)"'],
    ["http_req_duration", "p(x)<5", 'must name a percentile from p(0) to p(100), not "p(x)"'],
    [
      "http_req_duration",
      "p(99)<50ms",
      'must compare with a plain number (times are in ms), not "50ms"',
    ],
    ["checks", "rate>high", 'must compare with a plain number, not "high"'],
    ["checks", "rate", 'must be an expression such as "p(99)<50"'],
    ["checks", "rate=1", 'must be an expression such as "p(99)<50"'],
    ["checks", "rate<>1", 'must compare with a plain number, not ">1"'],
    ["checks", "", 'must be an expression such as "p(99)<50"'],
    ["checks", "rate<1 && rate>0", 'must be an expression such as "p(99)<50"'],
  ])("of %s must not be %j", (metric, text, problem) => {
    expect(problemOf(metric, text)).toBe(
      `thresholds["${metric}"][0] ${problem}, got ${JSON.stringify(text)} (string)`,
    );
  });
});

describe("a metric's name", () => {
  test.each([
    ["http_reqs", { metric: "http_reqs", tags: {} }],
    ["http_reqs{name:order}", { metric: "http_reqs", tags: { name: "order" } }],
    [
      ' http_reqs{ name : order , status:"200" } ',
      { metric: "http_reqs", tags: { name: "order", status: "200" } },
    ],
    ["http_reqs{url:http://a:80/b}", { metric: "http_reqs", tags: { url: "http://a:80/b" } }],
    ["checks{check:is 'ok'}", { metric: "checks", tags: { check: "is 'ok'" } }],
    ["checks{check:}", { metric: "checks", tags: { check: "" } }],
  ])("with tags is read as k6 does: %j", (text, selector) => {
    expect(parseSelector(text)).toEqual({ selector });
  });

  test.each(["", "{name:order}", "http_reqs{name:order", "http_reqs{}", "http_reqs{order}", "a b"])(
    "is refused when it is %j",
    (text) => {
      expect(parseSelector(text)).toHaveProperty("problem");
    },
  );
});

test("all problems of all thresholds are listed at once, each with its path", () => {
  const { problems } = parse({
    http_req_durations: ["p(99)<50"],
    "http_reqs{order}": ["count>1"],
    "http_req_duration{name:order}": [
      "p(99)<50",
      "p99<50",
      { threshold: "max<9", window: "10s", phase: { from: "1s" } },
      { threshold: "max<9", window: 0 },
      { threshold: "max<9", phase: { from: "20s", to: "10s" } },
    ],
    latency: ["max<1"],
  });
  expect(problems).toEqual([
    'thresholds["http_req_durations"] must name a metric, got "http_req_durations" (string); ' +
      "there is http_req_duration",
    'thresholds["http_reqs{order}"] must name each tag as tag:value, not "order"',
    'thresholds["http_req_duration{name:order}"][1] must be an expression such as "p(99)<50", ' +
      'got "p99<50" (string)',
    'thresholds["http_req_duration{name:order}"][2] must have a window or a phase, got both',
    'thresholds["http_req_duration{name:order}"][3].window must be longer than 0, got 0 (number)',
    'thresholds["http_req_duration{name:order}"][4].phase must end after it begins, ' +
      'got {"from":"20s","to":"10s"} (object)',
    'thresholds["latency"] must name a metric, got "latency" (string); ' +
      "there is ws_message_latency",
  ]);
});

describe("options", () => {
  test("are read with their times in nanoseconds", () => {
    const { thresholds } = parse({
      checks: [
        { threshold: "rate>0.9", abortOnFail: true, delayAbortEval: "2s", window: "10s" },
        { threshold: "rate>0.9", phase: { from: "10s" } },
        { threshold: "rate>0.9", phase: { to: "20s" } },
      ],
    });
    expect(thresholds.slice(0, 3)).toMatchObject([
      {
        abortOnFail: true,
        delayAbortEvalNs: 2 * NS_PER_S,
        span: { kind: "window", lengthNs: 10 * NS_PER_S },
      },
      {
        abortOnFail: false,
        delayAbortEvalNs: 0,
        span: { kind: "phase", fromNs: 10 * NS_PER_S, toNs: Number.POSITIVE_INFINITY },
      },
      { span: { kind: "phase", fromNs: 0, toNs: 20 * NS_PER_S } },
    ]);
  });
});

describe("dropped iterations", () => {
  test("may not occur when the test says nothing of them", () => {
    expect(withNoneDropped({ checks: ["rate==1"] })).toEqual({
      checks: ["rate==1"],
      dropped_iterations: ["count==0"],
    });
  });

  test.each(["dropped_iterations", "dropped_iterations{scenario:peak}"])(
    "may occur as the test says when it names %s",
    (name) => {
      const { thresholds } = parse(withNoneDropped({ [name]: ["count<100"] }));
      expect(thresholds.map(({ text }) => text)).toEqual(["count<100"]);
    },
  );
});
