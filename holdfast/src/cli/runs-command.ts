/** `holdfast runs`: what has been run here, newest first. */
import { join } from "node:path";
import { EXIT, HoldfastError } from "../base/errors.ts";
import { printable } from "../run/printable.ts";
import { RUNS_FOLDER, storedRuns } from "../run/run-folder.ts";
import { readResult } from "../run/stored-result.ts";
import type { CommandAction } from "./commands.ts";

export const runsCommand: CommandAction = async (host, _args, options) => {
  const rows = storedRuns(host.cwd)
    .reverse()
    .map((id) => rowOf(id, storedResult(join(host.cwd, RUNS_FOLDER, id))));
  if (options["json"] === true) host.out.write(`${JSON.stringify(rows)}\n`);
  else if (rows.length === 0) host.out.write("no runs here yet: holdfast run PATH makes one\n");
  else {
    const width = Math.max(...rows.map(({ id }) => id.length));
    for (const { verdict, id, headline } of rows)
      host.out.write(printable(`${verdict.padEnd(8)} ${id.padEnd(width)}  ${headline}\n`));
  }
  return EXIT.pass;
};

/** Of a result that was cut off in the middle, as by a full disk, no more is known than of none. */
function storedResult(folder: string): ReturnType<typeof readResult> {
  try {
    return readResult(folder);
  } catch (error) {
    if (error instanceof HoldfastError) return undefined;
    throw error;
  }
}

function rowOf(
  id: string,
  result: ReturnType<typeof readResult>,
): { id: string; verdict: string; exitCode: number | null; headline: string } {
  if (result === undefined) {
    return { id, verdict: "cut off", exitCode: null, headline: `judge it: holdfast check ${id}` };
  }
  return { id, verdict: result.verdict, exitCode: result.exitCode, headline: result.headline };
}
