import { describe, expect, test } from "vitest";
import { EXIT } from "../base/errors.ts";
import type { Finding, Verdict } from "../checker/finding.ts";
import type { ThresholdResult } from "../metrics/threshold-evaluator.ts";
import type { GeneratorHealth } from "../record/generator.ts";
import { decide, type RunEnd } from "./decide.ts";
import { WORST_FIRST, worstExit } from "./exit-order.ts";

function finding(verdict: Verdict, name = "no oversell"): Finding {
  const sentences = {
    pass: "100 of 100 sold, each once.",
    fail: "Product p1 was sold 101 times.",
    unknown: "Nothing overlapped.",
  };
  return {
    name,
    kind: "no-oversell",
    verdict,
    sentence: sentences[verdict],
    checked: { operations: 900, keys: 1, unknownOutcomes: 0, overlapMax: 40 },
    witnesses: [],
    count: verdict === "fail" ? 1 : 0,
    key: null,
  };
}

function threshold(value: number | null, ok: boolean, aborted = false): ThresholdResult {
  return {
    metric: "http_req_duration{name:order}",
    expression: "p(99)<50",
    value,
    ok,
    crossedAtMs: aborted ? 4_250 : null,
    aborted,
  };
}

const HEALTHY: GeneratorHealth = {
  valid: true,
  cpuSeconds: 1,
  rssMaxBytes: 1e8,
  eventLoopDelayP99Ms: 1,
  scheduleSlipP99Ms: 0,
  droppedIterations: 0,
  gcPauseMaxMs: 1,
  gcPauseTotalMs: 1,
  cpuShareMax: 0.5,
  pacing: null,
  reasons: [],
};

/** A run in which all went well. */
const GOOD: RunEnd = {
  findings: [finding("pass"), finding("pass", "stock agrees")],
  thresholds: [threshold(8.2, true)],
  generator: HEALTHY,
  exceptions: { count: 0, first: null },
  target: { url: "http://127.0.0.1:3000", reached: true, trouble: null },
  stopped: null,
  broken: null,
  iterations: 6_000,
  operations: 12_345,
  p99Ms: 8.2,
  lostRecords: 0,
};

/** What may be wrong, worst first: exit code, verdict if nothing else is wrong, and the sentence. */
const WRONG: readonly (readonly [number, Verdict, Partial<RunEnd>, string])[] = [
  [
    107,
    "unknown",
    { exceptions: { count: 3, first: "TypeError: body is undefined" } },
    "The test's script threw 3 times, first: TypeError: body is undefined",
  ],
  [
    108,
    "unknown",
    { target: { url: "http://127.0.0.1:3000", reached: false, trouble: "connection refused" } },
    "http://127.0.0.1:3000 never answered: connection refused",
  ],
  [
    105,
    "unknown",
    { stopped: { by: "outside", why: "Ctrl-C after 4.2 s" } },
    "The run was ended before its time: Ctrl-C after 4.2 s",
  ],
  [
    90,
    "fail",
    { findings: [finding("pass", "stock agrees"), finding("fail")] },
    "1 of 2 invariants violated. no oversell: Product p1 was sold 101 times.",
  ],
  [
    92,
    "unknown",
    { generator: { ...HEALTHY, valid: false, reasons: ["Requests left late."] } },
    "The load generator was the bottleneck: Requests left late.",
  ],
  [
    99,
    "fail",
    { thresholds: [threshold(8.2, true), threshold(61.2345, false)] },
    "1 of 2 thresholds crossed. http_req_duration{name:order} p(99)<50 was 61.23.",
  ],
  [91, "unknown", { iterations: 0 }, "No iteration was finished, so there is nothing to judge."],
];

describe("one thing is wrong", () => {
  test.each(WRONG)("exit %i, verdict %s", (exitCode, verdict, wrong, headline) => {
    expect(decide({ ...GOOD, ...wrong })).toMatchObject({ verdict, exitCode, headline, also: [] });
  });

  test.each<[string, number, Verdict, Partial<RunEnd>, string]>([
    [
      "an invariant could not be decided",
      91,
      "unknown",
      { findings: [finding("unknown")] },
      "1 of 1 invariant could not be decided. no oversell: Nothing overlapped.",
    ],
    [
      "a threshold had no sample",
      91,
      "unknown",
      { thresholds: [threshold(null, false)] },
      "1 of 1 threshold had no sample: http_req_duration{name:order}.",
    ],
    [
      "Holdfast broke",
      91,
      "unknown",
      { broken: "engine thread 2 ended with code 134" },
      "Holdfast itself failed: engine thread 2 ended with code 134",
    ],
    [
      "a condition of the test ended it",
      99,
      "fail",
      { stopped: { by: "condition", why: "the rows of users.csv ran out" } },
      "The run was ended before its time: the rows of users.csv ran out",
    ],
    [
      "a threshold ended it",
      99,
      "fail",
      { thresholds: [threshold(51, false), threshold(1_200, false, true)] },
      "2 of 2 thresholds crossed. http_req_duration{name:order} p(99)<50 was 1,200, which ended the run.",
    ],
    [
      "the script threw once",
      107,
      "unknown",
      { exceptions: { count: 1, first: "Error: no token" } },
      "The test's script threw: Error: no token",
    ],
  ])("%s: exit %i, verdict %s", (_, exitCode, verdict, wrong, headline) => {
    expect(decide({ ...GOOD, ...wrong })).toMatchObject({ verdict, exitCode, headline });
  });
});

