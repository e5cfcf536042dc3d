/** `holdfast runs`: what has been run here, newest first. */
import { join } from "node:path";
import { EXIT } from "../base/errors.ts";
import { RUNS_FOLDER, storedRuns } from "../run/run-folder.ts";
import { readResult } from "../run/stored-result.ts";
import type { CommandAction } from "./commands.ts";

export const runsCommand: CommandAction = async (host, _args, options) => {
  const rows = storedRuns(host.cwd)
    .reverse()
    .map((id) => rowOf(id, readResult(join(host.cwd, RUNS_FOLDER, id))));
  if (options["json"] === true) host.out.write(`${JSON.stringify(rows)}\n`);
  else if (rows.length === 0) host.out.write("no runs here yet: holdfast run PATH makes one\n");
  else {
    const width = Math.max(...rows.map(({ id }) => id.length));
    for (const { verdict, id, headline } of rows)
      host.out.write(`${verdict.padEnd(8)} ${id.padEnd(width)}  ${headline}\n`);
  }
  return EXIT.pass;
};

function rowOf(
  id: string,
  result: ReturnType<typeof readResult>,
): { id: string; verdict: string; exitCode: number | null; headline: string } {
  if (result === undefined) {
    return { id, verdict: "cut off", exitCode: null, headline: `judge it: holdfast check ${id}` };
  }
  return { id, verdict: result.verdict, exitCode: result.exitCode, headline: result.headline };
}
