import { describe, expect, test } from "vitest";
import { seededRandom } from "../../base/random.ts";
import type { HistoryFacts } from "../../history/history.ts";
import { historyOf } from "../../history/history.ts";
import { operation } from "../../scenario/operation.ts";
import type { SessionGuarantee } from "../../scenario/invariants/sessions.ts";
import { sessionGuarantees } from "../../scenario/invariants/sessions.ts";
import type { Finding } from "../finding.ts";
import { judge } from "../judge.ts";
import { exampleHistory } from "../testing/example-history.ts";
import { brokenGuarantees } from "../testing/naive-sessions.ts";
import type { Attempt } from "../testing/simulated-sale.ts";
import { plainAttempt } from "../testing/simulated-sale.ts";

const HISTORIES = Number(process.env["HOLDFAST_CAMPAIGN_HISTORIES"] ?? 10_000);
const SEED = process.env["HOLDFAST_SEED"] ?? "holdfast";
const ALL: readonly SessionGuarantee[] = [
  "monotonic-reads",
  "monotonic-writes",
  "read-your-writes",
  "writes-follow-reads",
];

const write = operation("write");
const read = operation("read");

/** All lines are of one session, process 7. */
function findingOf(
  lines: string,
  guarantees?: readonly SessionGuarantee[],
  facts: Partial<HistoryFacts> = {},
): string {
  const example = exampleHistory(lines, facts);
  const operations = Array.from({ length: example.size }, (_, row) => ({
    ...example.operation(row),
    process: 7,
  }));
  const rule = sessionGuarantees({ write, read, ...(guarantees && { guarantees }) });
  const [finding] = judge(historyOf(operations, facts), [rule]);
  return `${finding?.verdict}: ${finding?.sentence}`;
}

const valid = `
  write k - 0..10 ok 5
  read k - 20..30 ok 5
  write k - 40..50 ok 7
  read k - 60..70 ok 9`;

describe("a session", () => {
  test("passes when it never goes back, and says how often that could be seen", () => {
    expect(findingOf(valid)).toBe(
      "pass: 1 session on 1 key: 1 pair for monotonic-reads, 1 pair for monotonic-writes, " +
        "2 pairs for read-your-writes, 1 pair for writes-follow-reads",
    );
  });

  test("fails when it reads less than it wrote, and names what else is broken and what is kept", () => {
    expect(findingOf(valid.replace("ok 9", "ok 6"))).toBe(
      "fail: k: read-your-writes is broken: process 7 wrote version 7 by 0.050 s, and from " +
        "0.060 s on it read version 6; kept: monotonic-reads, monotonic-writes, writes-follow-reads",
    );
    expect(findingOf(valid.replace("ok 9", "ok 4"))).toBe(
      "fail: k: monotonic-reads is broken: process 7 read version 5 by 0.030 s, and from 0.060 s " +
        "on it read version 4; broken, too: read-your-writes; kept: monotonic-writes, writes-follow-reads",
    );
    expect(findingOf(valid.replace("ok 7", "ok 3"), ["monotonic-writes"])).toMatch(
      /^fail: k: monotonic-writes is broken: process 7 wrote version 5 .* it wrote version 3$/,
    );
    expect(findingOf(valid.replace("ok 7", "ok 3"), ["writes-follow-reads"])).toMatch(
      /^fail: k: writes-follow-reads is broken: process 7 read version 5 .* it wrote version 3$/,
    );
  });

  test("does not call kept what was never tried", () => {
    expect(findingOf("write k - 0..10 ok 5\nread k - 20..30 ok 4")).toMatch(/it read version 4$/);
    expect(findingOf("write k - 0..10 ok 5\nread k - 20..30 ok")).toMatch(/^unknown/);
  });

  test("says nothing over operations that overlap, even by an instant", () => {
    expect(findingOf(valid.replace("60..70 ok 9", "50..70 ok 6"))).toMatch(/^pass/);
  });

  test("is unknown when it never did what would show it, and over nothing or unknowns", () => {
    expect(findingOf("write k - 0..10 ok 5\nread k - 20..30 ok 5")).toMatch(
      /^unknown: no session did what monotonic-reads, monotonic-writes, writes-follow-reads would/,
    );
    expect(findingOf("")).toMatch(/^unknown: no write took place/);
    expect(findingOf("write k - 0..10 unknown\nread k - 20..30 unknown")).toMatch(
      /^unknown: no write was acknowledged/,
    );
    expect(findingOf(valid, ALL, { lostRecords: 2 })).toMatch(/^unknown: 2 records/);
    expect(findingOf(valid.replace("ok 9", "ok 6"), ALL, { lostRecords: 2 })).toMatch(/^fail/);
  });
});

test(`${HISTORIES} random histories of seed ${SEED} are judged as every pair of operations is`, () => {
  const random = seededRandom(`${SEED}/sessions`);
  const seen = { broken: 0, whole: 0 };
  for (let i = 0; i < HISTORIES; i++) {
    // Two machines, one ahead of the other by up to 2, and all intervals widened by as much.
    const offNs = random.integer(0, 2);
    const attempts = Array.from({ length: random.integer(2, 8) }, (): Attempt => {
      const invokeNs = random.integer(0, 20);
      const process = random.integer(0, 1);
      return plainAttempt({
        name: random.pick(["write", "read"]),
        key: random.pick(["a", "a", "a", "b"]),
        process,
        phase: random.integer(0, 9) > 0 ? "load" : "audit",
        outcome: random.pick(["ok", "ok", "ok", "ok", "ok", "unknown", "failed"] as const),
        result: random.pick([null, 1, 2, 3, 3, undefined]),
        invokeNs: invokeNs + process * offNs - offNs,
        returnNs: invokeNs + process * offNs + random.integer(0, 3) + offNs,
      });
    });
    const broken = brokenGuarantees(attempts);
    seen[broken.size > 0 ? "broken" : "whole"] += 1;
    const rules = ALL.map((guarantee) =>
      sessionGuarantees({ write, read, guarantees: [guarantee] }),
    );
    const findings = judge(historyOf(attempts), rules);
    const found = ALL.filter((_, n) => (findings[n] as Finding).verdict === "fail");
    if (found.join() !== ALL.filter((name) => broken.has(name)).join()) {
      expect.fail(JSON.stringify({ found, broken: [...broken], attempts }, null, 1));
    }
  }
  expect(Math.min(seen.broken, seen.whole)).toBeGreaterThan(HISTORIES / 20);
});
