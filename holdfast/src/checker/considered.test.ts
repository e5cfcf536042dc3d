import { describe, expect, test } from "vitest";
import type { HistoryFacts } from "../history/history.ts";
import { historyOf, SAID_RULE } from "../history/history.ts";
import type { Invariant } from "../record/invariant.ts";
import type { Considered } from "./finding.ts";
import { judge } from "./judge.ts";
import { exampleHistory } from "./testing/example-history.ts";

const ONE_PHONE: Invariant = {
  kind: "no-oversell",
  name: "no oversell",
  operation: "order",
  options: { stock: 1 },
};

/** Two orders for the only phone, both acknowledged, the second at 11 ms. */
const OVERSOLD = `
  order phone k1 0..10 ok o-1
  order phone k2 1..11 ok o-2`;

function consideredIn(lines: string, facts: Partial<HistoryFacts> = {}): Considered | undefined {
  return judge(exampleHistory(lines, facts), [ONE_PHONE])[0]?.considered;
}

describe("what was considered and did not help", () => {
  test("is nothing where every operation had an answer", () => {
    expect(consideredIn(OVERSOLD)).toEqual({ count: 0, name: null, ids: [] });
  });

  test("are the unknown operations on the violation's key: 2 of 3, the third is of another key", () => {
    const lines = `${OVERSOLD}
      order phone k3 2..12 unknown
      order phone k4 3..13 unknown
      order radio k5 3..13 unknown`;
    expect(consideredIn(lines)).toEqual({ count: 2, name: "order", ids: ["k3", "k4"] });
  });

  test("are none of the audit's, which asked for nothing", () => {
    const history = exampleHistory(`${OVERSOLD}\norder phone k3 2..12 unknown`);
    const rows = Array.from({ length: history.size }, (_, row) => history.operation(row)).map(
      (row) => ({ ...row, rule: SAID_RULE[row.outcome] }),
    );
    const asked = (phase: "load" | "audit"): number | undefined => {
      const told = rows.map((row) => (row.id === "k3" ? { ...row, phase } : row));
      return judge(historyOf(told), [ONE_PHONE])[0]?.considered?.count;
    };
    expect([asked("load"), asked("audit")]).toEqual([1, 0]);
  });

  test("are of the operations that the invariant names, in its options, too: not of others", () => {
    const linear: Invariant = {
      kind: "linearizable",
      name: "linearizable",
      operation: "get",
      options: { initial: null, model: "register", operations: { read: "get", write: "put" } },
    };
    const history = exampleHistory(`
      put phone k1 0..10 ok
      put phone k2 0..10 unknown
      ping phone k3 0..10 unknown
      get phone - 20..30 ok never`);
    const [finding] = judge(history, [linear]);
    expect(finding?.verdict).toBe("fail");
    expect(finding?.considered).toEqual({ count: 1, name: "put", ids: ["k2"] });
  });

  test("were sent before the proof was complete: at 11 ms, not at 11.5 ms", () => {
    const lines = `${OVERSOLD}
      order phone k3 11..12 unknown
      order phone k4 11.5..13 unknown`;
    expect(consideredIn(lines)).toEqual({ count: 1, name: "order", ids: ["k3"] });
  });

  test("are neither refusals nor failures, which have no effect for certain", () => {
    const lines = `${OVERSOLD}
      order phone k3 2..12 rejected
      order phone k4 3..13 failed`;
    expect(consideredIn(lines)?.count).toBe(0);
  });

  test("are named up to 3, the earliest first, and counted beyond: 8", () => {
    const more = [9, 8, 7, 6, 5, 4, 3, 2].map((at) => `order phone k-${at} ${at}..20 unknown`);
    expect(consideredIn(`${OVERSOLD}\n${more.join("\n")}`)).toEqual({
      count: 8,
      name: "order",
      ids: ["k-2", "k-3", "k-4"],
    });
  });

  test("have their number where they have no id", () => {
    expect(consideredIn(`${OVERSOLD}\norder phone - 2..12 unknown`)?.ids).toEqual(["operation 2"]);
  });

  test("are told of a violation only: there is none where the invariant held", () => {
    expect(consideredIn("order phone k1 0..10 ok o-1\norder phone k2 0..9 unknown")).toBe(
      undefined,
    );
  });

  test("are told, too, where lost records make the violation unknown", () => {
    const missing: Invariant = { ...ONE_PHONE, kind: "honest-sold-out" };
    const lines = `
      order phone k1 0..10 unknown
      order phone k2 20..30 rejected
      order phone k3 40..50 ok o-3`;
    const [whole] = judge(exampleHistory(lines), [{ ...missing, options: { stock: 9 } }]);
    expect(whole?.verdict).toBe("fail");
    expect(whole?.considered).toEqual({ count: 1, name: "order", ids: ["k1"] });
    const [gaps] = judge(exampleHistory(lines, { lostRecords: 1 }), [
      { ...missing, options: { stock: 9 } },
    ]);
    expect(gaps?.verdict).toBe("unknown");
    expect(gaps?.considered).toEqual(whole?.considered);
  });
});
