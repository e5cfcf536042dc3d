import { describe, expect, test } from "vitest";
import { seededRandom } from "../../base/random.ts";
import type { Random } from "../../base/random.ts";
import { historyOf } from "../../history/history.ts";
import type { HistoryFacts } from "../../history/history.ts";
import type { Outcome } from "../../record/outcome.ts";
import { survivesKill } from "../../scenario/invariants/state.ts";
import { operation } from "../../scenario/operation.ts";
import type { Finding } from "../finding.ts";
import { judge } from "../judge.ts";
import type { Attempt } from "../testing/attempt.ts";
import { attempt } from "../testing/attempt.ts";
import { exampleHistory } from "../testing/example-history.ts";

const HISTORIES = Number(process.env["HOLDFAST_CAMPAIGN_HISTORIES"] ?? 20_000);
const SEED = process.env["HOLDFAST_SEED"] ?? "holdfast";

const invariant = survivesKill(operation("order"), { reads: operation("list") });
const CLASS = "(kill -9: what the page cache holds survives, a loss of power is another matter)";

function findingOf(lines: string, facts: Partial<HistoryFacts> = {}): Finding {
  return judge(exampleHistory(lines, facts), [invariant])[0] as Finding;
}

function said(lines: string, facts: Partial<HistoryFacts> = {}): string {
  const { verdict, sentence } = findingOf(lines, facts);
  return `${verdict}: ${sentence}`;
}

describe("acknowledged writes survive kill -9", () => {
  const load = `
    order shop k1 0..10 ok o-1
    order shop k2 5..20 ok o-2
    order shop k3 19..30 unknown
    order shop k4 21..35 unknown
    list shop - 20..22 ok o-3
    kill shop - 24..25 ok
    order shop k5 40..50 ok o-5`;
  const audit = `
    audit order shop k1 o-1
    audit order shop k2 o-2
    audit order shop k3 o-3
    audit order shop k5 o-5`;

  test("passes, counts what was recovered, and names the class of fault", () => {
    expect(said(load + audit)).toBe(
      "pass: 1 kill, the last at 0.024 s, 3 acknowledged orders stored, 2 of them from before a kill, " +
        `1 of 2 in flight at a kill recovered, 1 read before a kill still there ${CLASS}`,
    );
  });

  test("takes a read without an answer for a read of nothing", () => {
    const read = /^pass: .*, 1 read before a kill still/;
    expect(said(`${load}\nlist shop - 21..22 ok${audit}`)).toMatch(read);
    expect(said(`${load}\nlist shop - 21..22 rejected o-77${audit}`)).toMatch(read);
  });

  test("counts as in flight what was under way at the instant of a kill, and no retry that was answered", () => {
    const flights = `
      order shop k1 0..1 ok o-1
      order shop k2 2..9 unknown
      order shop k3 2..10 unknown
      order shop k4 11..30 unknown
      order shop k5 12..30 unknown
      order shop k6 8..10 unknown
      order shop k6 31..32 ok o-6
      kill shop - 10..11 unknown
      kill shop - 40..41 failed
      audit order shop k1 o-1
      audit order shop k3 o-3
      audit order shop k5 o-5
      audit order shop k6 o-6`;
    expect(said(flights)).toBe(
      "pass: 1 kill, the last at 0.010 s, 2 acknowledged orders stored, 1 of them from before a kill, " +
        `1 of 2 in flight at a kill recovered ${CLASS}`,
    );
  });

  test("fails on what was acknowledged before the kill and is gone", () => {
    const finding = findingOf(load + audit.replace("audit order shop k2 o-2", ""));
    expect(`${finding.verdict}: ${finding.sentence}`).toBe(
      "fail: shop: order o-2 (k2) was acknowledged at 0.020 s, kill -9 at 0.024 s, and is absent " +
        "from the audit",
    );
    expect(finding.witnesses.map((witness) => witness.name)).toEqual(["order", "kill"]);
    const both = load + audit.replaceAll(/audit order shop k[12] o-./g, "");
    expect(said(both)).toBe(
      "fail: shop: order o-1 (k1) was acknowledged at 0.010 s, kill -9 at 0.024 s, and is absent " +
        "from the audit; so is o-2 (k2)",
    );
  });

  test("says when no kill came after what is gone", () => {
    expect(said(load + audit.replace("audit order shop k5 o-5", ""))).toBe(
      "fail: shop: order o-5 (k5) was acknowledged at 0.050 s, and no kill came after that, and is " +
        "absent from the audit",
    );
  });

  test("fails on what was read before the kill and is gone, though nobody acknowledged it", () => {
    const gone = audit.replace("audit order shop k3 o-3", "");
    expect(said(load + gone)).toBe(
      "fail: shop: o-3 was read by 0.022 s, before a kill -9, and is absent from the audit",
    );
    expect(said(load.replace("20..22", "20..26") + gone)).toMatch(/^pass/);
    const anonymous = gone.replace("k5 o-5", "k5 -");
    expect(said(load + anonymous)).toMatch(/^pass/);
  });

  test("fails on what nobody asked for, too", () => {
    expect(said(`${load}${audit}\naudit order shop k9 o-9`)).toMatch(
      /^fail: shop: 1 stored is of requests that nobody made/,
    );
  });

  test("is unknown without a kill, an audit, something acknowledged before, or with records lost", () => {
    const calm = load.replace("kill shop - 24..25 ok", "");
    expect(said(calm + audit)).toBe(
      'unknown: no "kill" took place, so nothing was survived (seen: no kill, 3 acknowledged orders ' +
        `stored, 0 of them from before a kill ${CLASS})`,
    );
    expect(said(load)).toMatch(/^unknown: the run has no audit/);
    expect(said(load + audit, { auditComplete: false })).toMatch(/^unknown: the audit did not run/);
    expect(said(`kill shop - 1..2 ok\norder shop k1 3..4 ok o-1\naudit order shop k1 o-1`)).toMatch(
      /^unknown: nothing was acknowledged before a kill/,
    );
    expect(said(load + audit, { lostRecords: 1 })).toMatch(/^unknown/);
    expect(said("order shop k1 3..4 unknown\nkill shop - 5..6 ok")).toMatch(
      /^unknown: no order was acknowledged/,
    );
  });
});

