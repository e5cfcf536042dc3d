import { describe, expect, test } from "vitest";
import { seededRandom } from "../../base/random.ts";
import type { Random } from "../../base/random.ts";
import { historyOf, SAID_RULE } from "../../history/history.ts";
import type { Outcome } from "../../record/outcome.ts";
import { oneEffectPerKey } from "../../scenario/invariants/stock.ts";
import { operation } from "../../scenario/operation.ts";
import type { Finding } from "../finding.ts";
import { judge } from "../judge.ts";
import type { Attempt } from "../testing/attempt.ts";
import { attempt } from "../testing/attempt.ts";
import { exampleHistory } from "../testing/example-history.ts";

const HISTORIES = Number(process.env["HOLDFAST_CAMPAIGN_HISTORIES"] ?? 20_000);
const SEED = process.env["HOLDFAST_SEED"] ?? "holdfast";

const invariant = oneEffectPerKey(operation("charge"));

function said(lines: string): string {
  const finding = judge(exampleHistory(lines), [invariant])[0] as Finding;
  return `${finding.verdict}: ${finding.sentence}`;
}

describe("one effect per key, and another payload under it", () => {
  const first = `
    charge card k7 0..10 ok c-1 x10
    charge card k7 11..12 ok c-1 x10`;

  test("passes when another payload is refused, before or after", () => {
    expect(said(`${first}\ncharge card k7 20..30 rejected x20`)).toMatch(/^pass: 1 charge, 1 of/);
    expect(said(`${first}\ncharge card k7 20..30 failed x20`)).toMatch(/^pass/);
    expect(said(`${first}\ncharge card k7 20..30 rejected x10`)).toMatch(/^fail: .* refused when/);
  });

  test("takes a payload as it is, though it is no quantity", () => {
    const history = (values: readonly [number, number]): Finding => {
      const charges = values.map((value, i) =>
        attempt("charge", "ok", 10 * i, 10 * i + 1, {
          key: "card",
          id: "k7",
          result: "c-1",
          value,
        }),
      );
      return judge(historyOf(charges), [invariant])[0] as Finding;
    };
    expect(history([12.5, 12.5]).verdict).toBe("pass");
    expect(history([12.5, -3]).sentence).toBe(
      "card: request k7 was acknowledged with 12.5 at 0.000 s, and again with -3 at 0.000 s, " +
        "which must be refused",
    );
  });

  test("fails when another payload is acknowledged, though with the same answer", () => {
    expect(said(`${first}\ncharge card k7 20..30 ok c-1 x20`)).toBe(
      "fail: card: request k7 was acknowledged with 10 at 0.010 s, and again with 20 at 0.030 s, " +
        "which must be refused",
    );
  });

  test("fails when the other payload had its effect after all", () => {
    const refused = `${first}\ncharge card k7 5..30 rejected x20`;
    expect(said(`${refused}\naudit charge card k7 c-1 x10`)).toMatch(/^pass/);
    expect(said(`${refused}\naudit charge card k7 c-1`)).toMatch(/^pass/);
    expect(said(`${refused}\naudit charge card k7 c-1 x20`)).toBe(
      "fail: card: request k7 was acknowledged with 10 at 0.010 s, and is stored with 20",
    );
  });
});

function randomAttempt(random: Random, phase: "load" | "audit"): Attempt {
  const outcome =
    phase === "audit" ? "ok" : random.pick<Outcome>(["ok", "ok", "rejected", "unknown", "failed"]);
  const invokeNs = phase === "audit" ? 100 : random.integer(0, 8);
  return {
    name: "charge",
    phase,
    process: 0,
    key: "",
    id: random.pick(["a", "b"]),
    value: random.pick([10, 20, undefined]),
    result: undefined,
    invokeNs,
    returnNs: invokeNs + random.integer(0, 5),
    outcome,
    rule: SAID_RULE[outcome],
    status: 0,
  };
}

/** The statement, read word by word. */
function holds(attempts: readonly Attempt[]): boolean {
  return ["a", "b"].every((id) => {
    const own = attempts.filter((a) => a.id === id && a.phase === "load");
    const stored = attempts.filter((a) => a.id === id && a.phase === "audit");
    const ok = own.filter((a) => a.outcome === "ok").sort((a, b) => a.returnNs - b.returnNs);
    const [first] = ok;
    if (stored.length > 1 && own.length > 0) return false;
    if (first === undefined) return true;
    if (stored.length === 0 && attempts.some((a) => a.phase === "audit")) return false;
    const other = (a: Attempt): boolean =>
      a.value !== undefined && first.value !== undefined && a.value !== first.value;
    const turnedAway = own.some(
      (a) => a.outcome === "rejected" && first.returnNs < a.invokeNs && !other(a),
    );
    return !turnedAway && !ok.some(other) && !stored.some(other);
  });
}

test(`over ${HISTORIES} random histories payloads are judged as a naive reading would, seed ${SEED}`, () => {
  const random = seededRandom(`${SEED}/payloads`);
  const seen = { holds: 0, not: 0 };
  for (let i = 0; i < HISTORIES; i++) {
    const load = Array.from({ length: random.integer(1, 4) }, () => randomAttempt(random, "load"));
    const rows = Array.from({ length: random.integer(0, 2) }, () => randomAttempt(random, "audit"));
    // Of two acknowledgements at one instant either is the first.
    const ends = load.map(({ returnNs }) => returnNs);
    if (new Set(ends).size < ends.length) continue;
    const attempts = [...load, ...rows];
    const expected = holds(attempts);
    seen[expected ? "holds" : "not"] += 1;
    const [finding] = judge(historyOf(attempts, { auditComplete: true }), [invariant]);
    if ((finding?.verdict !== "fail") !== expected) {
      expect.fail(JSON.stringify({ expected, finding, attempts }, null, 1));
    }
  }
  expect(Math.min(seen.holds, seen.not)).toBeGreaterThan(HISTORIES / 20);
});
