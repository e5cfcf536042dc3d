/** Runs as they could have been: what the reports are tested on and looked at with. */
import { OUTCOME_RULES, RULE } from "../../record/outcome.ts";
import type { RawText, Witness } from "../../checker/finding.ts";
import type {
  GeneratorHealth,
  InvariantResult,
  MetricResult,
  RunResult,
  StageResult,
  TimelineRow,
  TrendNumbers,
} from "../../verdict/result.ts";
import { distribution, timeline } from "./timeline.ts";

const RUN_ID = "2026-11-20T14-03-11-flash-sale-7f3a";
const COMMAND = "npx holdfast run systems/flash-sale --seed 7f3a91c2";

/** Everything held: 100 phones, 100 sold. */
export function passedRun(): RunResult {
  const rows = timeline({ seconds: 25, vus: crowd, sold: 100, pace: 145, capacity: 11_800 });
  const result = runOf(rows);
  result.verdict = "pass";
  result.headline =
    "All 5 invariants held over 175,053 operations, all 3 thresholds kept; p99 11.8 ms.";
  return result;
}

/** Check, then decrement, without atomicity: 103 orders of 100 phones. */
export function oversoldRun(): RunResult {
  const rows = timeline({ seconds: 25, vus: crowd, sold: 103, pace: 145, capacity: 11_400 });
  const result = runOf(rows);
  result.run.bug = "check-then-decrement";
  result.run.command = `${COMMAND} --bug check-then-decrement`;
  result.verdict = "fail";
  result.exitCode = 90;
  replaceInvariant(result, {
    name: "no oversell",
    verdict: "fail",
    sentence:
      "103 orders of phone were acknowledged while 100 units existed; the 101st to be acknowledged " +
      "is o-00101 at 0.8163 s, and o-00102 and o-00103 follow within 2 ms.",
    count: 3,
    key: "phone",
    witnesses: [
      { ...order(8_112, 17, 811.21, 815.12, "o-00099"), raw: rawOrder("o-00099") },
      {
        ...order(8_114, 41, 811.62, 815.93, "o-00100"),
        raw: { notKept: "not kept: only the first 2,000 of each outcome are" },
      },
      order(8_115, 8, 811.9, 816.31, "o-00101"),
      order(8_119, 29, 812.74, 817.05, "o-00102"),
      order(8_123, 3, 813.41, 818.22, "o-00103"),
    ],
  });
  result.headline = headlineOf(result, 2);
  replaceInvariant(result, {
    name: "stock agrees",
    verdict: "fail",
    sentence:
      "The audit reads -3 units of phone; 100 units less 103 acknowledged orders is -3, below zero.",
    count: 1,
    key: "phone",
    witnesses: [
      order(8_123, 3, 813.41, 818.22, "o-00103"),
      {
        ...order(261_407, 0, 25_412.4, 25_413.9, null),
        name: "stock",
        phase: "audit",
        id: null,
        result: -3,
      },
    ],
  });
  return result;
}

/** A retry after a timeout has a second effect; seen because the audit found two rows. */
export function storedTwiceRun(): RunResult {
  const vus = (second: number): number => Math.min(50, 5 + second * 5);
  const rows = timeline({ seconds: 30, vus, sold: 2_000, pace: 92, capacity: 7_900, unknowns: 4 });
  const result = runOf(rows);
  const key = "1f0c9a52-7b1e-4c0b-9a41-0d5f1f6b7c88";
  result.run.name = "retry storm";
  result.run.bug = "key-stored-after-effect";
  result.verdict = "fail";
  result.exitCode = 90;
  replaceInvariant(result, {
    name: "one effect per key",
    verdict: "fail",
    sentence:
      `Key ${key} was sent twice and made two orders: the first try had no answer in time, the ` +
      "second was acknowledged as o-00871, and the audit lists o-00871 and o-00872.",
    count: 1,
    key: "phone",
    considered: { count: 7, name: "order", ids: [`${key.slice(0, -1)}1`, "k-2", "k-3"] },
    witnesses: [
      {
        ...order(3_301, 12, 9_104.2, 9_604.6, null, key),
        outcome: "unknown",
        rule: ruleName(RULE.timeout),
        status: 0,
      },
      order(3_377, 63, 9_611.0, 9_618.7, "o-00871", key),
      { ...order(88_012, 0, 30_552.1, 30_556.0, "o-00871", key), phase: "audit" },
      { ...order(88_013, 0, 30_552.1, 30_556.0, "o-00872", key), phase: "audit" },
    ],
  });
  result.headline = headlineOf(result, 1);
  result.thresholds[0] = {
    metric: "http_req_duration{name:order}",
    expression: "p(99)<50",
    value: 71.4,
    ok: false,
    crossedAtMs: 9_000,
    aborted: false,
  };
  return result;
}

