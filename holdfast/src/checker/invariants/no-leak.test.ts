import { describe, expect, test } from "vitest";
import { seededRandom } from "../../base/random.ts";
import type { HistoryFacts } from "../../history/history.ts";
import { historyOf } from "../../history/history.ts";
import { canariesIn, canary } from "../../record/canary.ts";
import type { Value } from "../../record/value.ts";
import { operation } from "../../scenario/operation.ts";
import type { NoLeakOptions } from "../../scenario/invariants/sessions.ts";
import { noLeak } from "../../scenario/invariants/sessions.ts";
import { judge } from "../judge.ts";
import { leaks } from "../testing/naive-sessions.ts";
import type { Attempt } from "../testing/simulated-sale.ts";
import { plainAttempt } from "../testing/simulated-sale.ts";

const HISTORIES = Number(process.env["HOLDFAST_CAMPAIGN_HISTORIES"] ?? 10_000);
const SEED = process.env["HOLDFAST_SEED"] ?? "holdfast";
const MS = 1_000_000;

const read = operation("read");
const search = operation("search");
const joins = operation("join");
const leaves = operation("leave");

function answer(id: string | undefined, result: Value | undefined, atMs: number): Attempt {
  const invokeNs = atMs * MS;
  const returnNs = invokeNs + MS;
  return plainAttempt({ name: "read", key: "/me", id, result, outcome: "ok", invokeNs, returnNs });
}

function verdictOf(
  attempts: readonly Attempt[],
  options: Partial<NoLeakOptions> = {},
  facts: Partial<HistoryFacts> = {},
): string {
  const [finding] = judge(historyOf(attempts, facts), [noLeak({ reads: read, ...options })]);
  return `${finding?.verdict}: ${finding?.sentence}`;
}

const own = [
  answer("ann", canariesIn(`{"address":"${canary("ann", "address")}"}`), 10),
  answer("bob", `my name is ${canary("bob")}`, 20),
];

describe("between people", () => {
  test("passes when 2 readers see what is their own", () => {
    expect(verdictOf(own)).toBe("pass: 2 answers, 2 with secrets of the reader's own");
  });

  test("fails when one sees a secret of the other, and names the field, even with records lost", () => {
    const leaked = [...own, answer("bob", { profile: canary("ann", "address") }, 30)];
    expect(verdictOf(leaked)).toBe("fail: /me: bob was shown the address of ann at 0.031 s");
    expect(verdictOf(leaked, {}, { lostRecords: 1 })).toMatch(/^fail/);
    expect(verdictOf([...leaked, answer("eve", canary("bob"), 25)])).toBe(
      "fail: /me: eve was shown a secret of bob at 0.026 s, and so 1 other answer",
    );
  });

  test("lets those see it who are allowed to, or trusted", () => {
    const shown = [...own, answer("bob", canary("ann"), 30)];
    const passed = /^pass: 3 answers, 2 with secrets of the reader's own, 1 with secrets that/;
    expect(verdictOf(shown, { allow: { ann: ["bob"] } })).toMatch(passed);
    expect(verdictOf(shown, { trusted: ["bob"] })).toMatch(passed);
    expect(verdictOf(shown, { allow: { bob: ["ann"] } })).toMatch(/^fail/);
    const strange = [...own, answer("bob", canary("constructor"), 30)];
    expect(verdictOf(strange, { allow: { ann: ["bob"] } })).toMatch(/^fail/);
  });

  test("of two at one instant shows the one of its own operation", () => {
    const own = answer("bob", canary("ann"), 30);
    const found = { ...answer("eve", canary("ann"), 30), name: "search" };
    expect(verdictOf([found, own], { reads: [read, search] })).toBe(
      "fail: /me: bob was shown a secret of ann at 0.031 s",
    );
  });

  test("needs no room to be known, however the run ended", () => {
    const leaked = [...own, answer("bob", canary("ann"), 30)];
    expect(verdictOf(leaked, {}, { finished: false, trustedUntilNs: 20 * MS })).toMatch(/^fail/);
  });

  test("looks at refusals, and at all operations that are named", () => {
    const refused = { ...answer("bob", canary("ann"), 30), outcome: "rejected" as const };
    expect(verdictOf([...own, refused])).toMatch(/^fail/);
    const found = { ...answer("bob", canary("ann"), 30), name: "search" };
    expect(verdictOf([...own, found])).toMatch(/^pass/);
    expect(verdictOf([...own, found], { reads: [read, search] })).toMatch(/^fail/);
  });

  test("is unknown without canaries, without readers, and over answers too long to keep", () => {
    expect(verdictOf([answer("ann", "hello", 1)])).toMatch(/^unknown: no answer held a canary/);
    expect(verdictOf([...own, answer(undefined, canary("ann"), 1)])).toMatch(
      /^unknown: 1 answer with secrets did not say who read/,
    );
    expect(verdictOf([...own, answer("ann", `sha256:${"0".repeat(64)}`, 1)])).toMatch(
      /^unknown: 1 answer was too long/,
    );
    expect(verdictOf([])).toMatch(/^unknown: no read took place/);
    expect(verdictOf([{ ...answer("ann", undefined, 1), outcome: "unknown" }])).toMatch(
      /^unknown: no read was acknowledged/,
    );
  });
});

