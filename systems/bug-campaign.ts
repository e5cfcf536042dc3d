/**
 * `npm run bugs`: every planted bug of every reference system against the invariant that must catch it by name, and the
 * clean forms, which must never raise an alarm. Runs the command line, as a user would.
 *
 *   --quick        each bug once, each suite clean once
 *   --clean N      clean runs of each system, over its suites in turn (default 50)
 *   --tries N      runs of each bug (default 1)
 *   --parts P      embedded (default) or real
 *   --write        keep the table in docs/results/bugs.md
 */
import { execFile } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { PlantedBug, SystemDefinition } from "holdfast";
import { flashSaleSystem } from "./flash-sale/system.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const HOLDFAST = join(ROOT, "node_modules/.bin/holdfast");
const RUN_MS_MAX = 180_000;
const OUTPUT_BYTES_MAX = 256 << 20;

/** Systems, and what makes each of their suites short enough to be run many times. */
const SYSTEMS: readonly SystemDefinition[] = [flashSaleSystem];
const SHORT: readonly string[] = ["--profile", "smoke"];

interface Result {
  verdict: string;
  exitCode: number;
  headline: string;
  run: { durationMs: number; seed: string };
  invariants: {
    name: string;
    verdict: string;
    sentence: string;
    witnesses: { invokedMs: number; returnedMs: number | null }[];
  }[];
}

interface BugRow {
  bug: string;
  invariant: string;
  tries: number;
  caught: number;
  /** ms from the start of the load to the end of the last operation of the proof. */
  provedMs: number[];
  witnesses: number;
  sentence: string;
}

interface CleanRow {
  suite: string;
  runs: number;
  alarms: string[];
  invalid: number;
}

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    clean: { type: "string", default: "50" },
    tries: { type: "string", default: "1" },
    parts: { type: "string", default: "embedded" },
    write: { type: "boolean", default: false },
  },
});
const cleanRuns = values.quick ? 0 : Number(values.clean);

const bugRows: BugRow[] = [];
const cleanRows: CleanRow[] = [];
for (const system of SYSTEMS) {
  for (const bug of system.bugs) bugRows.push(await hunt(system, bug, Number(values.tries)));
  cleanRows.push(...(await runClean(system, cleanRuns)));
}
const text = report(bugRows, cleanRows);
process.stdout.write(text);
if (values.write) writeFileSync(join(ROOT, "docs/results/bugs.md"), text);
const missed = bugRows.some((row) => row.caught < row.tries);
process.exitCode = missed || cleanRows.some((row) => row.alarms.length > 0) ? 1 : 0;

async function hunt(system: SystemDefinition, bug: PlantedBug, tries: number): Promise<BugRow> {
  const suite = bug.recommended?.suite ?? "";
  const row: BugRow = {
    bug: bug.name,
    invariant: bug.invariant,
    tries,
    caught: 0,
    provedMs: [],
    witnesses: 0,
    sentence: "",
  };
  for (let attempt = 0; attempt < tries; attempt++) {
    const result = await run(join(loadFolder(system), suite), "--bug", bug.name);
    const finding = result.invariants.find((one) => one.name === bug.invariant);
    if (finding?.verdict === "fail" && result.exitCode === 90) {
      row.caught += 1;
      row.witnesses = Math.max(row.witnesses, finding.witnesses.length);
      row.provedMs.push(Math.max(...finding.witnesses.map((w) => w.returnedMs ?? w.invokedMs)));
      row.sentence = finding.sentence;
    } else row.sentence = `not caught: exit ${result.exitCode}, ${result.headline}`;
    say(`${bug.name}: ${finding?.verdict ?? "no finding"}, ${row.sentence}`);
  }
  return row;
}

async function runClean(system: SystemDefinition, runs: number): Promise<CleanRow[]> {
  const folder = loadFolder(system);
  const rows = readdirSync(folder)
    .filter((name) => name.endsWith(".load.ts"))
    .map((name): CleanRow => ({ suite: name, runs: 0, alarms: [], invalid: 0 }));
  for (let i = 0; i < Math.max(runs, rows.length); i++) {
    const row = rows[i % rows.length] as CleanRow;
    const result = await run(join(folder, row.suite));
    row.runs += 1;
    for (const { name, verdict, sentence } of result.invariants) {
      if (verdict !== "pass") row.alarms.push(`${name}: ${sentence} (seed ${result.run.seed})`);
    }
    if (result.exitCode === 92) row.invalid += 1;
    say(`clean ${row.suite} ${row.runs}: ${result.verdict}, ${result.headline}`);
  }
  return rows;
}

function run(suite: string, ...more: string[]): Promise<Result> {
  const args = ["run", suite, ...SHORT, "--parts", values.parts, "--json", ...more];
  return new Promise((resolve, reject) => {
    const options = { cwd: ROOT, timeout: RUN_MS_MAX, maxBuffer: OUTPUT_BYTES_MAX };
    execFile(HOLDFAST, args, options, (error, stdout, stderr) => {
      try {
        resolve(JSON.parse(stdout) as Result);
      } catch {
        reject(new Error(`holdfast ${args.join(" ")}: ${stderr || error?.message}`));
      }
    });
  });
}

function loadFolder(system: SystemDefinition): string {
  return join(dirname(fileURLToPath(system.entry)), "../load");
}

function report(bugs: readonly BugRow[], clean: readonly CleanRow[]): string {
  const command = ["npm run bugs --", ...process.argv.slice(2)].join(" ");
  const alarms = clean.flatMap((row) => row.alarms.map((alarm) => `- ${row.suite}: ${alarm}`));
  return [
    "# Planted bugs, and who catches them",
    "",
    `Made by \`${command}\`: smoke profiles, ${values.parts} parts. A bug counts as caught only when the invariant that names it`,
    "fails, with exit 90. *Proved after* is the time from the start of the load to the end of the last operation of the",
    "proof; a proof that needs the audit has the audit's time, after the load.",
    "",
    "| bug | caught by | caught | proved after (median) | operations in the proof | what it said |",
    "|---|---|---:|---:|---:|---|",
    ...bugs.map(
      (row) =>
        `| ${row.bug} | ${row.invariant} | ${row.caught} of ${row.tries} | ${seconds(row.provedMs)} ` +
        `| ${row.witnesses} | ${row.sentence.replaceAll("|", "\\|")} |`,
    ),
    "",
    "## Clean forms",
    "",
    "| suite | runs | false alarms | runs invalid (generator) |",
    "|---|---:|---:|---:|",
    ...clean.map(
      (row) =>
        `| ${relative(".", row.suite)} | ${row.runs} | ${row.alarms.length} | ${row.invalid} |`,
    ),
    "",
    ...alarms,
    "",
  ].join("\n");
}

function seconds(times: readonly number[]): string {
  if (times.length === 0) return "-";
  const sorted = [...times].sort((a, b) => a - b);
  return `${((sorted[Math.floor(sorted.length / 2)] ?? 0) / 1000).toFixed(1)} s`;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
