/**
 * Side-by-side measurements: Holdfast, and whatever other tools are on PATH, pinned and interleaved. `npm run bench`.
 * Each suite says how it measures; README.md beside this file says how to read it.
 */
import { resolve } from "node:path";
import { messageOf } from "../holdfast/src/base/errors.ts";
import { stopChildrenOnSignal } from "./harness/child.ts";
import { compareResults, renderChanges } from "./harness/compare.ts";
import { describeMachine } from "./harness/machine.ts";
import { type BenchOptions, HELP, parseOptions } from "./harness/options.ts";
import { renderTerminal } from "./harness/render.ts";
import type { Suite, SuiteName, SuiteResult } from "./harness/result.ts";
import { readStored, store } from "./harness/store.ts";
import { note, print } from "./harness/terminal.ts";
import { arrival } from "./suites/arrival.ts";
import { connections } from "./suites/connections.ts";
import { freeze } from "./suites/freeze.ts";
import { http } from "./suites/http.ts";
import { checkers, engine, histogram, history, large } from "./suites/parts.ts";
import { http2 } from "./suites/http2.ts";
import { race } from "./suites/race.ts";
import { startup } from "./suites/startup.ts";
import { tls } from "./suites/tls.ts";
import { vus } from "./suites/vus.ts";
import { websocket } from "./suites/websocket.ts";

const SUITES: Record<SuiteName, Suite> = {
  http,
  tls,
  connections,
  arrival,
  freeze,
  vus,
  startup,
  engine,
  history,
  histogram,
  checkers,
  large,
  race,
  http2,
  websocket,
};

stopChildrenOnSignal();
process.exitCode = await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<number> {
  try {
    const options = parseOptions(argv);
    if (options !== undefined) return await runSuites(options);
    print(HELP);
    return 0;
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    return 1;
  }
}

/** A suite that fails does not keep the others from running; it makes the exit code 1. */
async function runSuites(options: BenchOptions): Promise<number> {
  if (options.cpuProfile !== "") {
    process.env["NODE_OPTIONS"] = `--cpu-prof --cpu-prof-dir=${resolve(options.cpuProfile)}`;
  }
  let exitCode = 0;
  for (const name of options.suites) {
    note(`${name}: ${options.settings.rounds} rounds`);
    try {
      await runSuite(name, options);
    } catch (error) {
      note(`${name} failed: ${messageOf(error)}`);
      exitCode = 1;
    }
  }
  return exitCode;
}

async function runSuite(
  name: SuiteName,
  { settings, compare, storing, out }: BenchOptions,
): Promise<void> {
  const findings = await SUITES[name].run(settings);
  const result: SuiteResult = {
    suite: name,
    measuredAt: new Date().toISOString(),
    machine: describeMachine(),
    settings,
    ...findings,
  };
  print(`\n${renderTerminal(findings)}\n`);
  if (compare) printChanges(result, out);
  // Stored suite by suite, so that a long campaign that is cut short keeps what it has.
  if (storing) store(out, [result]);
}

function printChanges(result: SuiteResult, out: string): void {
  const before = readStored(out).find(({ suite }) => suite === result.suite);
  print(`against the stored result of ${before?.measuredAt ?? "no day"}:\n`);
  print(renderChanges(before === undefined ? [] : compareResults(before, result)));
}