/** Nothing was in flight at the same time: nothing was proved. */
export function undecidedRun(): RunResult {
  const rows = timeline({ seconds: 10, vus: () => 1, sold: 100, pace: 310, capacity: 9_000 });
  const result = runOf(rows);
  result.run.profile = "smoke";
  result.verdict = "unknown";
  result.exitCode = 91;
  result.thresholds = [];
  result.checks = [];
  for (const invariant of result.invariants.slice(0, 3)) {
    invariant.verdict = "unknown";
    invariant.checked.overlapMax = 1;
    invariant.sentence =
      "Not decided: no two operations on one key were ever in flight at the same time, so a race " +
      "could not have shown. Run it with more virtual users.";
  }
  const open = result.invariants[0]?.sentence ?? "";
  result.headline = `3 of 5 invariants could not be decided. no oversell: ${open}`;
  return result;
}

/** The load generator itself could not keep up. */
export function invalidRun(): RunResult {
  const rows = timeline({ seconds: 25, vus: crowd, sold: 100, pace: 260, capacity: 21_000 });
  const result = runOf(rows.map((row) => ({ ...row, cpuShare: Math.min(1, row.cpuShare * 1.5) })));
  result.verdict = "unknown";
  result.exitCode = 92;
  result.generator = {
    ...healthOf(rows),
    valid: false,
    cpuShareMax: 0.998,
    eventLoopDelayP99Ms: 143,
    scheduleSlipP99Ms: 212,
    droppedIterations: 3_118,
    reasons: [
      "An engine thread used over 90 % of a core for 84 % of the load, so it set the rate and " +
        "lengthened every latency. More threads, think time or fewer virtual users would help.",
      "The event loop was held up: 1 time in 100 by more than 143 ms, against a reported p99 of " +
        "11.8ms. Look for long computations in the script, or give it more threads.",
    ],
  };
  result.headline = `The load generator was the bottleneck: ${result.generator.reasons.join(" ")}`;
  result.notes = ["3,118 iterations were dropped: every virtual user was busy when they were due."];
  return result;
}

/** The target was never there: nothing was sent, nothing counted, nothing judged. */
export function emptyRun(): RunResult {
  const result = runOf([]);
  result.verdict = "unknown";
  result.exitCode = 108;
  result.headline = "http://127.0.0.1:3000 never answered: connection refused";
  result.run.durationMs = 0;
  result.run.profile = "";
  return {
    ...result,
    invariants: [],
    thresholds: [],
    stages: [],
    metrics: {},
    distribution: [],
    checks: [],
    environment: {},
  };
}

/** The same run with every text changed, down to the last key: for texts that are out to break a report. */
export function withTexts(result: RunResult, change: (text: string) => string): RunResult {
  return changed(result, "", change) as RunResult;
}

/** Words of a fixed vocabulary: no run can have others there. */
const FIXED = new Set(["verdict", "type", "phase", "outcome", "kind", "unit"]);

function changed(value: unknown, key: string, change: (text: string) => string): unknown {
  if (typeof value === "string") return FIXED.has(key) ? value : change(value);
  if (Array.isArray(value)) return value.map((item) => changed(item, key, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, changed(item, name, change)]),
  );
}

function headlineOf({ invariants }: RunResult, violated: number): string {
  const first = invariants.find((invariant) => invariant.verdict === "fail");
  return `${violated} of ${invariants.length} invariants violated. ${first?.name}: ${first?.sentence}`;
}

