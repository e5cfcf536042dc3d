import { describe, expect, test } from "vitest";
import { seededRandom } from "../../base/random.ts";
import type { Random } from "../../base/random.ts";
import { existsSerialOrder } from "../testing/serial-orders.ts";
import type { TriedTransaction } from "../testing/serial-orders.ts";
import { judgeTransactions } from "./judge-transactions.ts";
import type { Element, Micro, Transaction } from "./transaction.ts";

const HISTORIES = Number(process.env["HOLDFAST_CAMPAIGN_HISTORIES"] ?? 20_000);
const SEED = process.env["HOLDFAST_SEED"] ?? "holdfast";

interface Drawn extends Transaction, TriedTransaction {
  micros: Micro[];
}

/** A few transactions, acted one after another on true lists; then something about one of them is made up. */
function randomTransactions(random: Random): Drawn[] {
  const lists = new Map<string, Element[]>();
  let next = 0;
  const drawn = Array.from({ length: random.integer(2, 5) }, (_, i): Drawn => {
    const atNs = i * 4;
    const outcome = random.pick(["ok", "ok", "ok", "ok", "unknown", "failed"] as const);
    const happens = outcome === "ok" || (outcome === "unknown" && random.next() < 0.5);
    const before = new Map([...lists].map(([key, list]) => [key, [...list]]));
    const micros = Array.from({ length: random.integer(1, 3) }, (): Micro => {
      const key = random.pick(["x", "y"]);
      const list = lists.get(key) ?? [];
      if (random.next() < 0.5)
        return { f: "r", key, list: outcome === "ok" ? [...list] : undefined };
      lists.set(key, [...list, next]);
      return { f: "append", key, value: next++ };
    });
    if (!happens) {
      lists.clear();
      for (const [key, list] of before) lists.set(key, list);
    }
    return {
      micros,
      outcome,
      optional: outcome === "unknown",
      process: random.integer(0, 2),
      invokeNs: atNs - random.integer(0, 9),
      returnNs: outcome === "unknown" ? Infinity : atNs + random.integer(0, 9),
    };
  });
  if (random.next() < 0.9) spoil(random, drawn);
  if (random.next() < 0.3) spoil(random, drawn);
  return drawn.sort((a, b) => a.invokeNs - b.invokeNs);
}

function spoil(random: Random, drawn: readonly Drawn[]): void {
  const { micros, outcome } = random.pick(drawn);
  const at = random.integer(0, micros.length - 1);
  const micro = micros[at] as Micro;
  if (outcome !== "ok" || micro.f !== "r" || micro.list === undefined) return;
  const list = [...micro.list];
  const how = random.next();
  if (how < 0.5) list.pop();
  else if (how < 0.7) list.splice(random.integer(0, list.length), 0, random.integer(0, 6));
  else if (how < 0.85) list.reverse();
  else list.length = 0;
  micros[at] = { ...micro, list };
}

const overBefore = (a: TriedTransaction, b: TriedTransaction): boolean =>
  (a as Drawn).returnNs < (b as Drawn).invokeNs;
const sameProcess = (a: TriedTransaction, b: TriedTransaction): boolean =>
  (a as Drawn).process === (b as Drawn).process &&
  (a as Drawn).invokeNs <= (b as Drawn).invokeNs &&
  (a as Drawn).returnNs <= (b as Drawn).invokeNs;

describe(`over ${HISTORIES} random histories of seed ${SEED}`, () => {
  test.each([
    ["serializable", (): boolean => false],
    ["strict-serializable", overBefore],
  ] as const)("%s is decided exactly", (level, before) => {
    const random = seededRandom(`${SEED}/${level}`);
    const seen = { right: 0, wrong: 0 };
    for (let i = 0; i < HISTORIES / 2; i++) {
      const drawn = randomTransactions(random);
      const tried = drawn.filter(({ outcome }) => outcome !== "failed");
      const expected = existsSerialOrder(tried, before);
      const { anomalies, missing } = judgeTransactions(drawn, level, true);
      seen[expected ? "right" : "wrong"] += 1;
      if ((anomalies.length === 0) !== expected || missing !== undefined) {
        expect.fail(JSON.stringify({ level, expected, anomalies, missing, drawn }, null, 1));
      }
    }
    expect(Math.min(seen.right, seen.wrong)).toBeGreaterThan(HISTORIES / 20);
  });

  test("strong-session-serializable raises no alarm that the order of processes does not justify", () => {
    const random = seededRandom(`${SEED}/session`);
    let alarms = 0;
    for (let i = 0; i < HISTORIES / 4; i++) {
      const drawn = randomTransactions(random);
      const tried = drawn.filter(({ outcome }) => outcome !== "failed");
      const { anomalies } = judgeTransactions(drawn, "strong-session-serializable", true);
      if (anomalies.length === 0) continue;
      alarms += 1;
      expect(existsSerialOrder(tried, sameProcess), JSON.stringify(drawn)).toBe(false);
    }
    expect(alarms).toBeGreaterThan(HISTORIES / 50);
  });
});

test("groups that are too large to find a circle in are counted, and nothing is held to be right", () => {
  const ring = (...keys: readonly string[]): Transaction[] =>
    keys.map((key, i) => ({
      micros: [
        { f: "r", key, list: [] },
        { f: "append", key: keys[(i + 1) % keys.length] as string, value: 1 },
      ],
      outcome: "ok",
      process: i,
      invokeNs: 0,
      returnNs: 1,
    }));
  const all = [...ring("u", "v", "w"), ...ring("x", "y", "z")];
  const judged = (stepsMax: number): unknown[] => {
    const { anomalies, missing } = judgeTransactions(all, "serializable", true, stepsMax);
    return [anomalies.length, missing?.split(" of ")[0]];
  };
  expect(judged(0)).toEqual([0, "2 groups"]);
  expect(judged(100)).toEqual([2, undefined]);
});
