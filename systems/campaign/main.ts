/**
 * `npm run bugs`: every planted bug of every reference system against the invariant that must catch it by name, and the
 * clean forms, which must never raise an alarm.
 *
 *   --quick          each bug once, a second time if it was missed, and no clean runs
 *   --tries N        runs of each bug (default 30)
 *   --clean N        clean runs of each system, over its suites in turn (default 100)
 *   --only REGEXP    make runs of these systems alone; of the others stands in the table what the journal knows
 *   --parts P        embedded (default) or real
 *   --seed S         of the order and the canaries; the journal's, or drawn, when not given
 *   --parallel N     runs at a time (default 1)
 *   --minutes N      begin no run after so many; with a journal the next sitting goes on from there
 *   --journal FILE   notes every finished run there, and does not repeat what is noted of the same code
 *   --write FILE     keep the table there: docs/results/bugs.md
 *
 * Exit 1 when a bug was missed more often than its goal allows, a clean run raised an alarm, or a canary lived.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { SYSTEMS } from "../systems.ts";
import { runCampaign } from "./campaign.ts";
import { openJournal } from "./journal.ts";
import { campaignOptions } from "./options.ts";
import { ROOT } from "./run-suite.ts";
import { isGood } from "./score.ts";
import { tableOf } from "./table.ts";

const BAD_INPUT = 104;

try {
  const args = process.argv.slice(2);
  const options = campaignOptions(args);
  const journal = openJournal(options.journal);
  const { score, story } = await runCampaign(SYSTEMS, options, journal, say);
  const table = tableOf(score, { ...story, command: commandOf(args) });
  process.stdout.write(table);
  if (options.write !== undefined) writeFileSync(join(ROOT, options.write), table);
  process.exitCode = isGood(score, { once: options.quick }) ? 0 : 1;
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = BAD_INPUT;
}

/** As it is stated in the table; in how many sittings it was made, and where its journal lay, is nobody's concern. */
function commandOf(args: readonly string[]): string {
  const untold = ["--journal", "--minutes"];
  const told = args.filter(
    (arg, i) => !untold.includes(arg) && !untold.includes(args[i - 1] ?? ""),
  );
  return ["npm run bugs --", ...told].join(" ");
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