function crowd(second: number): number {
  if (second < 10) return second * 5;
  return second < 20 ? 50 + (second - 10) * 5 : Math.max(0, 100 - (second - 20) * 20);
}

function runOf(rows: TimelineRow[]): RunResult {
  const requests = sum(rows, (row) => row.requests);
  return {
    schema: 1,
    run: {
      id: RUN_ID,
      name: "flash sale",
      seed: "7f3a91c2",
      profile: "load",
      startedAt: "2026-11-20T14:03:11.482Z",
      durationMs: rows.length * 1000,
      target: "http://127.0.0.1:3000",
      bug: null,
      parts: "embedded",
      partial: false,
      threads: 1,
      command: COMMAND,
      versions: { holdfast: "0.1.0", node: "24.21.0" },
    },
    verdict: "pass",
    exitCode: 0,
    headline: "",
    invariants: invariantsOf(requests),
    thresholds: [
      threshold("http_req_duration{name:order}", "p(99)<50", 11.83),
      threshold("http_req_duration{name:order}", "p(50)<5", 2.31),
      threshold("checks", "rate==1", 1),
    ],
    stages: stagesOf(rows),
    metrics: metricsOf(rows),
    generator: healthOf(rows),
    timeline: rows,
    distribution: distribution(2.31),
    checks: [
      { name: "the answer is 200, 302 or 409", passed: requests, failed: 0 },
      { name: "an accepted order has an id", passed: 100, failed: 0 },
    ],
    notes: [],
    environment: {
      machine: "2 cores, Intel Xeon, 24 GB",
      system: "Linux 6.1, x64",
      "open files": "20,000",
      "load and system": "on the same machine",
    },
  };
}

function invariantsOf(operations: number): InvariantResult[] {
  const held: [string, string, string][] = [
    ["no oversell", "no-oversell", "100 units of phone existed, 100 orders were acknowledged."],
    [
      "sold-out is honest",
      "honest-sold-out",
      "Every “sold out” came when all 100 units could have been gone; none was sold after it.",
    ],
    [
      "one effect per key",
      "one-effect-per-key",
      "No key was answered in two ways, and none has two orders.",
    ],
    ["stock agrees", "stock-agrees", "The audit reads 0 units of phone: 100 less 100 sold."],
    [
      "every acknowledged write is stored, once",
      "acknowledged-is-stored",
      "All 100 acknowledged orders are in the audit, each once, and nothing else is.",
    ],
  ];
  return held.map(([name, kind, sentence]) => ({
    name,
    kind,
    verdict: "pass",
    sentence,
    checked: { operations, keys: 1, unknownOutcomes: 0, overlapMax: 97 },
    witnesses: [],
    count: 0,
    key: null,
    recheck: `npx holdfast check ${RUN_ID} --key phone`,
  }));
}

function replaceInvariant(
  result: RunResult,
  changes: Partial<InvariantResult> & { name: string },
): void {
  const found = result.invariants.find((invariant) => invariant.name === changes.name);
  if (found !== undefined) Object.assign(found, changes);
}

function order(
  index: number,
  process: number,
  invokedMs: number,
  returnedMs: number,
  result: string | null,
  id = `5c1d2f8e-0b7a-4e19-8c55-${String(index).padStart(12, "0")}`,
): Witness {
  return {
    index,
    name: "order",
    phase: "load",
    process,
    key: "phone",
    id,
    value: null,
    result,
    invokedMs,
    returnedMs,
    outcome: "ok",
    rule: ruleName(RULE.success),
    status: 200,
  };
}

function rawOrder(result: string): RawText {
  return {
    request:
      "POST /orders HTTP/1.1\r\nhost: 127.0.0.1:3000\r\nauthorization: [redacted]\r\n" +
      'content-type: application/json\r\n\r\n{"product":"phone","quantity":1}',
    answer:
      "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n" +
      `{"order":"${result}","note":"<script>document.title='owned'</script>"}`,
  };
}

