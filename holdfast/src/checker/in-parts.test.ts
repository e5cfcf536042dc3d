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
    held: "5 sold of 6",
    unmet: [],
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
  test("keep what was considered of the part that is shown", () => {
    const considered = { count: 1, name: "order", ids: ["k1"] };
    const broken = part({ verdict: "fail", count: 1, key: "a", witnesses: proof(5), considered });
    expect(together([part({}), broken], "key").considered).toEqual(considered);
    expect(together([part({})], "key")).not.toHaveProperty("considered");
  });

  test("pass together, and their counts add up", () => {
    const parts = [part({}), part({ held: "1,200 sold of 2,000" })];
    expect(together(parts, "key")).toMatchObject({
      verdict: "pass",
      sentence: "1,205 sold of 2,006",
      checked: { operations: 20, keys: 4, unknownOutcomes: 2, overlapMax: 3 },
    });
    expect(together(parts, "result").checked.keys).toBe(2);
    const checked = { operations: 1, keys: 7, unknownOutcomes: 0, overlapMax: 9 };
    expect(together([part({}), part({ checked })], "result").checked).toEqual({
      operations: 11,
      keys: 7,
      unknownOutcomes: 1,
      overlapMax: 9,
    });
  });

  test("say how many parts there are where their words differ", () => {
    const parts = [part({}), part({ held: "nothing was sold" })];
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
    // A proof is complete with its last answer.
    const long = { ...late, sentence: "long", witnesses: [...proof(10), ...proof(90)] };
    expect(together([long, late], "key").sentence).toBe("late; and in 1 more part of the history");
  });

  test("add what they count, and take the most of what is said as `up to`", () => {
    const parts = ["12 reads, up to 3 at once", "7 reads, up to 5 at once"];
    expect(
      together(
        parts.map((held) => part({ held })),
        "key",
      ).sentence,
    ).toBe("19 reads, up to 5 at once");
  });

  test("are unknown where one part is in doubt, whatever that part lacks besides", () => {
    const doubtful = part({
      verdict: "unknown",
      doubt: "3 keys are undecided",
      unmet: ["no race"],
    });
    expect(together([part({}), doubtful, doubtful], "key")).toMatchObject({
      verdict: "unknown",
      sentence: "6 keys are undecided (seen: 15 sold of 18)",
    });
    const { held: _held, unmet: _unmet, ...told } = part({ verdict: "unknown" });
    const broken = { ...told, sentence: "it could not be decided: 5 and 6" };
    expect(together([part({}), doubtful, broken], "key")).toMatchObject({
      verdict: "unknown",
      sentence: "it could not be decided: 5 and 6",
    });
  });

  test("pass where each thing that a pass needs took place in some part", () => {
    const checked = { operations: 0, keys: 0, unknownOutcomes: 0, overlapMax: 0 };
    const empty = part({
      verdict: "unknown",
      held: "nothing",
      unmet: ["none", "no race"],
      checked,
    });
    const quiet = part({ verdict: "unknown", unmet: ["no race"] });
    const refused = part({ verdict: "unknown", unmet: ["nobody was refused"] });
    expect(together([empty, part({})], "key")).toMatchObject({
      verdict: "pass",
      sentence: "5 sold of 6",
    });
    expect(together([empty, quiet, refused], "key")).toMatchObject({
      verdict: "pass",
      sentence: "10 sold of 12",
    });
    expect(together([empty, quiet], "key")).toMatchObject({
      verdict: "unknown",
      sentence: "no race (seen: 5 sold of 6)",
    });
    expect(together([empty, empty], "key")).toMatchObject({
      verdict: "unknown",
      sentence: "none (seen: nothing)",
    });
  });

  test("say nothing of what only the putting together needed", () => {
    for (const parts of [[part({})], [part({}), part({})]]) {
      for (const own of ["held", "unmet", "doubt"]) {
        expect(together(parts, "key")).not.toHaveProperty(own);
      }
    }
  });

  test("of a single part are that part's, to the letter", () => {
    const only = part({ sentence: "o-007 and 05 of 6" });
    const { held: _held, unmet: _unmet, ...finding } = only;
    expect(together([only], "key")).toEqual(finding);
  });
});
