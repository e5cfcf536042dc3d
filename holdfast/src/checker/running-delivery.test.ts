import { describe, expect, test } from "vitest";
import { canary } from "../record/canary.ts";
import type { Value } from "../record/value.ts";
import { deliveredOnce } from "../scenario/invariants/delivery.ts";
import { noLeak } from "../scenario/invariants/sessions.ts";
import { operation } from "../scenario/operation.ts";
import { WATCHED_IDS_MAX } from "./limits.ts";
import type { Attempt, RunningRule } from "./running-rules.ts";
import { runningRule } from "./running-rules.ts";

const cause = operation("post");
const receipt = operation("received");
const joins = operation("join");

function see(
  rule: RunningRule,
  name: string,
  id: string | undefined,
  more: Partial<Attempt>,
): string {
  const times = { invokeNs: 0, returnNs: 1 };
  const blank = { key: "r", outcome: "ok", value: undefined, result: undefined } as const;
  rule.see({ name, id, ...blank, ...times, ...more });
  const { state, text } = rule.line();
  return `${state}: ${text}`;
}

describe("the running view of deliveries", () => {
  const inRoom = (): ((id: string, value: Value, key?: string) => string) => {
    const rule = runningRule(deliveredOnce({ cause, receipt, joins }));
    return (id, value, key = "r") => see(rule, "received", id, { value, key });
  };

  test("knows a number that comes twice to one person in one room, in runs or alone", () => {
    const received = inRoom();
    received("ann", { from: 1, to: 3 });
    received("ann", [4, 9]);
    received("bob", 4);
    received("ann", 4, "other");
    expect(received("ann", 5)).toBe("holding: 8 receipts, none twice");
    expect(received("ann", 9)).toBe("violated: r: ann received number 9 twice");
    for (const next of [10, 10, 5]) {
      expect(received("ann", next)).toBe("violated: r: ann received number 9 twice");
    }
    const again = inRoom();
    again("ann", { from: 1, to: 3 });
    expect(again("ann", "2"), "a name of its own").toMatch(/^holding/);
    expect(again("ann", 2)).toBe("violated: r: ann received number 2 twice");
  });

  test("knows a message by its id, and whom it was for, once that was seen", () => {
    const rule = runningRule(deliveredOnce({ cause: [cause, operation("mention")], receipt }));
    expect(rule.operations).toEqual(["received", "post", "mention"]);
    expect(see(rule, "received", "eve", { result: "m-1" })).toBe("holding: 1 receipt, none twice");
    see(rule, "mention", "m-1", { value: { to: ["ann"] } });
    see(rule, "received", "ann", { result: "m-1" });
    expect(see(rule, "received", "bob", { result: "m-2" })).toMatch(/^holding/);
    expect(see(rule, "received", "bob", { result: "m-1" })).toBe(
      "violated: r: bob received m-1, which was for somebody else",
    );
  });

  test("allows the sender its own copy, and whoever any attempt names", () => {
    const rule = runningRule(deliveredOnce({ cause, receipt }));
    see(rule, "post", "m-1", { value: { to: "ann", from: "eve" } });
    see(rule, "post", "m-1", { value: { to: "bob", from: "eve" } });
    for (const id of ["ann", "bob", "eve"]) {
      expect(see(rule, "received", id, { value: "m-1" })).toMatch(/^holding/);
    }
    expect(see(rule, "received", "cat", { value: "m-1" })).toMatch(/^violated: r: cat received/);
  });

  test("knows a message by its id that comes twice, and the first of what went wrong stays", () => {
    const received = inRoom();
    received("ann", "m-1");
    received("ann", 7);
    expect(received("ann", "m-2")).toBe("holding: 3 receipts, none twice");
    expect(received("ann", "m-1")).toBe("violated: r: ann received m-1 twice");
    expect(received("ann", 7)).toBe("violated: r: ann received m-1 twice");
  });

  test("follows any number of receipts that come one after the other", () => {
    const received = inRoom();
    const all = Array.from({ length: WATCHED_IDS_MAX + 10 }, (_, i) => i);
    expect(received("ann", all)).toMatch(/^holding/);
    expect(received("ann", WATCHED_IDS_MAX + 9)).toMatch(/^violated/);
  });

  test("says nothing of receipts of unknown outcome or without a person, and no more than it remembers", () => {
    const rule = runningRule(deliveredOnce({ cause, receipt, joins }));
    see(rule, "received", "ann", { value: 1 });
    see(rule, "received", "ann", { value: 1, outcome: "unknown" });
    see(rule, "received", undefined, { value: 1 });
    expect(see(rule, "received", undefined, { value: 1 })).toMatch(/^holding: 1 receipt,/);
    const even = Array.from({ length: WATCHED_IDS_MAX }, (_, i) => 10 + 2 * i);
    expect(see(rule, "received", "ann", { value: even })).toMatch(
      /^waiting: .* too many to follow/,
    );
  });
});

describe("the running view of secrets", () => {
  const secret = canary("ann");

  test("knows one that is shown to somebody else, in any of the operations", () => {
    const rule = runningRule(noLeak({ reads: [operation("read"), operation("search")] }));
    expect(rule.operations).toEqual(["read", "search"]);
    see(rule, "read", "ann", { result: [secret] });
    see(rule, "read", undefined, { result: secret });
    see(rule, "read", "bob", {});
    see(rule, "read", "bob", { result: secret, outcome: "unknown" });
    expect(see(rule, "read", "bob", { result: "x" })).toBe("holding: 3 answers, no foreign secret");
    expect(see(rule, "search", "bob", { result: { found: secret }, outcome: "rejected" })).toBe(
      "violated: r: bob was shown a secret of ann",
    );
    expect(see(rule, "read", "bob", { result: canary("eve") })).toBe(
      "violated: r: bob was shown a secret of ann",
    );
  });

  test("lets those see it who may, and waits for the end where people join", () => {
    const reads = operation("read");
    const open = runningRule(noLeak({ reads, allow: { ann: ["bob"] }, trusted: ["eve"] }));
    see(open, "read", "eve", { result: secret });
    expect(see(open, "read", "bob", { result: secret })).toMatch(/^holding: 2 answers/);
    const rooms = runningRule(noLeak({ reads, joins }));
    expect(see(rooms, "read", "bob", { result: secret })).toBe("waiting: judged at the end");
  });
});
