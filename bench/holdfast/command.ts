/** Holdfast as its users start it: the command line, with all of its processes counted. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Command } from "../harness/child.ts";
import { words } from "../harness/words.ts";
import { workplace } from "../harness/workplace.ts";

/** V8's flags as they are while a load flows, for the parts that are measured without one. */
export const V8_FLAGS: readonly string[] = words`--no-parallel-scavenge --no-page-promotion
  --no-separate-gc-phases --min-semi-space-size=16 --max-semi-space-size=16`;

const LAUNCHER = fileURLToPath(new URL("../../holdfast/bin/holdfast.js", import.meta.url));
const RUN = fileURLToPath(new URL("../../holdfast/src/run/run.ts", import.meta.url));

/** Why Holdfast cannot be measured; undefined when it can. */
export function lackingHoldfast(): string | undefined {
  return existsSync(RUN) ? undefined : "it cannot run load tests yet";
}

let runs = 0;

/** `holdfast run bench/holdfast/FILE --quiet …`, its results kept in a folder that goes with it. */
export function holdfastRun(file: string, options: readonly string[]): Command {
  return launch(LAUNCHER, fileURLToPath(new URL(file, import.meta.url)), options);
}

/** The same by another installation's launcher. */
export function launch(launcher: string, script: string, options: readonly string[]): Command {
  const scratch = workplace(`run-${++runs}`);
  return {
    argv: words`${process.execPath} ${launcher} run ${script} --quiet --out ${scratch} ${options}`,
    scratch,
  };
}