describe("several things are wrong", () => {
  const pairs = WRONG.flatMap((worse, i) =>
    WRONG.slice(i + 1).map((other) => [worse, other] as const),
  );

  test.each(pairs)("%o stands before %o, which is kept in the notes", (worse, other) => {
    const both = decide({ ...GOOD, ...other[2], ...worse[2] });
    expect(both.exitCode).toBe(worse[0]);
    expect(both.headline).toBe(worse[3]);
    expect(both.also).toEqual([other[3]]);
  });

  test("all of them: the order of the exit codes is 107, 108, 105, 90, 92, 99, 91", () => {
    const all = Object.assign({}, GOOD, ...WRONG.map(([, , wrong]) => wrong)) as RunEnd;
    const { exitCode, headline, also, verdict } = decide(all);
    expect(exitCode).toBe(107);
    expect([headline, ...also]).toEqual(WRONG.map(([, , , sentence]) => sentence));
    expect(verdict).toBe("fail");
  });

  test("a violated invariant stays a proof when the run was interrupted, the script threw or the numbers are void", () => {
    for (const [exitCode, , wrong] of WRONG.filter(([code]) => code !== 90)) {
      const found = decide({ ...GOOD, ...wrong, findings: [finding("fail")] });
      expect([found.verdict, exitCode]).toEqual(["fail", exitCode]);
    }
  });

  test("a crossed threshold is no fact about the system when the generator was the bottleneck", () => {
    const generator = { ...HEALTHY, valid: false, reasons: ["Requests left late."] };
    const found = decide({ ...GOOD, generator, thresholds: [threshold(61, false)] });
    expect([found.verdict, found.exitCode]).toEqual(["unknown", 92]);
  });
});

describe("when 7 operations are missing from the history", () => {
  test("an invariant that seemed to hold is unknown", () => {
    const found = decide({ ...GOOD, lostRecords: 7 });
    expect([found.verdict, found.exitCode]).toEqual(["unknown", 91]);
    expect(found.findings.map(({ verdict }) => verdict)).toEqual(["unknown", "unknown"]);
    expect(found.findings[0]?.sentence).toBe(
      "Nothing was found, but 7 operations sent are missing from the history.",
    );
  });

  test("an invariant that is violated is violated", () => {
    const found = decide({ ...GOOD, findings: [finding("fail")], lostRecords: 7 });
    expect([found.verdict, found.exitCode]).toEqual(["fail", 90]);
  });

  test("a test that states no invariant does not mind", () => {
    expect(decide({ ...GOOD, findings: [], lostRecords: 7 }).exitCode).toBe(0);
  });
});

describe("nothing is wrong", () => {
  test.each<[Partial<RunEnd>, string]>([
    [{}, "All 2 invariants held over 12,345 operations, the one threshold kept; p99 8.20 ms."],
    [
      { thresholds: [], findings: [finding("pass")] },
      "The one invariant held over 12,345 operations; p99 8.20 ms.",
    ],
    [
      { findings: [], thresholds: [threshold(1, true), threshold(2, true)], p99Ms: null },
      "All 2 thresholds kept over 6,000 iterations. The test states no invariant, so only numbers were judged.",
    ],
    [
      { findings: [], thresholds: [] },
      "6,000 iterations done; p99 8.20 ms. The test states no rule, so nothing was judged.",
    ],
  ])("and the sentence says what was asked: %o", (more, headline) => {
    expect(decide({ ...GOOD, ...more })).toMatchObject({ verdict: "pass", exitCode: 0, headline });
  });
});

test("of several runs the worst exit code counts, in the order of the command line's reference", () => {
  expect(WORST_FIRST).toEqual([104, 107, 108, 105, 90, 92, 99, 91, 0]);
  expect(new Set(WORST_FIRST)).toEqual(new Set(Object.values(EXIT)));
  expect(worstExit(0, 99, 90, 91)).toBe(90);
  expect(worstExit(0, 0)).toBe(0);
  expect(worstExit()).toBe(0);
});
