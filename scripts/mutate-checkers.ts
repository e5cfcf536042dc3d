/**
 * Do the checkers' tests bite? Breaks the checkers in every small way there is, one at a time, and runs their tests: a
 * mutant that no test notices has survived. `--sample N` tries N of each file. What is known is kept in a file, so that
 * a campaign may be cut short by `--minutes` and taken up again by the same command.
 *
 *     npm run campaign:mutants -- [--only REGEXP] [--sample N] [--minutes N] [--parallel N] [--seed S] [--state FILE]
 *                                 [--write [--note TEXT]]
 *
 * The tests of survivors are written from samples, so a published table is of another: its seed is drawn after that work,
 * and `--note` says so.
 */
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { seededRandom } from "../holdfast/src/base/random.ts";
import { allMutants, type MutatedFile } from "./mutants/all-mutants.ts";
import { Memory } from "./mutants/memory.ts";
import { GOAL, type Result, reportOf, shareKilled } from "./mutants/report.ts";
import { trace } from "./mutants/trace.ts";
import { type Job, Trials } from "./mutants/trials.ts";

const ROOT: string = fileURLToPath(new URL("..", import.meta.url));
const REPORT = "docs/results/mutants.md";
const SAVE_EVERY_MS = 5000;
const UNFINISHED_EXIT_CODE = 2;

const { values: options } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    sample: { type: "string" },
    minutes: { type: "string", default: "Infinity" },
    parallel: { type: "string", default: String(Math.max(1, cpus().length)) },
    seed: { type: "string", default: "1" },
    state: { type: "string", default: ".holdfast/mutants.json" },
    write: { type: "boolean", default: false },
    note: { type: "string" },
  },
});
const endMs = performance.now() + Number(options.minutes) * 60_000;
const isOver = (): boolean => performance.now() > endMs;

process.exitCode = await campaign();

async function campaign(): Promise<number> {
  const memory = new Memory(options.state);
  if (!(await trace({ root: ROOT, memory, isOver, progress }))) return unfinished("tests to time");
  const jobs = allMutants(ROOT)
    .filter(({ file }) => new RegExp(options.only).test(file))
    .flatMap((file) => chosen(file));
  const trials = new Trials(ROOT, memory);
  const open = inDrawnOrder(jobs.filter((job) => trials.fateOf(job) === undefined));
  progress(`${jobs.length} mutants, ${open.length} to try`);
  let tried = 0;
  let saveAtMs = 0;
  const save = (): void => {
    memory.save();
    saveAtMs = performance.now() + SAVE_EVERY_MS;
  };
  const work = (): Promise<void> =>
    trials.work(open, isOver, ({ of, index }, fate) => {
      if (performance.now() > saveAtMs) save();
      const { line, says } = of.mutants[index] as MutatedFile["mutants"][number];
      progress(`${(tried += 1)} ${fate} ${of.file}:${line} ${says}`);
    });
  try {
    await Promise.all(Array.from({ length: Number(options.parallel) }, work));
  } finally {
    save();
  }
  const results = jobs.flatMap((job): Result[] => {
    const fate = trials.fateOf(job);
    return fate === undefined ? [] : [{ ...job, fate }];
  });
  const report = reportOf(results, drawn(results.length, jobs.length));
  process.stdout.write(report);
  if (options.write) writeFileSync(`${ROOT}/${REPORT}`, report);
  if (results.length < jobs.length) return unfinished("mutants");
  return shareKilled(results) >= GOAL ? 0 : 1;
}

function unfinished(what: string): number {
  progress(`time is over, and some ${what} are left: the same command goes on`);
  return UNFINISHED_EXIT_CODE;
}

/** All, or a sample that the seed and the file's name decide. */
function chosen(of: MutatedFile): Job[] {
  const random = seededRandom(options.seed).fork(of.file);
  return drawnInOrder(
    of.mutants.map((_, index) => ({ of, index })),
    random,
  )
    .slice(0, Number(options.sample ?? of.mutants.length))
    .sort((a, b) => a.index - b.index);
}

/** So that a campaign cut short is a fair sample. */
function inDrawnOrder(jobs: readonly Job[]): Job[] {
  return drawnInOrder(jobs, seededRandom(options.seed).fork("order"));
}

function drawnInOrder<T>(items: readonly T[], random: { next(): number }): T[] {
  const drawn = items.map((item) => ({ item, at: random.next() }));
  return drawn.sort((a, b) => a.at - b.at).map(({ item }) => item);
}

function drawn(tried: number, all: number): string {
  const which = options.sample === undefined ? "all" : `${options.sample} of each file`;
  const part = tried === all ? "" : `, ${tried} of ${all} tried so far`;
  const note = options.note === undefined ? "" : ` (${options.note})`;
  return `${which}, seed ${options.seed}${note}${part}`;
}

function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}
