import { describe, expect, test } from "vitest";
import { seededRandom } from "../../base/random.ts";
import { historyOf, SAID_RULE } from "../../history/history.ts";
import type { HistoryFacts } from "../../history/history.ts";
import { RULE } from "../../record/outcome.ts";
import type { Outcome } from "../../record/outcome.ts";
import { neverSucceeds } from "../../scenario/invariants/state.ts";
import { operation } from "../../scenario/operation.ts";
import type { Finding } from "../finding.ts";
import { judge } from "../judge.ts";
import { attempt } from "../testing/attempt.ts";
import { exampleHistory } from "../testing/example-history.ts";

const HISTORIES = Number(process.env["HOLDFAST_CAMPAIGN_HISTORIES"] ?? 20_000);
const SEED = process.env["HOLDFAST_SEED"] ?? "holdfast";

const peek = operation("peek");
const invariant = neverSucceeds(peek);

function findingOf(lines: string, facts: Partial<HistoryFacts> = {}): Finding {
  return judge(exampleHistory(lines, facts), [invariant])[0] as Finding;
}

function said(lines: string, facts: Partial<HistoryFacts> = {}): string {
  const { verdict, sentence } = findingOf(lines, facts);
  return `${verdict}: ${sentence}`;
}

describe("what must be refused never succeeds", () => {
  const refused = `
    peek o-7 u12 0..10 failed
    peek o-7 u13 1..10 rejected
    peek o-8 u12 1..10 unknown`;

  test("passes without a single success, and names itself", () => {
    expect(invariant.name).toBe("peek never succeeds");
    expect(said(refused)).toBe("pass: 2 attempts refused on 2 keys, 1 of unknown outcome");
  });

  test("fails at the first success, with who and what", () => {
    const broken = `${refused}
      peek o-7 u14 5..12 ok secret
      peek o-7 u15 4..11 ok
      peek o-9 - 20..21 ok`;
    const finding = findingOf(broken);
    expect(finding.verdict).toBe("fail");
    expect(finding.sentence).toBe(
      'o-7: "peek" succeeded for u15 at 0.011 s, and 1 time more; also on o-9',
    );
    expect(finding.count).toBe(3);
    expect(finding.witnesses.map((witness) => witness.id)).toEqual(["u15", "u14"]);
    expect(said("peek o-9 - 20..21 ok secret")).toBe(
      'fail: o-9: "peek" succeeded for process 0 at 0.021 s (answered "secret")',
    );
    expect(said(`${refused}\naudit peek o-9 u1 x`)).toBe(
      'fail: o-9: "peek" is listed by the audit for u1 at 1000.000 s (answered "x")',
    );
  });

  test("is a proof in spite of lost records and an unfinished run; a pass is not", () => {
    expect(said("peek o-9 u1 20..21 ok", { lostRecords: 3 })).toMatch(/^fail/);
    expect(said("peek o-9 u1 20..21 ok", { finished: false })).toMatch(/^fail/);
    expect(said(refused, { lostRecords: 3 })).toMatch(/^unknown: 3 records/);
    expect(said(refused, { finished: false })).toMatch(/^unknown: the run did not end/);
  });

  test("is unknown when nobody tried, nobody was answered, or nothing was ever sent", () => {
    expect(said("")).toMatch(/^unknown: no peek took place/);
    expect(said("peek o-8 u12 1..10 unknown")).toMatch(/^unknown: nobody was refused "peek"/);
    const verdictOf = (rule: number): string =>
      (judge(historyOf([attempt("peek", "failed", 0, 1, { rule })]), [invariant])[0] as Finding)
        .verdict;
    expect(verdictOf(RULE.neverSent)).toBe("unknown");
    expect(verdictOf(RULE.refused)).toBe("pass");
  });

  test(`over ${HISTORIES} random histories it fails if and only if something succeeded, seed ${SEED}`, () => {
    const random = seededRandom(`${SEED}/never`);
    const seen = { pass: 0, fail: 0, unknown: 0 };
    for (let i = 0; i < HISTORIES; i++) {
      const outcomes = Array.from({ length: random.integer(1, 4) }, () =>
        random.pick<Outcome>(["ok", "rejected", "failed", "unknown", "failed", "failed"]),
      );
      const history = historyOf(
        outcomes.map((outcome) => ({
          name: "peek",
          phase: "load" as const,
          process: 0,
          key: random.pick(["a", "b"]),
          id: undefined,
          value: undefined,
          result: undefined,
          invokeNs: random.integer(0, 5),
          returnNs: random.integer(5, 9),
          outcome,
          rule: SAID_RULE[outcome],
          status: 0,
        })),
      );
      const expected = outcomes.includes("ok")
        ? "fail"
        : outcomes.every((outcome) => outcome === "unknown")
          ? "unknown"
          : "pass";
      const { verdict } = judge(history, [invariant])[0] as Finding;
      seen[verdict] += 1;
      if (verdict !== expected) expect.fail(JSON.stringify({ verdict, expected, outcomes }));
    }
    expect(Math.min(seen.pass, seen.fail, seen.unknown)).toBeGreaterThan(HISTORIES / 50);
  });
});
