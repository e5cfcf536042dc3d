import { describe, expect, test } from "vitest";
import { seededRandom } from "../../base/random.ts";
import type { Random } from "../../base/random.ts";
import { historyOf, SAID_RULE } from "../../history/history.ts";
import type { Outcome } from "../../record/outcome.ts";
import { exactlyOneWinner } from "../../scenario/invariants/stock.ts";
import { operation } from "../../scenario/operation.ts";
import type { Finding } from "../finding.ts";
import { judge } from "../judge.ts";
import type { Attempt } from "../testing/attempt.ts";
import { existsOrder } from "../testing/brute-force.ts";
import type { Tried } from "../testing/brute-force.ts";
import { exampleHistory } from "../testing/example-history.ts";

const HISTORIES = Number(process.env["HOLDFAST_CAMPAIGN_HISTORIES"] ?? 20_000);
const SEED = process.env["HOLDFAST_SEED"] ?? "holdfast";

const claim = operation("claim");
const reads = operation("owner");
const invariant = exactlyOneWinner(claim, { reads, free: "nobody" });

function said(lines: string): string {
  const finding = judge(exampleHistory(lines), [invariant])[0] as Finding;
  return `${finding.verdict}: ${finding.sentence}`;
}

describe("exactly one winner, and what is seen of it", () => {
  const race = `
    claim seat c1 0..10 ok s-1 x4
    claim seat c2 1..12 rejected x5
    owner seat - 2..3 ok nobody
    owner seat - 13..14 ok c1`;

  test("passes while the key looks free only before it is won", () => {
    expect(said(race)).toBe("pass: 1 winner for 1 key, 1 other refused");
    expect(said(`${race}\nowner seat - 10..11 ok nobody`)).toMatch(/^pass/);
  });

  test("fails when it looks free after it was won", () => {
    expect(said(`${race}\nowner seat - 11..12 ok nobody`)).toBe(
      "fail: seat: c1 won at 0.010 s, yet a read that began at 0.011 s found it free (nobody)",
    );
    expect(said(`${race}\naudit owner seat - nobody`)).toMatch(
      /^fail: seat: c1 won at 0.010 s, yet/,
    );
  });

  test("fails when it looks free after somebody was told that it was taken", () => {
    const undecided = race.replace("ok s-1", "unknown");
    expect(said(`${undecided}\nowner seat - 13..15 ok nobody\nclaim cot c1 0..1 ok`)).toBe(
      "fail: seat: c2 was told at 0.012 s that it was taken, yet a read that began at 0.013 s " +
        "found it free (nobody)",
    );
  });

  test("fails when another payload than the winner's is stored", () => {
    expect(said(`${race}\naudit claim seat c1 s-1 x4`)).toMatch(/^pass/);
    expect(said(`${race}\naudit claim seat c1 s-1 x5`)).toBe(
      "fail: seat: c1 won with 4 at 0.010 s, and 5 is stored",
    );
  });

  test("knows of each key only what is its own", () => {
    const cots = `claim cot c1 0..1 rejected\nclaim cot c2 0..1 ok s-1 x4\naudit claim cot c2 s-1 x5`;
    expect(said(`${cots}\n${race}`)).toMatch(/^fail: cot: c2 won with 4 .* is stored$/);
  });

  test("takes for the winner one that only the audit shows, whenever the others were refused", () => {
    const refused = "claim seat c2 1..12 rejected\nclaim seat c3 2..13 rejected";
    expect(said(`${refused}\naudit claim seat c9 s-9\nclaim cot c1 0..1 ok`)).toBe(
      "pass: 2 winners for 2 keys, 2 others refused",
    );
  });

  test("compares no payload with none", () => {
    expect(said(`${race.replace(" x4", "")}\naudit claim seat c1 s-1 x5`)).toMatch(/^pass/);
    expect(said(`${race}\naudit claim seat c1 s-1`)).toMatch(/^pass/);
  });

  test("says nothing of a payload that nobody acknowledged", () => {
    const undecided = race.replace("ok s-1", "unknown");
    expect(said(`${undecided}\nclaim cot c9 0..1 ok\naudit claim seat c1 s-1 x5`)).toMatch(/^pass/);
  });

  test("takes null for free where nothing else is said", () => {
    expect(exactlyOneWinner(claim, { reads }).options).toEqual({ reads: "owner", free: null });
    expect(exactlyOneWinner(claim).options).toEqual({});
  });
});

function randomAttempt(random: Random, id: string): Attempt {
  const invokeNs = random.integer(0, 8);
  const read = random.next() < 0.3;
  const outcome = read
    ? "ok"
    : random.pick<Outcome>(["ok", "rejected", "rejected", "unknown", "failed"]);
  return {
    name: read ? "owner" : "claim",
    phase: "load",
    process: 0,
    key: "",
    id: read ? undefined : id,
    value: undefined,
    result: read ? random.pick(["nobody", "nobody", "c1"]) : undefined,
    invokeNs,
    returnNs: invokeNs + random.integer(0, 5),
    outcome,
    rule: SAID_RULE[outcome],
    status: 0,
  };
}

test(`over ${HISTORIES} random histories a race with readers is judged exactly, seed ${SEED}`, () => {
  const random = seededRandom(`${SEED}/one winner with readers`);
  const seen = { explainable: 0, not: 0 };
  for (let i = 0; i < HISTORIES; i++) {
    const attempts = Array.from({ length: random.integer(1, 6) }, (_, n) =>
      randomAttempt(random, String(n)),
    );
    // Without an attempt nothing is judged.
    if (!attempts.some(({ name }) => name === "claim")) continue;
    const tried = attempts
      .filter(({ outcome }) => outcome !== "failed")
      .map(({ name, outcome, result, invokeNs, returnNs }): Tried<boolean> => ({
        invokeNs,
        returnNs: outcome === "unknown" ? Infinity : returnNs,
        optional: outcome === "unknown",
        next: (taken) => {
          if (name === "owner") return taken && result === "nobody" ? [] : [taken];
          return taken === (outcome === "rejected") ? [true] : [];
        },
      }));
    const expected = existsOrder(false, tried);
    seen[expected ? "explainable" : "not"] += 1;
    const [finding] = judge(historyOf(attempts), [invariant]);
    if ((finding?.verdict !== "fail") !== expected) {
      expect.fail(JSON.stringify({ expected, finding, attempts }, null, 1));
    }
  }
  expect(Math.min(seen.explainable, seen.not)).toBeGreaterThan(HISTORIES / 20);
});
