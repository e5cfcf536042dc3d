import { describe, expect, test } from "vitest";
import type { Random } from "../../base/random.ts";
import { seededRandom } from "../../base/random.ts";
import type { History, HistoryFacts } from "../../history/history.ts";
import { historyOf } from "../../history/history.ts";
import type { Invariant } from "../../record/invariant.ts";
import { judge } from "../judge.ts";
import { existsOrder } from "../testing/brute-force.ts";
import { exampleHistory } from "../testing/example-history.ts";
import type { Attempt } from "../testing/simulated-sale.ts";
import { plainAttempt } from "../testing/simulated-sale.ts";

const HISTORIES = Number(process.env["HOLDFAST_CAMPAIGN_HISTORIES"] ?? 20_000);
const SEED = process.env["HOLDFAST_SEED"] ?? "holdfast";

function judged(history: History, options: Invariant["options"] = {}): string {
  const all = { release: "release", refund: "refund", ...options };
  const invariant = { kind: "settled-once", name: "n", operation: "hold", options: all };
  const [finding] = judge(history, [invariant]);
  const ids = finding?.witnesses.map(({ id }) => id).join(" ");
  return `${finding?.verdict}: ${finding?.sentence}${ids === "" ? "" : ` [${ids}]`}`;
}

function verdictOf(
  lines: string,
  options: Invariant["options"] = {},
  facts: Partial<HistoryFacts> = {},
): string {
  return judged(exampleHistory(lines, facts), options);
}

test("after a crash nothing is said of an exit whose hold may be missing", () => {
  const exit = "release h R 20..30 ok - x5";
  expect(verdictOf(exit)).toMatch(/^fail/);
  const crash = { finished: false, trustedUntilNs: 25e6 };
  expect(verdictOf(exit, {}, crash)).not.toMatch(/^fail/);
  expect(verdictOf(exit, {}, { ...crash, trustedUntilNs: 30e6 })).toMatch(/^fail/);
});

describe("what took place twice", () => {
  const held = "hold h42 H 0..10 ok - x20";

  test("is two releases that have no id, and two answers to one that differ", () => {
    const [first, second] = ["20..30 ok - x20", "40..50 ok - x20"];
    expect(verdictOf(`${held}\nrelease h42 - ${first}\nrelease h42 - ${second}`)).toMatch(/^fail/);
    expect(verdictOf(`${held}\nrelease h42 R ${first}\nrelease h42 R ${second}`)).toMatch(/^pass/);
    const [one, other] = ["20..30 ok p-1 x20", "40..50 ok p-2 x20"];
    expect(verdictOf(`${held}\nrelease h42 R ${one}\nrelease h42 R ${other}`)).toMatch(/^fail/);
    expect(verdictOf(`${held}\nrelease h42 R ${one}\nrelease h42 R ${one}`)).toMatch(/^pass/);
  });

  test("is shown with the hold that certainly was, the first of several, else with the first that may have been", () => {
    const lost = "hold h U 0..10 unknown - x5\nhold h V 0..10 unknown - x5";
    const certain = "hold h A 1..11 ok - x5\nhold h B 2..12 ok - x5";
    expect(verdictOf(`${lost}\n${certain}\nrelease h R 20..30 ok - x21`)).toMatch(/\[A R\]$/);
    expect(verdictOf(`${lost}\nrelease h R 20..30 ok - x11`)).toMatch(/\[U R\]$/);
  });
});

