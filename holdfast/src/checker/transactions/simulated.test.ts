import { expect, test } from "vitest";
import { seededRandom } from "../../base/random.ts";
import type { IsolationLevel } from "../../record/isolation.ts";
import { simulatedDatabase } from "../testing/simulated-database.ts";
import type { SimulatedIsolation } from "../testing/simulated-database.ts";
import { judgeTransactions } from "./judge-transactions.ts";

/** Each is as large as hundreds of the small histories that a campaign counts. */
const HISTORIES = Number(process.env["HOLDFAST_CAMPAIGN_HISTORIES"] ?? 18_000);
const RUNS = Math.max(20, Math.ceil(HISTORIES / 300));
const SEED = process.env["HOLDFAST_SEED"] ?? "holdfast";

/** The kinds found over all runs, and in how many runs there were any. */
function found(
  isolation: SimulatedIsolation,
  level: IsolationLevel,
): { kinds: string[]; runs: number } {
  const random = seededRandom(`${SEED}/${isolation}/${level}`);
  const kinds = new Set<string>();
  let runs = 0;
  for (let i = 0; i < RUNS; i++) {
    const size = { count: 80, clients: random.integer(2, 6), keys: random.integer(2, 4) };
    const transactions = simulatedDatabase(random, isolation, size);
    const { anomalies, missing } = judgeTransactions(transactions, level, true);
    expect(missing).toBeUndefined();
    for (const { kind } of anomalies) kinds.add(kind);
    if (anomalies.length > 0) runs += 1;
  }
  return { kinds: [...kinds].sort(), runs };
}

test("a serial database is strictly serializable", () => {
  expect(found("serial", "strict-serializable")).toEqual({ kinds: [], runs: 0 });
});

test("snapshot isolation is that, and no more: write skew is found in most runs", () => {
  expect(found("snapshot", "snapshot-isolation")).toEqual({ kinds: [], runs: 0 });
  const { kinds, runs } = found("snapshot", "serializable");
  expect(kinds).toEqual(["G2-item"]);
  expect(runs).toBeGreaterThan(RUNS * 0.5);
});

test("read committed is that, and no more: updates are lost, and reads skewed", () => {
  expect(found("read-committed", "read-committed")).toEqual({ kinds: [], runs: 0 });
  const { kinds, runs } = found("read-committed", "snapshot-isolation");
  expect(kinds).toEqual(expect.arrayContaining(["G-single", "internal", "lost-update"]));
  expect(runs).toBeGreaterThan(RUNS * 0.5);
});
