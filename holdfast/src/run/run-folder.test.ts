import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createRunFolder } from "./run-folder.ts";

test("three runs that start in the same second have a folder each", async () => {
  const parent = mkdtempSync(join(tmpdir(), "holdfast-run-folder-"));
  const id = "20261121-001530-flash-sale";
  await using first = createRunFolder(join(parent, "runs"), id);
  await using second = createRunFolder(join(parent, "runs"), id);
  await using third = createRunFolder(join(parent, "runs"), id);
  expect([first.id, second.id, third.id]).toEqual([id, `${id}-2`, `${id}-3`]);
  expect(readdirSync(join(parent, "runs")).sort()).toEqual([id, `${id}-2`, `${id}-3`]);
  expect(readdirSync(third.path)).toContain("history");
  rmSync(parent, { recursive: true });
});

test("a folder that cannot be made is one line that names --out", () => {
  expect(() => createRunFolder("/dev/null/runs", "one")).toThrow(
    /^--out must be a folder that can be written, got \/dev\/null\/runs\/one: /,
  );
});