/** A shop whose orders, readings, kills and audit are drawn at random, more or less true to each other. */
function randomShop(random: Random): Attempt[] {
  const ids = ["a", "b", "c"].slice(0, random.integer(1, 3));
  const attempts = ids.map((id) => {
    const outcome = random.pick<Outcome>(["ok", "ok", "ok", "unknown", "rejected"]);
    const from = random.integer(0, 8);
    const result = outcome === "ok" ? `o-${id}` : undefined;
    return attempt("order", outcome, from, from + random.integer(0, 4), { id, result });
  });
  for (let i = random.integer(0, 2); i > 0; i--) {
    const from = random.integer(0, 10);
    const list = ids.filter(() => random.next() < 0.4).map((id) => `o-${id}`);
    const result = random.next() < 0.5 ? list : (list[0] ?? null);
    attempts.push(attempt("list", "ok", from, from + random.integer(0, 2), { result }));
  }
  const kill = random.integer(0, 12);
  if (random.next() < 0.8) attempts.push(attempt("kill", "ok", kill, kill + 1, {}));
  for (const id of [...ids, "z"]) {
    if (random.next() < (id === "z" ? 0.05 : 0.75)) {
      attempts.push(attempt("order", "ok", 100, 100, { phase: "audit", id, result: `o-${id}` }));
    }
  }
  return attempts;
}

/** The statement, read word by word. */
function survived(attempts: readonly Attempt[]): boolean {
  const orders = attempts.filter((a) => a.name === "order" && a.phase === "load");
  const stored = attempts.filter((a) => a.phase === "audit");
  const kept = (id: string | undefined): boolean => stored.some((row) => row.id === id);
  const acknowledged = orders.filter((a) => a.outcome === "ok").every((a) => kept(a.id));
  const asked = stored.every((row) =>
    orders.some((a) => a.id === row.id && (a.outcome === "ok" || a.outcome === "unknown")),
  );
  const kills = attempts.filter((a) => a.name === "kill").map((a) => a.invokeNs);
  const seen = attempts
    .filter((a) => a.name === "list" && kills.some((ns) => a.returnNs < ns))
    .flatMap(({ result }) => (Array.isArray(result) ? (result as string[]) : [result as string]));
  const read = seen.every((name) => name === null || stored.some((row) => row.result === name));
  return acknowledged && asked && read;
}

describe(`over ${HISTORIES} random histories of seed ${SEED}`, () => {
  test("survival is judged as a naive reading of the statement would", () => {
    const random = seededRandom(`${SEED}/kill`);
    const seen = { pass: 0, fail: 0, unknown: 0 };
    for (let i = 0; i < HISTORIES; i++) {
      const attempts = randomShop(random);
      // Without a row the audit says nothing: it may never have been made.
      if (!attempts.some(({ phase }) => phase === "audit")) continue;
      const history = historyOf(attempts, { auditComplete: true });
      const finding = judge(history, [invariant])[0] as Finding;
      seen[finding.verdict] += 1;
      if ((finding.verdict !== "fail") !== survived(attempts)) {
        expect.fail(JSON.stringify({ finding, attempts }, null, 1));
      }
    }
    expect(Math.min(seen.pass, seen.fail, seen.unknown)).toBeGreaterThan(HISTORIES / 20);
  });
});
