import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { constantVus, csv, json, loadTest, rows } from "../index.ts";
import type { DataSource } from "../index.ts";
import { loadRows } from "./load-rows.ts";

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-rows-"));
  await writeFile(join(folder, "users.csv"), '\uFEFFid,name\n1,"Ada, Countess"\n\n2, Alan \n');
  await writeFile(join(folder, "users.json"), '[{"id":1},{"id":2}]');
  await writeFile(join(folder, "users.jsonl"), '{"id":1}\n\n{"id":2}\n');
  await writeFile(join(folder, "broken.jsonl"), '{"id":1}\n{"id":\n');
  await writeFile(join(folder, "object.json"), '{"id":1}');
  await writeFile(join(folder, "broken.csv"), "a,b\n1,2,3\n");
  await writeFile(join(folder, "empty.csv"), "a,b\n");
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

function load(data: Record<string, DataSource<unknown>>): ReturnType<typeof loadRows> {
  const executor = constantVus({ vus: 1, duration: "1s" });
  const made = loadTest({
    name: "a",
    target: "http://127.0.0.1:1",
    data,
    scenarios: { crowd: { executor, run: () => undefined } },
  });
  return loadRows(made, join(folder, "a.load.ts"));
}

test("CSV, JSON, JSON lines and rows of the test's own are read beside the test file", async () => {
  const loaded = await load({
    a: csv("users.csv"),
    b: json("users.json"),
    c: json("users.jsonl"),
    d: rows([{ id: 7 }]),
  });
  expect(loaded).toEqual({
    a: [
      { id: "1", name: "Ada, Countess" },
      { id: "2", name: "Alan" },
    ],
    b: [{ id: 1 }, { id: 2 }],
    c: [{ id: 1 }, { id: 2 }],
    d: [{ id: 7 }],
  });
  expect(Object.isFrozen(loaded["a"]?.[0])).toBe(true);
});

test("everything that is wrong with any file is said at once", async () => {
  const error: unknown = await load({
    absent: csv("absent.csv"),
    brokenCsv: csv("broken.csv"),
    brokenLines: json("broken.jsonl"),
    empty: csv("empty.csv"),
    none: rows([]),
    object: json("object.json"),
  }).catch((thrown: unknown) => thrown);
  const lines = (error as { problems: string[] }).problems.map((line) =>
    line.replaceAll(folder, "…"),
  );
  expect(lines).toEqual([
    "data.absent must be a file, got …/absent.csv, where there is none",
    expect.stringMatching(
      /^data\.brokenCsv must be CSV, got …\/broken\.csv: Invalid Record Length/,
    ),
    expect.stringMatching(/^data\.brokenLines must be JSON, got …\/broken\.jsonl: line 2: /),
    "data.empty must have at least one row, got none",
    "data.none must have at least one row, got none",
    'data.object must be JSON, got …/object.json: one array, not {"id":1} (object)',
  ]);
});
