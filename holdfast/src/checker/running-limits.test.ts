/** What a rule remembers while it runs is bounded, and beyond the bound it leaves the verdict to the end. */
import { describe, expect, test } from "vitest";
import type { Invariant } from "../record/invariant.ts";
import { WATCHED_IDS_MAX } from "./limits.ts";
import type { Attempt, RunningRule } from "./running-rules.ts";
import { runningRule } from "./running-rules.ts";

const PLAIN: Attempt = {
  name: "order",
  key: "k",
  outcome: "ok",
  invokeNs: 0,
  returnNs: 10,
  id: undefined,
  value: undefined,
  result: undefined,
};

function ruleOf(kind: string, options: Invariant["options"] = {}): RunningRule {
  return runningRule({ kind, name: kind, operation: "order", options });
}

function stateAfter(
  rule: RunningRule,
  count: number,
  nth: (i: number) => Partial<Attempt>,
): string {
  for (let i = 0; i < count; i++) rule.see({ ...PLAIN, ...nth(i) });
  return rule.line().state;
}

describe(`beyond ${WATCHED_IDS_MAX} remembered`, () => {
  test.each<[string, string, Invariant["options"], (i: number) => Partial<Attempt>]>([
    ["sales", "no-oversell", { stock: 1e9 }, (i) => ({ id: `k${i}` })],
    ["debits", "no-double-spend", { opening: 1e9 }, (i) => ({ id: `k${i}`, value: 1 })],
    ["winners", "one-winner", {}, (i) => ({ key: `k${i}`, id: `k${i}` })],
    ["answers", "one-effect-per-key", {}, (i) => ({ id: `k${i}`, result: "o" })],
    ["results", "unique-results", {}, (i) => ({ id: `k${i}`, result: i })],
    ["bids", "auction", {}, (i) => ({ id: `k${i}`, value: i })],
    ["items", "auction", {}, (i) => ({ key: `k${i}`, value: 5 })],
  ])("%s are no longer followed, one fewer are", (_, kind, options, nth) => {
    const rule = ruleOf(kind, options);
    expect(stateAfter(rule, WATCHED_IDS_MAX, nth)).toBe("holding");
    rule.see({ ...PLAIN, ...nth(WATCHED_IDS_MAX) });
    expect(rule.line().state).toBe("waiting");
  });

  test("of sales none more is followed, but the answer to one that was sent before is", () => {
    const rule = ruleOf("no-oversell", { stock: 1e9 });
    const sent = (i: number): Partial<Attempt> => ({ id: `k${i}`, outcome: "unknown" });
    expect(stateAfter(rule, WATCHED_IDS_MAX, sent)).toBe("holding");
    expect(stateAfter(rule, 1, () => ({ id: "k1" }))).toBe("holding");
  });

  test("no new receiver is followed, nor whom a message is for; who was there still is", () => {
    const rule = ruleOf("delivered-once", { receipt: "received" });
    const receipt = (i: number): Partial<Attempt> => ({ name: "received", id: `p${i}`, value: 7 });
    expect(stateAfter(rule, WATCHED_IDS_MAX - 1, receipt)).toBe("holding");
    expect(stateAfter(rule, 1, () => receipt(WATCHED_IDS_MAX))).toBe("waiting");
    const { text } = rule.line();
    rule.see({ ...PLAIN, ...receipt(WATCHED_IDS_MAX + 1) });
    expect(rule.line().text).toBe(text);
    rule.see({ ...PLAIN, id: "m1", value: { to: "ann" } });
    rule.see({ ...PLAIN, name: "received", id: "p1", value: "m1" });
    expect(rule.line().state).toBe("waiting");
    rule.see({ ...PLAIN, ...receipt(1) });
    expect(rule.line()).toEqual({ state: "violated", text: "k: p1 received number 7 twice" });
  });
});

test("messages that nobody can name, or that are for nobody, are not remembered", () => {
  const rule = ruleOf("delivered-once", { receipt: "received" });
  const nameless = stateAfter(rule, WATCHED_IDS_MAX, () => ({ value: { to: "ann" } }));
  expect(nameless).toBe("holding");
  expect(stateAfter(rule, WATCHED_IDS_MAX, (i) => ({ id: `m${i}` }))).toBe("holding");
});

test("snapshots of what has no stated total are not judged", () => {
  const rule = ruleOf("conserves", { snapshot: "books" });
  rule.see({ ...PLAIN, name: "books", result: { a: 1 } });
  expect(rule.line()).toEqual({ state: "holding", text: "no snapshots, all as they must be" });
});
