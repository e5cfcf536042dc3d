import { describe, expect, test } from "vitest";
import { NS_PER_MS } from "../base/units.ts";
import type { Invariant } from "../record/invariant.ts";
import type { Outcome } from "../record/outcome.ts";
import type { Value } from "../record/value.ts";
import { WATCHED_IDS_MAX } from "./limits.ts";
import type { RunningRule } from "./running-rules.ts";
import { runningRule } from "./running-rules.ts";

function ruleOf(kind: string, operation: string): RunningRule {
  const invariant: Invariant = { kind, name: kind, operation, options: {} };
  return runningRule(invariant);
}

function see(
  rule: RunningRule,
  [fromMs, toMs]: [number, number],
  outcome: Outcome,
  value?: Value,
  id?: string,
): string {
  const times = { invokeNs: fromMs * NS_PER_MS, returnNs: toMs * NS_PER_MS };
  rule.see({
    name: rule.invariant.operation,
    key: "vase",
    outcome,
    id,
    value,
    result: undefined,
    ...times,
  });
  const { state, text } = rule.line();
  return `${state}: ${text}`;
}

describe("the running view of an auction", () => {
  test("knows a lower bid that was accepted after a higher one was over", () => {
    const rule = ruleOf("auction", "bid");
    expect(see(rule, [0, 10], "ok", 510)).toBe(
      "holding: 1 accepted bid, none after a higher one was over",
    );
    see(rule, [5, 20], "ok", 520);
    see(rule, [21, 22], "rejected", 1);
    see(rule, [21, 22], "unknown", 1);
    expect(see(rule, [20, 30], "ok", 515)).toMatch(/^holding: 3 accepted bids/);
    expect(see(rule, [21, 31], "ok", 515)).toBe(
      "violated: vase: bid 515 was accepted after 520 was",
    );
    expect(see(rule, [40, 41], "ok", 530)).toMatch(/^violated: vase: bid 515/);
  });

  test("knows an equal one, and lets an answer to an earlier request pass", () => {
    const rule = ruleOf("auction", "bid");
    see(rule, [0, 10], "unknown", 510, "b1");
    see(rule, [5, 20], "ok", 520, "b2");
    expect(see(rule, [21, 31], "ok", 510, "b1")).toMatch(/^holding: 1 accepted bid/);
    expect(see(rule, [22, 32], "ok", 520, "b2")).toMatch(/^holding: 1 accepted bid/);
    expect(see(rule, [22, 32], "ok", 520, "b3")).toMatch(/^violated: vase: bid 520/);
  });

  test("leaves it to the end when there are too many ids to remember", () => {
    const rule = ruleOf("auction", "bid");
    for (let i = 0; i <= WATCHED_IDS_MAX; i++) see(rule, [i, i], "unknown", i, `b${i}`);
    expect(rule.line()).toEqual({
      state: "waiting",
      text: "too many to follow, judged at the end",
    });
  });
});

describe("the running view of what must never succeed", () => {
  test("counts refusals, and knows the first success", () => {
    const rule = ruleOf("never-succeeds", "read another's order");
    see(rule, [0, 1], "failed");
    expect(see(rule, [0, 1], "unknown")).toBe("holding: 1 attempt, none succeeded");
    expect(see(rule, [0, 1], "ok", undefined, "u12")).toBe(
      "violated: vase: read another's order succeeded for u12",
    );
    see(rule, [0, 1], "ok", undefined, "u13");
    expect(rule.line().text).toContain("u12");
  });
});
