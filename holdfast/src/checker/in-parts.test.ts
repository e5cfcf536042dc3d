import { describe, expect, test } from "vitest";
import type { Judged } from "./finding.ts";
import { together } from "./in-parts.ts";

function part(changes: Partial<Judged>): Judged {
  const checked = { operations: 10, keys: 2, unknownOutcomes: 1, overlapMax: 3 };
  return {
    name: "rule",
    kind: "no-oversell",
    verdict: "pass",
    sentence: "5 sold of 6",
    checked,
    witnesses: [],
    count: 0,
    key: null,
    ...changes,
  };
}

function proof(returnedMs: number | null, invokedMs = 0): Judged["witnesses"] {
  return [{ invokedMs, returnedMs } as Judged["witnesses"][number]];
}

describe("findings of parts, put together", () => {
  test("pass together, and their counts add up", () => {
    const parts = [part({}), part({ sentence: "1,200 sold of 2,000" })];
    expect(together(parts, "key")).toMatchObject({
      verdict: "pass",
      sentence: "1,205 sold of 2,006",
      checked: { operations: 20, keys: 4, unknownOutcomes: 2, overlapMax: 3 },
    });
    expect(together(parts, "result").checked.keys).toBe(2);
  });

  test("say how many parts there are where their words differ", () => {
    const parts = [part({}), part({ sentence: "nothing was sold" })];
    expect(together(parts, "key").sentence).toBe(
      "5 sold of 6 (and so on, in 2 parts of the history)",
    );
  });

  test("fail with the earliest proof, however late its part is", () => {
    const late = part({ verdict: "fail", sentence: "late", witnesses: proof(80), count: 2 });
    const early = part({ verdict: "fail", sentence: "early", witnesses: proof(20), count: 3 });
    const open = part({ verdict: "fail", sentence: "open", witnesses: proof(null, 50), count: 1 });
    expect(together([part({}), late, early, open], "key")).toMatchObject({
      verdict: "fail",
      sentence: "early; and in 2 more parts of the history",
      count: 6,
    });
    expect(together([late, open], "key").sentence).toBe("open; and in 1 more part of the history");
    expect(together([part({ verdict: "unknown" }), late], "key").sentence).toBe("late");
  });

  test("are unknown where one part is, but not because one part is empty", () => {
    const doubtful = part({ verdict: "unknown", sentence: "the audit is missing" });
    const empty = part({ verdict: "unknown", sentence: "no order took place", vacuous: true });
    expect(together([part({}), doubtful], "key")).toMatchObject({
      verdict: "unknown",
      sentence: "the audit is missing",
    });
    const passed = together([empty, part({})], "key");
    expect(passed).toMatchObject({ verdict: "pass", sentence: "5 sold of 6" });
    const nothing = together([empty, empty], "key");
    expect(nothing).toMatchObject({ verdict: "unknown", sentence: "no order took place" });
    expect(nothing).not.toHaveProperty("vacuous");
  });

  test("of a single part are that part's, to the letter", () => {
    const only = part({ sentence: "o-007 and 05 of 6" });
    expect(together([only], "key")).toEqual(only);
  });
});
