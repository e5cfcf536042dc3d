import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seededRandom } from "../base/random.ts";
import { RULE } from "../record/outcome.ts";
import type { Value } from "../record/value.ts";
import { createHistory } from "./history-files.ts";
import { textOf } from "./history.ts";
import { HistoryRecorder } from "./history-recorder.ts";
import type { HistorySql } from "./sql.ts";
import { openSql } from "./sql.ts";

const folder = mkdtempSync(join(tmpdir(), "holdfast-sql-"));
const uuid = "0f8fad5b-d9cb-469f-a165-70867728950e";
let sql: HistorySql;

beforeAll(async () => {
  const start = { run: {}, threads: 1, operations: ["order"], invariants: [] };
  const files = await createHistory(folder, start);
  const recorder: HistoryRecorder = new HistoryRecorder({
    thread: 0,
    threads: 1,
    onBlock: (block) => void files.append(block).then(() => recorder.blockSettled()),
  });
  const definition = { name: "order", statuses: {} };
  for (let i = 0; i < 3_000; i++) {
    const start = { definition, key: i % 2 === 0 ? "phone" : "it's", id: uuid, value: { a: [i] } };
    const slot = recorder.invoke(start, i, i === 2_999 ? "audit" : "load", i * 1e6);
    const rule = i % 3 === 0 ? RULE.success : RULE.declaredRejected;
    recorder.complete(slot, (i + 2) * 1e6, rule, i % 3 === 0 ? 200 : 409, i === 0 ? null : "o-1");
  }
  recorder.close(4e9);
  await files.finish({ endedNs: 4e9, auditComplete: true, lostRecords: 0 });
  sql = await openSql(folder);
});

afterAll(() => {
  sql.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("SQL over a history", () => {
  test("counts 3,000 operations by outcome", async () => {
    const answer = await sql.query(
      "select outcome, count(*)::INTEGER as n from operations group by 1 order by 1",
    );
    expect(answer).toEqual({
      columns: ["outcome", "n"],
      rows: [
        ["ok", 1_000],
        ["rejected", 2_000],
      ],
    });
    expect((await sql.query("select count(*)::INTEGER from rejected")).rows).toEqual([[1_999]]);
  });

  test("shows ids as text, values as JSON, times in ms", async () => {
    const { columns, rows } = await sql.query("select * from operations order by index limit 1");
    expect(Object.fromEntries(columns.map((name, i) => [name, rows[0]?.[i]]))).toEqual({
      index: 0,
      name: "order",
      phase: "load",
      process: 0,
      key: "phone",
      id: uuid,
      value: '{"a":[0]}',
      result: "null",
      invoked_ms: 0,
      returned_ms: 2.000001,
      duration_ms: 2.000001,
      outcome: "ok",
      rule: "2xx, whole body",
      status: 200,
    });
  });

  test("writes Parquet that reads back, from a table or a query, to a path with a quote in it", async () => {
    for (const [source, count] of [
      ["operations", 3_000],
      ["select * from operations where key = 'it''s';", 1_500],
    ] as const) {
      const path = join(folder, "it's.parquet");
      await sql.exportParquet(source, path);
      const quoted = path.replaceAll("'", "''");
      const back = await sql.query(
        `select count(*)::INTEGER, min(id) from read_parquet('${quoted}')`,
      );
      expect(back.rows).toEqual([[count, uuid]]);
    }
  });

  test("answers a wrong statement with DuckDB's words in one error", async () => {
    await expect(sql.query("select nothing from nowhere")).rejects.toMatchObject({
      code: "HF_SQL",
      message: expect.stringContaining("nowhere") as string,
    });
  });
});

describe("texts of every kind", () => {
  const random = seededRandom(5);
  const texts: readonly (() => Value | undefined)[] = [
    () => undefined,
    () => random.uuid(),
    () => "x".repeat(random.integer(0, 40)),
    () => `o-${random.integer(0, 1e9)}`,
    () => "é\u0000ß",
    () =>
      ["twelve bytes", "thirteen byte", "\ud800", "a\u0000b", null, true, 7, -7, 0.1, { b: [1] }][
        random.integer(0, 9)
      ],
  ];

  test("come out as they went in, whatever stands beside them", async () => {
    const own = mkdtempSync(join(tmpdir(), "holdfast-sql-texts-"));
    const start = { run: {}, threads: 1, operations: ["order"], invariants: [] };
    const files = await createHistory(own, start);
    const recorder: HistoryRecorder = new HistoryRecorder({
      thread: 0,
      threads: 1,
      onBlock: (block) => void files.append(block).then(() => recorder.blockSettled(block)),
    });
    const definition = { name: "order", statuses: {} };
    const rows = Array.from({ length: 2_600 }, (_, i) => {
      // All kinds mixed in the middle, one kind alone before and after.
      const kind = (): Value | undefined =>
        (texts[i < 1_000 || i > 2_200 ? 3 : random.integer(0, 5)] as () => Value | undefined)();
      const id = kind();
      return {
        key: random.pick(["", "phone", "a key that is longer than thirty-six letters"]),
        id: typeof id === "string" ? id : undefined,
        value: kind(),
        result: kind(),
      };
    });
    for (const [i, { key, id, value, result }] of rows.entries()) {
      const slot = recorder.invoke({ definition, key, id, value }, 1, "load", i);
      recorder.complete(slot, i + 1, RULE.success, 200, result);
    }
    recorder.close(1e4);
    await files.finish({ endedNs: 1e4, auditComplete: true, lostRecords: 0 });
    const texted = await openSql(own);
    const answer = await texted.query(
      'select "index", key, id, value, result from operations order by "index"',
    );
    texted.close();
    rmSync(own, { recursive: true });
    // What has no UTF-8 is no text to DuckDB.
    const shown = (value: Value | undefined): string | null =>
      value === undefined ? null : textOf(value).toWellFormed();
    expect(answer.rows).toEqual(
      rows.map(({ key, id, value, result }, i) => [i, key, shown(id), shown(value), shown(result)]),
    );
  });
});