function ruleName(code: number): string {
  return OUTCOME_RULES[code]?.name ?? "";
}

function threshold(metric: string, expression: string, value: number): RunResult["thresholds"][0] {
  return { metric, expression, value, ok: true, crossedAtMs: null, aborted: false };
}

function stagesOf(rows: TimelineRow[]): StageResult[] {
  const cuts: [string, number, number, number][] =
    rows.length === 25
      ? [
          ["crowd: 0 → 50 VUs", 50, 0, 10],
          ["crowd: 50 → 100 VUs", 100, 10, 20],
          ["crowd: 100 → 0 VUs", 0, 20, 25],
        ]
      : [["crowd: steady", rows.at(-1)?.vus ?? 0, 0, rows.length]];
  return cuts.map(([name, level, from, to]) => {
    const part = rows.slice(from, to);
    const requests = sum(part, (row) => row.requests);
    return {
      name,
      scenario: "crowd",
      level,
      startedMs: from * 1000,
      endedMs: to * 1000,
      verdict: "pass",
      requests,
      ratePerSecond: requests / Math.max(1, to - from),
      p50Ms: part[Math.floor(part.length / 2)]?.p50Ms ?? null,
      p99Ms: Math.max(...part.map((row) => row.p99Ms ?? 0)),
      failedShare: 0,
    };
  });
}

function metricsOf(rows: TimelineRow[]): Record<string, MetricResult> {
  const requests = sum(rows, (row) => row.requests);
  const ratePerSecond = requests / Math.max(1, rows.length);
  const failed = sum(rows, (row) => row.failed);
  return {
    http_reqs: { type: "counter", count: requests, ratePerSecond },
    http_req_failed: {
      type: "rate",
      passed: failed,
      total: requests,
      rate: failed / Math.max(1, requests),
    },
    http_req_duration: trend(requests, 1),
    "http_req_duration{name:order}": trend(requests, 1),
    http_req_service_time: trend(requests, 1),
    http_req_waiting: trend(requests, 0.94),
    http_req_sending: trend(requests, 0.01),
    http_req_receiving: trend(requests, 0.02),
    data_sent: {
      type: "counter",
      unit: "bytes",
      count: requests * 231,
      ratePerSecond: ratePerSecond * 231,
    },
    data_received: {
      type: "counter",
      unit: "bytes",
      count: requests * 188,
      ratePerSecond: ratePerSecond * 188,
    },
    checks: { type: "rate", passed: requests + 100, total: requests + 100, rate: 1 },
    iterations: { type: "counter", count: requests, ratePerSecond },
    orders_accepted: { type: "counter", count: 100, ratePerSecond: 4 },
    orders_rejected: { type: "counter", count: requests - 100, ratePerSecond: ratePerSecond - 4 },
    vus: { type: "gauge", value: 1, min: 0, max: Math.max(0, ...rows.map((row) => row.vus)) },
  };
}

function trend(count: number, scale: number): { type: "trend"; unit: string } & TrendNumbers {
  const at = (value: number): number => Math.round(value * scale * 1000) / 1000;
  return {
    type: "trend",
    unit: "ms",
    count,
    min: at(0.31),
    mean: at(2.94),
    p50: at(2.31),
    p90: at(5.62),
    p95: at(7.4),
    p99: at(11.83),
    p999: at(24.6),
    max: at(61.2),
  };
}

function healthOf(rows: TimelineRow[]): GeneratorHealth {
  return {
    valid: true,
    cpuSeconds: Math.round(sum(rows, (row) => row.cpuShare) * 100) / 100,
    rssMaxBytes: 141_000_000,
    eventLoopDelayP99Ms: 1.9,
    scheduleSlipP99Ms: 0.42,
    droppedIterations: 0,
    gcPauseMaxMs: 3.1,
    gcPauseTotalMs: 118,
    cpuShareMax: Math.max(0, ...rows.map((row) => row.cpuShare)),
    pacing: null,
    reasons: [],
  };
}

function sum(rows: readonly TimelineRow[], of: (row: TimelineRow) => number): number {
  return rows.reduce((total, row) => total + of(row), 0);
}
