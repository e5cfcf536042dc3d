/** `holdfast run`: every load test of the given paths, one after another; the exit code is the worst of them. */
import { resolve } from "node:path";
import { EngineThreads } from "../run/engine-threads.ts";
import type { RunOptions } from "../run/prepare-run.ts";
import { RUNS_FOLDER } from "../run/folders.ts";
import type { CommandAction } from "./commands.ts";

export const runCommand: CommandAction = async (host, args, options) => {
  const paths = args.length === 0 ? ["."] : args;
  const runOptions = optionsOf(host.cwd, options as unknown as GivenOptions);
  await using threads = new EngineThreads(runOptions.threads, host.firstThread);
  const { runTests } = await import("../run/run-tests.ts");
  const { results, exitCode, summary } = await runTests(paths, runOptions, host, threads);
  if (options["json"] === true) {
    host.out.write(`${JSON.stringify(results.length === 1 ? results[0] : results)}\n`);
  } else if (summary !== undefined) {
    const { printable } = await import("../run/printable.ts");
    const width = Math.max(...results.map(({ run }) => run.name.length));
    for (const { verdict, run, headline } of results) {
      const line = `${verdict.padEnd(8)} ${run.name.padEnd(width)}  ${headline}\n`;
      host.out.write(printable(line));
    }
    host.out.write(`summary: ${summary}\n`);
  }
  return exitCode;
};

/** The command table has checked every value by now. */
interface GivenOptions extends Partial<Pick<RunOptions, "threads" | "env">> {
  profile?: RunOptions["profile"];
  target?: string;
  parts?: RunOptions["parts"];
  bug?: string;
  seed?: string;
  out?: string;
  vus?: number;
  duration?: string;
  iterations?: number;
  rate?: RunOptions["overrides"]["rate"];
  scenario?: string[];
  quiet?: true;
  json?: true;
  history: boolean;
  raw: boolean;
  stopOnViolation?: true;
}

function optionsOf(cwd: string, given: GivenOptions): RunOptions {
  const { vus, duration, iterations, rate, scenario } = given;
  return {
    profile: given.profile,
    overrides: { vus, duration, iterations, rate, scenarios: scenario },
    target: given.target,
    parts: given.parts,
    bug: given.bug,
    threads: given.threads ?? 1,
    env: given.env ?? {},
    seed: given.seed,
    out: resolve(cwd, given.out ?? RUNS_FOLDER),
    volume: given.json === true ? "silent" : given.quiet === true ? "quiet" : "full",
    keepHistory: given.history,
    keepRaw: given.raw,
    stopOnViolation: given.stopOnViolation === true,
  };
}