test("an answer with the nonce of another request is swapped, and the other is named", () => {
  const sent = (id: string, value: string, echo: string, atMs: number): Attempt => ({
    ...answer(id, { echo }, atMs),
    value,
  });
  const valid = [sent("ann", "n-1", "n-1", 10), sent("bob", "n-2", "n-2", 11)];
  expect(verdictOf(valid)).toBe(
    "pass: 2 answers, 0 with secrets of the reader's own, 2 echoed their own request",
  );
  const silent = [null, { name: "ann" }, ["n-1"]].map((result) => ({
    ...answer("ann", result, 12),
    value: "n-9",
  }));
  expect(verdictOf([...valid, ...silent])).toMatch(/^pass: 5 answers, .* 2 echoed their own/);
  expect(verdictOf([sent("ann", "n-1", "n-2", 10), sent("bob", "n-2", "n-1", 11)])).toBe(
    "fail: /me: ann sent n-1 and was answered with n-2 at 0.011 s, which bob had sent, and so 1 other answer",
  );
});

describe("between rooms", () => {
  const move = (name: string, id: string, fromMs: number, toMs: number): Attempt =>
    plainAttempt({
      name,
      key: "r-1",
      id,
      outcome: "ok",
      invokeNs: fromMs * MS,
      returnNs: toMs * MS,
    });
  const history = (...more: Attempt[]): Attempt[] => [
    ...own,
    move("join", "ann", 5, 6),
    answer("ann", canary("r-1"), 30),
    ...more,
  ];
  const rooms = { joins, leaves };

  test("a member may see what is in the room, from the start of joining to the end of leaving", () => {
    expect(verdictOf(history(), rooms)).toMatch(/^pass/);
    expect(verdictOf(history(move("leave", "ann", 20, 30)), rooms)).toMatch(/^pass/);
    expect(verdictOf(history(move("leave", "ann", 20, 29)), rooms)).toBe(
      "fail: /me: ann was shown a secret of r-1 at 0.031 s",
    );
  });

  test("nobody else may, and with records lost that is no proof", () => {
    const leaked = history(answer("eve", canary("r-1"), 40));
    expect(verdictOf(leaked, rooms)).toBe("fail: /me: eve was shown a secret of r-1 at 0.041 s");
    expect(verdictOf(leaked, rooms, { lostRecords: 3 })).toMatch(/^unknown: .*could explain it/);
    const cut = { finished: false, trustedUntilNs: 40 * MS };
    expect(verdictOf(leaked, rooms, cut)).toMatch(/^unknown: the run did not end/);
    expect(verdictOf(leaked, rooms, { ...cut, trustedUntilNs: 41 * MS })).toMatch(/^fail/);
  });
});

test(`${HISTORIES} random histories of seed ${SEED} are judged as every secret in them is`, () => {
  const random = seededRandom(`${SEED}/leaks`);
  const seen = { leaks: 0, none: 0 };
  const people = ["ann", "bob"];
  for (let i = 0; i < HISTORIES; i++) {
    const offNs = random.integer(0, 2);
    const attempts = Array.from({ length: random.integer(1, 6) }, (): Attempt => {
      const name = random.pick(["read", "read", "join", "leave"]);
      const invokeNs = random.integer(0, 10) - offNs;
      const owners = [random.pick([...people, "room"]), random.pick(["ann", "room"])];
      return plainAttempt({
        name,
        key: name === "read" ? "" : "room",
        id: random.pick([...people, ...people, undefined]),
        outcome: random.pick(["ok", "ok", "ok", "rejected", "unknown", "failed"] as const),
        result: name === "read" ? owners : undefined,
        invokeNs,
        returnNs: invokeNs + random.integer(0, 4) + 2 * offNs,
      });
    });
    const expected = leaks(attempts);
    seen[expected ? "leaks" : "none"] += 1;
    const planted = attempts.map((attempt) => {
      const { result } = attempt;
      if (!Array.isArray(result)) return attempt;
      return { ...attempt, result: (result as string[]).map((owner) => canary(owner)) };
    });
    const [finding] = judge(historyOf(planted), [noLeak({ reads: read, joins, leaves })]);
    if ((finding?.verdict === "fail") !== expected) {
      expect.fail(JSON.stringify({ expected, finding, attempts }, null, 1));
    }
  }
  expect(Math.min(seen.leaks, seen.none)).toBeGreaterThan(HISTORIES / 20);
});
