/**
 * Do the checkers' tests bite? Breaks the checkers in every small way there is, one at a time, and runs their tests: a
 * mutant that no test notices has survived. Takes about an hour for all; `--sample N` tries N of each file.
 *
 *     npm run campaign:mutants -- [--only REGEXP] [--sample N] [--minutes N] [--parallel N] [--seed S] [--write]
 */
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { seededRandom } from "../holdfast/src/base/random.ts";
import { CopyOfTree, type Trial } from "./mutants/copy-of-tree.ts";
import { type Mutant, mutantsOf } from "./mutants/mutants-of.ts";
import { ImportGraph } from "./mutants/tests-of.ts";

const ROOT: string = fileURLToPath(new URL("..", import.meta.url));
const CHECKERS = "holdfast/src/checker";
const REPORT = "docs/results/mutants.md";
const GOAL = 0.95;
const UNBROKEN_MS_MAX = 900_000;
/** Neither decides anything: words, bounds on effort, what tests are made of. */
const UNJUDGED = /\.test\.ts$|\/testing\/|sentence\.ts$|wording\.ts$|witness\.ts$|limits\.ts$/;

interface Result {
  readonly file: string;
  readonly mutant: Mutant;
  readonly trial: Trial;
}

interface Job {
  readonly file: string;
  readonly mutant: Mutant;
  readonly tests: readonly string[];
  readonly msMax: number;
}

const { values: options } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    sample: { type: "string" },
    minutes: { type: "string", default: "Infinity" },
    parallel: { type: "string", default: String(Math.max(1, cpus().length)) },
    seed: { type: "string", default: "1" },
    write: { type: "boolean", default: false },
  },
});

const results = await campaign();
const table = reportOf(results);
process.stdout.write(table);
if (options.write) writeFileSync(`${ROOT}/${REPORT}`, table);
process.exitCode = shareKilled(results) >= GOAL ? 0 : 1;

async function campaign(): Promise<Result[]> {
  const graph = new ImportGraph(ROOT, CHECKERS);
  const files = globSync(`${CHECKERS}/**/*.ts`, { cwd: ROOT })
    .filter((file) => !UNJUDGED.test(file) && new RegExp(options.only).test(file))
    .sort();
  const broken = files.map((file) => {
    const mutants = chosen(mutantsOf(file, readFileSync(`${ROOT}/${file}`, "utf8")), file);
    return { file, mutants, tests: graph.testsOf(file) };
  });
  const msMax = await trialMsMax([...new Set(broken.flatMap(({ tests }) => tests))]);
  const jobs = broken.flatMap(({ file, mutants, tests }) =>
    mutants.map((mutant) => ({ file, mutant, tests, msMax })),
  );
  // In an order drawn by the seed, so that a campaign cut short is a fair sample.
  const random = seededRandom(options.seed).fork("order");
  const drawn = jobs.map((job) => ({ job, at: random.next() })).sort((a, b) => a.at - b.at);
  return inParallel(drawn.map(({ job }) => job));
}

/** Unbroken, the tests must pass; a mutant may take three times as long. */
async function trialMsMax(tests: readonly string[]): Promise<number> {
  using copy = new CopyOfTree(ROOT);
  const startedMs = performance.now();
  const trial = await copy.try(`${CHECKERS}/judge.ts`, undefined, tests, UNBROKEN_MS_MAX);
  if (trial !== "survived") throw new Error(`unbroken, the checkers' tests end as "${trial}"`);
  const tookMs = performance.now() - startedMs;
  progress(`unbroken: ${tests.length} test files in ${(tookMs / 1000).toFixed(0)} s`);
  return 3 * tookMs;
}

async function inParallel(jobs: readonly Job[]): Promise<Result[]> {
  const waiting = [...jobs];
  const endMs = performance.now() + Number(options.minutes) * 60_000;
  const done: Result[] = [];
  const work = async (): Promise<void> => {
    using copy = new CopyOfTree(ROOT);
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
      if (performance.now() > endMs) return;
      const { file, mutant, tests, msMax } = job;
      const source = readFileSync(`${ROOT}/${file}`, "utf8");
      const broken = source.slice(0, mutant.start) + mutant.replacement + source.slice(mutant.end);
      // What no test ever runs, none can notice.
      const trial = tests.length === 0 ? "survived" : await copy.try(file, broken, tests, msMax);
      done.push({ file, mutant, trial });
      progress(`${done.length}/${jobs.length} ${trial} ${file}:${mutant.line} ${mutant.says}`);
    }
  };
  await Promise.all(Array.from({ length: Number(options.parallel) }, work));
  return done;
}

/** All, or a sample that the seed and the file's name decide. */
function chosen(mutants: readonly Mutant[], file: string): readonly Mutant[] {
  const count = Number(options.sample ?? mutants.length);
  const random = seededRandom(options.seed).fork(file);
  const drawn = mutants.map((mutant) => ({ mutant, at: random.next() }));
  return drawn
    .sort((a, b) => a.at - b.at)
    .slice(0, count)
    .map(({ mutant }) => mutant)
    .sort((a, b) => a.start - b.start);
}

function shareKilled(all: readonly Result[]): number {
  return all.filter(({ trial }) => trial !== "survived").length / Math.max(1, all.length);
}

function reportOf(all: readonly Result[]): string {
  const percent = (part: readonly Result[]): string => `${(100 * shareKilled(part)).toFixed(1)} %`;
  const files = [...new Set(all.map(({ file }) => file))].sort();
  const rows = files.map((file) => {
    const own = all.filter((result) => result.file === file);
    const count = (trial: Trial): number => own.filter((result) => result.trial === trial).length;
    const name = file.slice(CHECKERS.length + 1);
    return `| ${name} | ${own.length} | ${count("killed")} | ${count("late")} | ${count("survived")} | ${percent(own)} |`;
  });
  const survivors = all
    .filter(({ trial }) => trial === "survived")
    .sort((a, b) => a.file.localeCompare(b.file) || a.mutant.start - b.mutant.start)
    .map(
      ({ file, mutant }) => `- ${file.slice(CHECKERS.length + 1)}:${mutant.line} ${mutant.says}`,
    );
  const drawn = [
    options.sample === undefined ? "all" : `${options.sample} of each file`,
    options.minutes === "Infinity" ? "" : `, as many as ${options.minutes} minutes allowed`,
    `, seed ${options.seed}`,
  ].join("");
  return [
    "# Mutants of the checkers",
    "",
    "Each mutant is a checker with one small mistake: a condition dropped, a bound flipped, an earliest taken for a",
    "latest. It is killed when a test of the checkers fails, or no longer ends. Made by `npm run campaign:mutants`:",
    `${drawn}. **${percent(all)} of ${all.length} killed** (goal: ${100 * GOAL} %).`,
    "",
    "| checker | mutants | killed | never ended | survived | share killed |",
    "|---|---:|---:|---:|---:|---:|",
    ...rows,
    "",
    ...(survivors.length === 0 ? [] : ["## Survivors", "", ...survivors, ""]),
  ].join("\n");
}

function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}
