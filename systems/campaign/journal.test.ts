import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SYSTEMS } from "../systems.ts";
import { codeOf } from "./code-of.ts";
import { openJournal, type Noted } from "./journal.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-journal-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const run: Noted = {
  system: "chat",
  code: "0123",
  seed: "7",
  parts: "embedded",
  commit: "abc",
  outcome: {
    name: "chat join-race 1",
    exitCode: 90,
    verdict: "fail",
    headline: "violated",
    seed: "1",
    tookMs: 2_000,
    repeats: 0,
    findings: [],
  },
};

test("what was noted is known in the next sitting, with the seed of the first", () => {
  const file = join(folder, "journal.jsonl");
  const first = openJournal(file);
  expect(first.seed).toBeUndefined();
  first.note(run);
  first.note({ ...run, seed: "8" });
  const next = openJournal(file);
  expect(next.noted).toEqual([run, { ...run, seed: "8" }]);
  expect(next.seed).toBe("7");
});

test("without a file nothing is kept", () => {
  openJournal(undefined).note(run);
  expect(openJournal(undefined).noted).toEqual([]);
});

test.each(["{}", "no JSON", "null"])("a line that is no run is said with its place: %s", (line) => {
  const file = join(folder, "journal.jsonl");
  writeFileSync(file, `${JSON.stringify(run)}\n${line}\n`);
  expect(() => openJournal(file)).toThrow(
    `${file}, line 2: must be a run of a campaign, got ${line}`,
  );
});

test("every system has a fingerprint of its own, which stays while nothing changes", () => {
  const prints = SYSTEMS.map(codeOf);
  expect(new Set(prints).size).toBe(SYSTEMS.length);
  expect(SYSTEMS.map(codeOf)).toEqual(prints);
});
