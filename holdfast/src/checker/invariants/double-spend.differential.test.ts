/**
 * Double spending against brute force and against a correct account, on random small histories. The seed is fixed but
 * for HOLDFAST_SEED; HOLDFAST_CAMPAIGN_HISTORIES=1000000 tries more of them.
 */
import { describe, expect, test } from "vitest";
import type { Random } from "../../base/random.ts";
import { seededRandom } from "../../base/random.ts";
import type { History } from "../../history/history.ts";
import { historyOf } from "../../history/history.ts";
import type { Outcome } from "../../record/outcome.ts";
import { judge } from "../judge.ts";
import type { Tried } from "../testing/brute-force.ts";
import { existsOrder } from "../testing/brute-force.ts";
import type { LevelOptions } from "../testing/simulated-level.ts";
import { crashed, simulatedLevel } from "../testing/simulated-level.ts";
import type { Attempt } from "../testing/simulated-sale.ts";
import { plainAttempt } from "../testing/simulated-sale.ts";

const HISTORIES = Number(process.env["HOLDFAST_CAMPAIGN_HISTORIES"] ?? 20_000);
const SEED = process.env["HOLDFAST_SEED"] ?? "holdfast";

function alarm(attempts: readonly Attempt[], opening: number, auditComplete = false): string {
  return alarmOver(historyOf(attempts, { auditComplete }), opening);
}

function alarmOver(history: History, opening: number): string {
  const options = { opening, credits: ["credit"], balance: "balance" };
  const invariant = { kind: "no-double-spend", name: "n", operation: "debit", options };
  const [finding] = judge(history, [invariant]);
  return finding?.verdict === "fail" ? finding.sentence : "";
}

function randomAttempt(random: Random, names: readonly string[], n: number): Attempt {
  const name = random.pick(names);
  const outcomes: Outcome[] = ["ok", "ok", "unknown", "failed"];
  if (names.length > 2 && name === "debit") outcomes.push("rejected", "rejected");
  const outcome = name === "balance" ? "ok" : random.pick(outcomes);
  const invokeNs = random.integer(0, 8);
  return plainAttempt({
    name,
    id: random.pick([`${name}${n}`, `${name}${random.integer(0, 2)}`]),
    value: name === "balance" ? undefined : random.integer(0, 3),
    result: name === "balance" ? random.integer(0, 5) : undefined,
    invokeNs,
    returnNs: invokeNs + random.integer(0, 4),
    outcome,
  });
}

/** The account, over requests: attempts that share an id have one effect between them. */
function explainable(attempts: readonly Attempt[], opening: number): boolean {
  const tried: Tried<number>[] = [];
  for (const { name, id, outcome, invokeNs, returnNs, value, result } of attempts) {
    const own = attempts.filter((attempt) => attempt.name === name && attempt.id === id);
    const amount = (value ?? 1) as number;
    if (name === "balance") {
      const next = (left: number): number[] => (left === result ? [left] : []);
      tried.push({ invokeNs, returnNs, optional: false, next });
    } else if (outcome === "rejected") {
      const sinceNs = Math.min(...own.map((attempt) => attempt.invokeNs));
      const next = (left: number): number[] => (left < amount ? [left] : []);
      tried.push({ invokeNs: sinceNs, returnNs, optional: false, next });
    }
  }
  for (const request of new Set(attempts.map(({ name, id }) => `${name} ${id}`))) {
    const possible = attempts
      .filter(({ name, id }) => `${name} ${id}` === request)
      .filter(({ outcome }) => outcome === "ok" || outcome === "unknown")
      .toSorted((a, b) => a.invokeNs - b.invokeNs);
    const [first] = possible;
    if (first === undefined || first.name === "balance") continue;
    const answered = possible.filter(({ outcome }) => outcome === "ok").map((a) => a.returnNs);
    const returnNs = Math.min(Infinity, ...answered);
    // Attempts may differ: it was one of those sent until the first acknowledgement.
    const amounts = possible
      .filter((attempt) => attempt.invokeNs <= returnNs)
      .map(({ name, value }) => (name === "debit" ? -1 : 1) * ((value ?? 1) as number));
    tried.push({
      invokeNs: first.invokeNs,
      returnNs,
      optional: answered.length === 0,
      next: (left) => amounts.map((amount) => left + amount).filter((sum) => sum >= 0),
    });
  }
  return existsOrder(opening, tried);
}

