/** What of an audit is evidence: its own rows, where they were answered. */
import { describe, expect, test } from "vitest";
import type { Invariant } from "../../record/invariant.ts";
import { historyOf } from "../../history/history.ts";
import { judge } from "../judge.ts";
import type { Attempt } from "../testing/attempt.ts";
import { attempt } from "../testing/attempt.ts";

const AUDIT_NS = 1_000;

function row(name: string, more: Partial<Attempt>): Attempt {
  const { outcome = "ok" } = more;
  return attempt(name, outcome, AUDIT_NS, AUDIT_NS, { key: "phone", phase: "audit", ...more });
}

/** Two orders at once, one of them acknowledged. */
const ORDERS = [
  attempt("order", "ok", 0, 10, { key: "phone", id: "k1", value: 1 }),
  attempt("order", "failed", 5, 10, { key: "phone", id: "k2", value: 1 }),
];

function verdict(kind: string, options: Invariant["options"], ...more: readonly Attempt[]): string {
  const invariant = { kind, name: kind, operation: "order", options };
  const history = historyOf([...ORDERS, ...more], { auditComplete: true });
  return judge(history, [invariant])[0]?.verdict ?? "";
}

describe.each<[string, Invariant["options"]]>([
  ["only falls", { stock: 3, reads: "stock" }],
  ["comes back", { stock: 3, reads: "stock", restock: "restock" }],
])("a reading of stock that %s", (_, options) => {
  const reading = (more: Partial<Attempt>): string =>
    verdict("stock-agrees", options, row("stock", { id: "db", result: 2 }), row("stock", more));

  test("is wrong where it says another number, or no number", () => {
    expect(reading({ id: "cache", result: 2 })).toBe("pass");
    expect(reading({ id: "cache", result: 3 })).toBe("fail");
    expect(reading({ id: "cache", result: "2" })).toBe("fail");
    expect(reading({ id: "cache", result: undefined })).toBe("fail");
  });

  test("is none where nobody answered, or while the load ran", () => {
    expect(reading({ id: "cache", outcome: "unknown", result: undefined })).toBe("pass");
    expect(reading({ id: "cache", phase: "load", result: 9 })).toBe("pass");
  });
});

test("a bid that the audit could not read proves nothing", () => {
  const close = attempt("close", "ok", 500, 600, { key: "phone", result: 1 });
  const listed = (more: Partial<Attempt>): string =>
    verdict("auction", { start: 0, close: "close" }, close, row("order", { id: "k9", ...more }));
  expect(listed({ value: 7 })).toBe("fail");
  expect(listed({ value: 7, outcome: "unknown" })).not.toBe("fail");
  expect(listed({ value: "7" })).not.toBe("fail");
});

test("a read without an answer shows nothing that could be lost", () => {
  const kill = attempt("kill", "ok", 50, 60, { key: "phone" });
  const read = (result: Attempt["result"]): string =>
    verdict(
      "survives-kill",
      { kill: "kill", reads: "get" },
      kill,
      attempt("get", "ok", 20, 30, { key: "phone", result }),
      row("order", { id: "k1", result: "o-1" }),
    );
  expect(read("o-1")).not.toBe("fail");
  expect(read("o-2")).toBe("fail");
  expect(read(undefined)).not.toBe("fail");
});