describe("a hold", () => {
  const held = "hold h42 H 0..10 ok - x20";

  test("passes when 1 is released, 1 refunded and 1 open", () => {
    expect(
      verdictOf(`${held}
        release h42 R 20..30 ok - x20
        hold h43 H2 0..10 ok - x5
        refund h43 F 20..30 ok
        refund h43 F 25..35 ok
        release h43 R2 20..30 rejected
        hold h44 H3 0..10 ok - x5
        release h44 R3 20..30 unknown`),
    ).toBe("pass: 3 holds, 1 released, 1 refunded, 1 open");
  });

  test("fails when it is both released and refunded", () => {
    expect(
      verdictOf(`${held}
        refund h42 F 50..61 ok - x20
        release h42 R 52..66 ok - x20`),
    ).toBe("fail: h42: refunded (F, by 0.061 s) and released (R, by 0.066 s) [H F R]");
  });

  test("fails when the audit finds the refund that timed out", () => {
    const lines = `${held}
      release h42 R 50..61 ok - x20
      refund h42 F 52..66 unknown - x20`;
    expect(verdictOf(lines)).toMatch(/^pass/);
    expect(verdictOf(`${lines}\naudit refund h42 F e7`)).toMatch(
      /^fail: h42: released \(R, by 0.061 s\) and refunded \(F, by 1000.000 s\)/,
    );
  });

  test("fails when two releases, of all or of parts, are more than was held", () => {
    expect(
      verdictOf(`${held}
        release h42 R1 20..30 ok - x15
        release h42 R2 22..32 ok - x5`),
    ).toMatch(/^pass/);
    expect(
      verdictOf(`${held}
        release h42 R1 20..30 ok - x15
        release h42 R2 22..32 ok - x6`),
    ).toBe(
      "fail: h42: held 20, released (R1, by 0.030 s), released (R2, by 0.032 s); 21 > 20 [H R1 R2]",
    );
    expect(
      verdictOf(`hold h H 0..10 ok
        release h R1 20..30 ok
        release h R2 22..32 ok`),
    ).toBe("fail: h: held once, released (R1, by 0.030 s), released (R2, by 0.032 s) [H R1 R2]");
  });

  test("takes two answers that speak of one entry for one release", () => {
    const lines = `${held}
      release h42 R1 20..30 ok e-1
      release h42 R2 22..32 ok e-`;
    expect(verdictOf(`${lines}1`)).toMatch(/^pass/);
    expect(verdictOf(`${lines}2`)).toMatch(/^fail: h42: held 20, .*; 40 > 20/);
  });

  test("may be split where that is said", () => {
    const lines = `${held}
      refund h42 F 50..61 ok - x12
      release h42 R 52..66 ok - x`;
    expect(verdictOf(`${lines}8`)).toMatch(/^fail/);
    expect(verdictOf(`${lines}8`, { split: true })).toMatch(/^pass/);
    expect(verdictOf(`${lines}9`, { split: true })).toMatch(/; 21 > 20/);
  });

  test("fails when it is released before it was sent, or never was", () => {
    expect(verdictOf("release h R 0..5 ok - x20\nhold h H 6..10 ok - x20")).toMatch(
      /^fail: h: released \(R, by 0.005 s\), before the hold was sent at 0.006 s \[R H\]/,
    );
    expect(verdictOf("release h R 0..5 ok - x20\nhold h H 5..10 unknown - x20")).toMatch(
      /^unknown: no hold was acknowledged/,
    );
    expect(verdictOf("release h R 0..5 ok - x20\nhold h H 0..10 failed - x20")).toBe(
      "fail: h: released (R, by 0.005 s), though nothing was ever held [R]",
    );
  });

  test("fails when it stays open, where it may not and a whole audit tells", () => {
    expect(verdictOf(held, { always: true })).toBe(
      "fail: h42: the 20 held at 0.010 s is neither released nor refunded [H]",
    );
    expect(verdictOf(`${held}\nrefund h42 F 20..30 unknown`, { always: true })).toMatch(/^pass/);
    expect(verdictOf(held, { always: true }, { auditComplete: false })).toMatch(
      /^unknown: without a whole audit nobody knows which holds are open/,
    );
  });

  test("counts exits without an id, and what only the audit knows, each for itself", () => {
    expect(verdictOf(`${held}\nrelease h42 - 20..30 ok\nrelease h42 - 22..32 ok`)).toMatch(
      /^fail: h42: held 20, .*; 40 > 20/,
    );
    const released = `${held}\nrelease h42 R 20..30 ok - x20\naudit release h42 R e1`;
    expect(verdictOf(released)).toMatch(/^pass/);
    expect(verdictOf(`${released}\naudit refund h42 X e2`)).toMatch(
      /^fail: h42: released \(R, by 0.030 s\) and refunded \(X, by 1000.000 s\)/,
    );
  });

  test("may stay open where that is not forbidden, however often it was asked for", () => {
    expect(verdictOf(`${held}\nhold h42 H2 0..10 ok - x5`)).toBe(
      "pass: 1 hold, 0 released, 0 refunded, 1 open",
    );
  });

  test("is unknown when nothing was held, or records are lost", () => {
    expect(verdictOf("")).toMatch(/^unknown: no hold took place/);
    expect(verdictOf("release h R 0..5 ok", {}, { lostRecords: 1 })).toMatch(
      /^unknown: h: .*; but 1 record of the history is lost, which could explain it/,
    );
  });
});

