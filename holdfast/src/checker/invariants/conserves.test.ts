import { describe, expect, test } from "vitest";
import { seededRandom } from "../../base/random.ts";
import { historyOf } from "../../history/history.ts";
import type { Invariant } from "../../record/invariant.ts";
import type { Value } from "../../record/value.ts";
import type { Finding } from "../finding.ts";
import { judge } from "../judge.ts";
import type { Attempt } from "../testing/simulated-sale.ts";
import { plainAttempt } from "../testing/simulated-sale.ts";
import { wrongSnapshot } from "./conserves.ts";

const HISTORIES = Number(process.env["HOLDFAST_CAMPAIGN_HISTORIES"] ?? 5_000);
const SEED = process.env["HOLDFAST_SEED"] ?? "holdfast";
const MS = 1_000_000;

function snapshot(result: Value, ms: number, more: Partial<Attempt> = {}): Attempt {
  const [invokeNs, returnNs] = [ms * MS, (ms + 1) * MS];
  return plainAttempt({ name: "books", result, invokeNs, returnNs, outcome: "ok", ...more });
}

const move = plainAttempt({ name: "move", id: "m", invokeNs: 0, returnNs: 9, outcome: "ok" });

function judged(attempts: readonly Attempt[], options: Invariant["options"] = {}): Finding {
  const invariant = {
    kind: "conserves",
    name: "n",
    operation: "move",
    options: { snapshot: "books", total: 100, ...options },
  };
  return judge(historyOf([move, ...attempts]), [invariant])[0] as Finding;
}

function verdictOf(attempts: readonly Attempt[], options: Invariant["options"] = {}): string {
  const { verdict, sentence } = judged(attempts, options);
  return `${verdict}: ${sentence}`;
}

describe("conservation", () => {
  test("passes when all 3 snapshots add up to 100, as balances and as a sum", () => {
    expect(
      verdictOf([
        snapshot({ a: 60, b: 40 }, 10),
        snapshot({ a: 0, b: 100 }, 20),
        snapshot(100, 30, { phase: "audit" }),
        snapshot({ a: 1 }, 40, { outcome: "unknown" }),
      ]),
    ).toBe("pass: 3 snapshots, each adds up to what it must");
  });

  test("fails when one is short, and says by how much", () => {
    expect(verdictOf([snapshot({ a: 60, b: 40 }, 10), snapshot({ a: 60, b: 20 }, 20)])).toBe(
      "fail: the snapshot at 0.021 s adds up to 80, expected 100: 20 lost",
    );
  });

  test("keeps the first, the lowest and the highest of 4 that are wrong", () => {
    const finding = judged([130, 80, 200, 20, 100].map((sum, i) => snapshot(sum, 10 * (i + 1))));
    expect(finding.sentence).toBe(
      "the snapshot at 0.011 s adds up to 130, expected 100: 30 too much (4 of 5 snapshots are " +
        "wrong: lowest 20 at 0.041 s, highest 200 at 0.031 s)",
    );
    expect(finding.witnesses.map(({ result }) => result)).toEqual([130, 200, 20]);
    expect(finding.count).toBe(4);
  });

  test("fails when a balance is below zero, unless that is allowed", () => {
    const overdrawn = [snapshot({ a: -5, b: 105 }, 10)];
    expect(verdictOf(overdrawn)).toBe("fail: the snapshot at 0.011 s has a at -5, below zero");
    expect(verdictOf(overdrawn, { negative: true })).toMatch(/^pass/);
  });

  test("takes a total per key, and says which key has none", () => {
    const books = [snapshot(100, 10, { key: "eur" }), snapshot(70, 10, { key: "usd" })];
    expect(verdictOf(books, { total: { eur: 100, usd: 70 } })).toMatch(/^pass: 2 snapshots/);
    expect(verdictOf(books, { total: { eur: 100 } })).toMatch(
      /^unknown: no total is stated for usd/,
    );
    expect(verdictOf(books, { total: { eur: 100, usd: 71 } })).toMatch(/^fail: usd: /);
  });

  test("is unknown without a snapshot, and with fractions, whose sums are not exact", () => {
    expect(verdictOf([])).toMatch(/^unknown: there is no answer of "books"/);
    expect(verdictOf([snapshot({ a: 99.5, b: 0.5 }, 10)])).toMatch(
      /^unknown: it could not be decided: a balance must be a whole number .*, got 99.5$/,
    );
  });

  test(`agrees with plain sums over ${HISTORIES} random books of seed ${SEED}`, () => {
    const random = seededRandom(`${SEED}/books`);
    const seen = { pass: 0, fail: 0 };
    for (let i = 0; i < HISTORIES; i++) {
      const books = Array.from({ length: random.integer(1, 4) }, () => {
        const a = random.integer(-1, 5);
        return { a, b: random.next() < 0.2 ? 3 - a : 4 - a };
      });
      const negative = random.next() < 0.3;
      const wrong = books.filter(({ a, b }) => a + b !== 4 || (!negative && (a < 0 || b < 0)));
      const { verdict, count } = judged(
        books.map((book, n) => snapshot(book, n)),
        { total: 4, negative },
      );
      expect({ verdict, count }).toEqual({
        verdict: wrong.length > 0 ? "fail" : "pass",
        count: wrong.length,
      });
      seen[wrong.length > 0 ? "fail" : "pass"] += 1;
    }
    expect(Math.min(seen.pass, seen.fail)).toBeGreaterThan(HISTORIES / 20);
  });
});

test("a snapshot by itself: a balance of nothing is right, one below is not, the first of the lowest is named", () => {
  const invariant = { kind: "conserves", name: "n", operation: "move", options: {} };
  expect(wrongSnapshot(invariant, 4, { a: 0, b: 4 })).toBeUndefined();
  expect(wrongSnapshot(invariant, 4, 4)).toBeUndefined();
  expect(wrongSnapshot(invariant, 4, { a: 3 })).toBe("adds up to 3, expected 4: 1 lost");
  expect(wrongSnapshot(invariant, 4, { a: 6, b: -1, c: -1 })).toBe("has b at -1, below zero");
  const indebted = { ...invariant, options: { negative: true } };
  expect(wrongSnapshot(indebted, 4, { a: 5, b: -1 })).toBeUndefined();
});
