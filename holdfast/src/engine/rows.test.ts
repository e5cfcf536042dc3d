import { expect, test } from "vitest";
import { constantVus, perVuIterations, rows } from "../index.ts";
import type { Claim, Executor, Vu } from "../index.ts";
import { stage } from "./testing/stage.ts";
import type { EngineReport } from "./engine.ts";

async function taken(
  claim: Claim,
  executor: Executor,
): Promise<{ rows: string[]; report: EngineReport; exceptions: unknown[] }> {
  const users = ["ada", "bob", "cyd"];
  const data = { users: rows(users, { claim }) };
  const seen: string[] = [];
  const run = async ({ rows, sleep, vu }: Vu<{ data: typeof data }>): Promise<void> => {
    seen.push(`${vu.id} ${rows.users}`);
    expect(rows.users).toBe(rows.users);
    await sleep("10ms");
  };
  const s = stage({ crowd: { executor, run: run as (vu: Vu) => Promise<void> } }, { data });
  const report = await s.run({ rows: { users } });
  return { rows: seen, report, exceptions: s.exceptions };
}

test("shared rows go round and round", async () => {
  const { rows } = await taken("shared", perVuIterations({ vus: 2, iterations: 3 }));
  expect(rows).toEqual(["1 ada", "2 bob", "1 cyd", "2 ada", "1 bob", "2 cyd"]);
});

test("a virtual user keeps its own row", async () => {
  const { rows } = await taken("unique per VU", perVuIterations({ vus: 2, iterations: 2 }));
  expect(rows).toEqual(["1 ada", "2 bob", "1 ada", "2 bob"]);
});

test("when no row is left the scenario stops and says which source it was, and nobody threw", async () => {
  const executor = constantVus({ vus: 2, duration: "1h" });
  const { rows, report, exceptions } = await taken("unique per iteration", executor);
  expect(rows).toEqual(["1 ada", "2 bob", "1 cyd"]);
  expect(report.scenarios[0]).toMatchObject({
    iterations: 3,
    ending: "rows",
    outOfRows: "data.users has 3 rows, claimed unique per iteration: all are taken",
    exceptions: { count: 0 },
  });
  expect(exceptions).toEqual([]);
});