interface Held {
  amount: number;
  released: number;
  refunded: number;
  exits: number;
}

function randomAttempts(random: Random, amounts: boolean): Attempt[] {
  const attempt = (name: string, id: string): Attempt => {
    const invokeNs = random.integer(0, 8);
    return plainAttempt({
      name,
      id,
      value: amounts ? random.integer(1, 3) : undefined,
      invokeNs,
      returnNs: invokeNs + random.integer(0, 4),
      outcome: random.pick(["ok", "ok", "unknown", "failed", "rejected"]),
    });
  };
  const exits = Array.from({ length: random.integer(0, 3) }, (_, n) =>
    attempt(random.pick(["release", "release", "refund"]), `x${n}`),
  );
  return [{ ...attempt("hold", "h"), value: amounts ? 4 : undefined }, ...exits];
}

describe(`over ${HISTORIES} random histories of seed ${SEED}`, () => {
  test.each([
    ["with amounts", true, false],
    ["with amounts that may be split", true, true],
    ["without amounts", false, false],
  ])("one hold is judged exactly, %s", (name, amounts, split) => {
    const random = seededRandom(`${SEED}/${name}`);
    const seen = { explainable: 0, not: 0 };
    for (let i = 0; i < HISTORIES / 3; i++) {
      const attempts = randomAttempts(random, amounts);
      const tried = attempts
        .filter(({ outcome }) => outcome === "ok" || outcome === "unknown")
        .map((attempt) => ({
          invokeNs: attempt.invokeNs,
          returnNs: attempt.outcome === "unknown" ? Infinity : attempt.returnNs,
          optional: attempt.outcome === "unknown",
          next: (state: Held): Held[] => after(state, attempt, split),
        }));
      const start: Held = { amount: -1, released: 0, refunded: 0, exits: 0 };
      const expected = existsOrder(start, tried);
      seen[expected ? "explainable" : "not"] += 1;
      const found = judged(historyOf(attempts), { split });
      if (found.startsWith("fail") === expected) {
        expect.fail(JSON.stringify({ expected, found, attempts }, null, 1));
      }
    }
    expect(Math.min(seen.explainable, seen.not)).toBeGreaterThan(HISTORIES / 60);
  });
});

function after(state: Held, { name, value }: Attempt, split: boolean): Held[] {
  if (name === "hold") return [{ ...state, amount: (value ?? 0) as number }];
  if (state.amount < 0) return [];
  const next = { ...state, exits: state.exits + 1 };
  if (name === "release") next.released += (value ?? 0) as number;
  else next.refunded += (value ?? 0) as number;
  const kind = name === "release" ? state.refunded : state.released;
  if (value === undefined) return next.exits > 1 ? [] : [next];
  if (!split && kind > 0) return [];
  return next.released + next.refunded > next.amount ? [] : [next];
}
