/**
 * The differential tests of the checkers, with far more random histories than `npm test` has time for, and with another
 * seed each round: for as long as you let it, or for so many minutes. It ends at the first disagreement and prints the
 * seed, with which the test fails again.
 *
 *     npm run campaign:checkers -- [--minutes N] [--histories N] [--seed S] [--only REGEXP] [--write]
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const ROOT: string = fileURLToPath(new URL("..", import.meta.url));
const REPORT = "docs/results/checkers.md";
/** Read by the tests themselves. */
const COUNT_VARIABLE = "HOLDFAST_CAMPAIGN_HISTORIES";
const TEST_MS_MAX = 3_600_000;

interface Round {
  readonly seed: string;
  readonly tests: number;
  readonly failed: readonly string[];
}

const { values: options } = parseArgs({
  options: {
    minutes: { type: "string", default: "Infinity" },
    histories: { type: "string", default: "100000" },
    seed: { type: "string", default: crypto.randomUUID() },
    only: { type: "string", default: "" },
    write: { type: "boolean", default: false },
  },
});

const files = globSync("holdfast/src/checker/**/*.test.ts", { cwd: ROOT })
  .filter((file) => new RegExp(options.only).test(file))
  .filter((file) => readFileSync(join(ROOT, file), "utf8").includes(COUNT_VARIABLE))
  .sort();
const startedMs = performance.now();
const endMs = startedMs + Number(options.minutes) * 60_000;
const rounds: Round[] = [];
let disagreed = false;
while (!disagreed && performance.now() < endMs) {
  const round = await run(`${options.seed}-${rounds.length + 1}`);
  rounds.push(round);
  disagreed = round.failed.length > 0;
  process.stderr.write(`round ${rounds.length}, seed ${round.seed}: ${said(round)}\n`);
}
const report = reportOf();
process.stdout.write(report);
if (options.write) writeFileSync(join(ROOT, REPORT), report);
process.exitCode = disagreed ? 1 : 0;

async function run(seed: string): Promise<Round> {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-campaign-"));
  const outcome = join(folder, "outcome.json");
  const argv = [
    join(ROOT, "node_modules/vitest/vitest.mjs"),
    "run",
    "--reporter=json",
    `--outputFile=${outcome}`,
    `--testTimeout=${TEST_MS_MAX}`,
    ...files,
  ];
  const env = { ...process.env, [COUNT_VARIABLE]: options.histories, HOLDFAST_SEED: seed };
  const child = spawn(process.execPath, argv, { cwd: ROOT, env, stdio: "ignore" });
  await once(child, "exit");
  try {
    return roundOf(seed, JSON.parse(readFileSync(outcome, "utf8")) as Outcome);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What Vitest's JSON reporter writes. */
interface Outcome {
  numTotalTests: number;
  testResults: {
    name: string;
    status: string;
    assertionResults: { status: string; fullName: string }[];
  }[];
}

function roundOf(seed: string, { numTotalTests, testResults }: Outcome): Round {
  const failed = testResults.flatMap(({ name, status, assertionResults }) => {
    const tests = assertionResults.filter((test) => test.status === "failed");
    if (tests.length > 0) return tests.map(({ fullName }) => `${name}: ${fullName}`);
    return status === "failed" ? [`${name}: could not be run`] : [];
  });
  return { seed, tests: numTotalTests, failed };
}

function said({ tests, failed }: Round): string {
  return failed.length === 0 ? `${tests} tests, no disagreement` : `failed: ${failed.join("; ")}`;
}

function reportOf(): string {
  const minutes = (performance.now() - startedMs) / 60_000;
  const command = ["npm run campaign:checkers --", ...process.argv.slice(2)].join(" ");
  return [
    "# Checkers against brute force",
    "",
    `Made by \`${command}\`: each differential test of the checkers with ${Number(options.histories).toLocaleString("en")}`,
    "random small histories a round, with unknown outcomes and ties, decided by the checker and by trying every order.",
    `${rounds.length} rounds in ${minutes.toFixed(0)} minutes: **${disagreed ? "a disagreement" : "no disagreement"}**.`,
    "",
    "| seed | tests | outcome |",
    "|---|---:|---|",
    ...rounds.map((round) => `| ${round.seed} | ${round.tests} | ${said(round)} |`),
    "",
    `Files: ${files.map((file) => file.slice("holdfast/src/checker/".length)).join(", ")}.`,
    "",
  ].join("\n");
}
