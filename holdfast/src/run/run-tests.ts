/** All load tests of the given paths, one after another. Everything wrong with any of them is said before the first. */
import { writeFile } from "node:fs/promises";
import { flushCompileCache } from "node:module";
import { basename, join, relative, resolve } from "node:path";
import { monotonicNs, wallTime } from "../base/clock.ts";
import { EXIT, messageOf, ProblemsError } from "../base/errors.ts";
import type { ExitCode } from "../base/errors.ts";
import { loadRows } from "../scenario/load-rows.ts";
import { worstExit } from "../verdict/exit-order.ts";
import type { RunResult } from "../verdict/result.ts";
import { EngineThreads } from "./engine-threads.ts";
import { findTests } from "./load-script.ts";
import { prepareRun } from "./prepare-run.ts";
import type { PlannedRun, PreparedTest, RunOptions } from "./prepare-run.ts";
import { selectTests } from "./select-tests.ts";
import type { SelectedTest } from "./select-tests.ts";
import type { RunHost } from "./terminal.ts";
import { threadTasks } from "./thread-tasks.ts";

export interface TestsRun {
  /** In order; a run that was interrupted is the last. */
  results: RunResult[];
  /** The worst of theirs. */
  exitCode: ExitCode;
  /** Where the file is that tells of all of them, or why it is not; undefined when there was one test only. */
  summary: string | undefined;
}

/** `firstThreads` are for the first test; the others get threads of their own. */
export async function runTests(
  paths: readonly string[],
  options: RunOptions,
  host: RunHost,
  firstThreads: EngineThreads,
): Promise<TestsRun> {
  const startedAt = wallTime();
  const found = await Promise.all(paths.map((path) => findTests(path, host.cwd)));
  const tests = selectTests(found.flat(), options);
  const prepared = await prepareAll(tests);
  const results: RunResult[] = [];
  for (const [index, test] of prepared.entries()) {
    await using threads = index === 0 ? firstThreads : new EngineThreads(options.threads);
    const run: PlannedRun = { ...test, startedAt: wallTime(), seed: seedOf(test) };
    // The threads read what was compiled here. Of a script that has just been written, taking its types off is most of
    // the time to its first request, and need not be done twice.
    flushCompileCache();
    threads.load(threadTasks(run));
    // What the run itself takes is loaded here while the threads load the script.
    const { runTest } = await import("./run.ts");
    const result = await runTest(run, host, threads);
    results.push(result);
    if (result.exitCode === EXIT.stoppedFromOutside) break;
  }
  const exitCode = worstExit(...results.map((result) => result.exitCode as ExitCode));
  if (tests.length < 2) return { results, exitCode, summary: undefined };
  const { renderSeveral } = await import("../report/several.ts");
  const { runId } = await import("./run-folder.ts");
  const title = paths.map((path) => nameOf(path, host.cwd)).join(", ");
  const notRun = tests.slice(results.length).map(({ loaded }) => loaded.test.name);
  const file = join(options.out, `${runId(startedAt, title)}.md`);
  try {
    await writeFile(file, renderSeveral({ title, results, exitCode, notRun }));
    return { results, exitCode, summary: relative(host.cwd, file) };
  } catch (error) {
    return { results, exitCode, summary: `could not be written: ${messageOf(error)}` };
  }
}

/** As it is called from here; a folder that is here, or lies elsewhere, by its own name. */
function nameOf(path: string, cwd: string): string {
  const full = resolve(cwd, path);
  const here = relative(cwd, full);
  return here === "" || here.startsWith("..") ? basename(full) : here;
}

function seedOf({ options }: PreparedTest): string {
  return options.seed ?? String(monotonicNs() % 1_000_000_007n);
}

async function prepareAll(tests: readonly SelectedTest[]): Promise<PreparedTest[]> {
  const prepared: PreparedTest[] = [];
  const problems: string[] = [];
  for (const { loaded, options } of tests) {
    const { test, file } = loaded;
    try {
      prepared.push({ loaded, options, prepared: prepareRun(test, options) });
      await loadRows(test, file);
    } catch (error) {
      if (!(error instanceof ProblemsError)) throw error;
      const prefix = tests.length > 1 ? `${test.name}: ` : "";
      problems.push(...error.problems.map((problem) => prefix + problem));
    }
  }
  if (problems.length > 0) throw new ProblemsError("the load test", problems);
  return prepared;
}