describe(`over ${HISTORIES} random histories of seed ${SEED}`, () => {
  test("without refusals and balances an overdraft is found exactly", () => {
    const random = seededRandom(`${SEED}/overdraft`);
    const seen = { explainable: 0, not: 0 };
    for (let i = 0; i < HISTORIES / 2; i++) {
      const opening = random.integer(0, 4);
      const attempts = Array.from({ length: random.integer(1, 6) }, (_, n) =>
        randomAttempt(random, ["debit", "credit"], n),
      );
      const expected = explainable(attempts, opening);
      seen[expected ? "explainable" : "not"] += 1;
      const found = alarm(attempts, opening);
      if ((found === "") !== expected) {
        expect.fail(JSON.stringify({ opening, expected, found, attempts }, null, 1));
      }
    }
    expect(Math.min(seen.explainable, seen.not)).toBeGreaterThan(HISTORIES / 40);
  });

  test("with refusals and balances no alarm is false, and three of four wrongs are found", () => {
    const random = seededRandom(`${SEED}/bounds`);
    const seen = { explainable: 0, found: 0, missed: 0 };
    for (let i = 0; i < HISTORIES / 2; i++) {
      const opening = random.integer(0, 4);
      const attempts = Array.from({ length: random.integer(1, 5) }, (_, n) =>
        randomAttempt(random, ["debit", "debit", "credit", "balance"], n),
      );
      const expected = explainable(attempts, opening);
      const found = alarm(attempts, opening);
      seen[expected ? "explainable" : found === "" ? "missed" : "found"] += 1;
      if (expected && found !== "") {
        expect.fail(JSON.stringify({ opening, found, attempts }, null, 1));
      }
    }
    expect(seen.explainable).toBeGreaterThan(HISTORIES / 40);
    expect(seen.found).toBeGreaterThan(HISTORIES / 40);
    expect(seen.found).toBeGreaterThan(3 * seen.missed);
  });
});

describe(`over a correct account, seed ${SEED}`, () => {
  const base: LevelOptions = {
    names: { take: "debit", give: "credit", read: "balance" },
    start: 5,
    operations: 14,
    ticks: 14,
    amountMax: 4,
    lossChance: 0.2,
    repeatChance: 0.2,
    clockErrorTicks: 0,
    audit: true,
  };

  test.each<[string, Partial<LevelOptions>]>([
    ["with timeouts, retries and a ledger", {}],
    ["with clocks that disagree by 3 ticks", { clockErrorTicks: 3 }],
    ["without an audit", { audit: false }],
    ["with most answers lost", { lossChance: 0.8 }],
    ["that was opened with nothing", { start: 0, repeatChance: 0 }],
  ])(`no alarm is ever raised: ${HISTORIES / 20} accounts %s`, (name, options) => {
    const random = seededRandom(`${SEED}/${name}`);
    for (let i = 0; i < HISTORIES / 20; i++) {
      const all = { ...base, ...options };
      const attempts = simulatedLevel(random, all);
      const found = alarm(attempts, all.start, all.audit);
      if (found !== "") expect.fail(JSON.stringify({ found, attempts }, null, 1));
    }
  });

  test(`nor when the run is cut off by a crash: ${HISTORIES / 20} accounts`, () => {
    const random = seededRandom(`${SEED}/crash`);
    for (let i = 0; i < HISTORIES / 20; i++) {
      const attempts = simulatedLevel(random, base);
      const history = crashed(random, attempts, random.integer(0, 20));
      const found = alarmOver(history, base.start);
      if (found !== "") expect.fail(JSON.stringify({ found, attempts }, null, 1));
    }
  });
});
