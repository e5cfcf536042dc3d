/** All load tests of the given paths, one after another. Everything wrong with any of them is said before the first. */
import { EXIT, ProblemsError } from "../base/errors.ts";
import type { ExitCode } from "../base/errors.ts";
import { loadRows } from "../scenario/load-rows.ts";
import { worstExit } from "../verdict/exit-order.ts";
import type { RunResult } from "../verdict/result.ts";
import { EngineThreads } from "./engine-threads.ts";
import { findTests } from "./load-script.ts";
import type { LoadedTest } from "./load-script.ts";
import { prepareRun } from "./prepare-run.ts";
import type { RunOptions } from "./prepare-run.ts";
import { runTest } from "./run.ts";
import type { RunHost } from "./terminal.ts";

/**
 * `firstThreads` are for the first test; the others get threads of their own. Gives the results in order, and the worst of
 * their exit codes. A run that was interrupted is the last.
 */
export async function runTests(
  paths: readonly string[],
  options: RunOptions,
  host: RunHost,
  firstThreads: EngineThreads,
): Promise<{ results: RunResult[]; exitCode: ExitCode }> {
  const found = await Promise.all(paths.map((path) => findTests(path, host.cwd)));
  const tests = found.flat();
  await prepareAll(tests, options);
  const results: RunResult[] = [];
  for (const [index, test] of tests.entries()) {
    await using threads = index === 0 ? firstThreads : new EngineThreads(options.threads);
    const result = await runTest(test, options, host, threads);
    results.push(result);
    if (result.exitCode === EXIT.stoppedFromOutside) break;
  }
  return { results, exitCode: worstExit(...results.map((result) => result.exitCode as ExitCode)) };
}

async function prepareAll(tests: readonly LoadedTest[], options: RunOptions): Promise<void> {
  const problems: string[] = [];
  for (const { test, file } of tests) {
    try {
      prepareRun(test, options);
      await loadRows(test, file);
    } catch (error) {
      if (!(error instanceof ProblemsError)) throw error;
      const prefix = tests.length > 1 ? `${test.name}: ` : "";
      problems.push(...error.problems.map((problem) => prefix + problem));
    }
  }
  if (problems.length > 0) throw new ProblemsError("the load test", problems);
}
