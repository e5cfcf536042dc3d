/** The auction's suites through the command line: clean over both sets of parts, and caught by name with a bug in it. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { skipReason, titled } from "../../systems/servers/skip-reason.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const HOLDFAST = join(ROOT, "holdfast/bin/holdfast.js");
const out = mkdtempSync(join(tmpdir(), "holdfast-auction-e2e-"));

afterAll(() => rmSync(out, { recursive: true, force: true }));

interface Result {
  exitCode: number;
  invariants: { name: string; verdict: string; sentence: string }[];
  breakdowns?: { by: string; rows: { value: string; cells: (number | null)[] }[] }[];
}

function run(suite: string, ...options: string[]): Promise<Result> {
  const args = ["run", `systems/auction/load/${suite}.load.ts`, "--profile", "smoke", ...options];
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

function verdicts({ invariants }: Result): object {
  return Object.fromEntries(
    invariants.map(({ name, verdict, sentence }) => [
      name,
      verdict === "pass" ? "pass" : `${verdict}: ${sentence}`,
    ]),
  );
}

const CLEAN = {
  "bids are linearizable per item": "pass",
  "every accepted bid reaches every watcher, once": "pass",
  "every watcher has the bids in order": "pass",
  "every acknowledged write is stored, once": "pass",
};

// They mostly wait: side by side.
describe.concurrent("the auction over embedded parts", () => {
  test("an evening of bidders, readers and watchers who come and go breaks no rule", async () => {
    expect(verdicts(await run("mixed"))).toEqual(CLEAN);
  });

  test("fan-out has a row for 5 watchers, all of them reached", async () => {
    const { breakdowns = [] } = await run("fan-out");
    const [{ by, rows } = { by: "", rows: [] }] = breakdowns;
    expect([by, rows.map(({ value, cells }) => [value, cells[4]])]).toEqual([
      "watchers",
      [["5", 1]],
    ]);
  });

  test("with broadcast-drops-silently it ends with exit 90 and the watcher that never heard", async () => {
    const result = await run("mixed", "--bug", "broadcast-drops-silently");
    expect(result.exitCode).toBe(90);
    const delivery = "every accepted bid reaches every watcher, once";
    const finding = result.invariants.find(({ name }) => name === delivery);
    expect(finding?.sentence).toMatch(/^lot-\d+: watcher-\d+ never received/);
  });
});

const reason = skipReason(["redis", "postgres", "nats"]);
const real = titled("the auction over real parts", reason);
describe.skipIf(reason !== undefined)(real, { concurrent: true }, () => {
  test("an evening of bidders, readers and watchers who come and go breaks no rule", async () => {
    expect(verdicts(await run("mixed", "--parts", "real"))).toEqual(CLEAN);
  });
});
