/** The chat's suites through the command line: clean over both sets of parts, and caught by name with a bug in it. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { skipReason, titled } from "../../systems/servers/skip-reason.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const HOLDFAST = join(ROOT, "holdfast/bin/holdfast.js");
const out = mkdtempSync(join(tmpdir(), "holdfast-chat-e2e-"));

afterAll(() => rmSync(out, { recursive: true, force: true }));

interface Result {
  exitCode: number;
  invariants: { name: string; verdict: string; sentence: string }[];
  breakdowns?: { by: string; rows: { value: string; cells: (number | null)[] }[] }[];
}

function run(suite: string, ...options: string[]): Promise<Result> {
  const args = ["run", `systems/chat/load/${suite}`, "--profile", "smoke", ...options];
  return new Promise((resolve, reject) => {
    const child = { cwd: ROOT, maxBuffer: 64 << 20 };
    execFile(HOLDFAST, [...args, "--out", out, "--json"], child, (_, stdout, stderr) => {
      try {
        resolve(JSON.parse(stdout) as Result);
      } catch {
        reject(new Error(`no result on standard output; on standard error: ${stderr}`));
      }
    });
  });
}

function broken({ invariants }: Result): string[] {
  return invariants
    .filter(({ verdict }) => verdict !== "pass")
    .map(({ name, sentence }) => `${name}: ${sentence}`);
}

test("over embedded parts, ten seconds of messages with people who come and go break no rule", async () => {
  expect(broken(await run("throughput.load.ts"))).toEqual([]);
});

test("a hundred looks through a million messages: each of the 25 patterns has its row, and its answers first", async () => {
  const result = await run("search.load.ts");
  expect(broken(result)).toEqual([]);
  const [patterns] = result.breakdowns ?? [];
  expect(patterns?.rows).toHaveLength(25);
  for (const { value, cells } of patterns?.rows ?? []) {
    expect([value, cells[1]]).toEqual([value, 100]);
  }
});

test("with join-race it ends with exit 90 and the number that came neither as history nor live", async () => {
  const result = await run("throughput.load.ts", "--bug", "join-race");
  expect(result.exitCode).toBe(90);
  const finding = result.invariants.find(({ name }) => name === "messages arrive in one order");
  expect(finding?.sentence).toMatch(/wanderer-\d+-\d+ received numbers \d+ to \d+ but for number/);
});

const reason = skipReason();
describe.skipIf(reason !== undefined)(titled("the chat over real parts", reason), () => {
  test("ten seconds of messages with people who come and go break no rule", async () => {
    expect(broken(await run("throughput.load.ts", "--parts", "real"))).toEqual([]);
  });
});
