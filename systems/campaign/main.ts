/**
 * `npm run bugs`: every planted bug of every reference system against the invariant that must catch it by name, and the
 * clean forms, which must never raise an alarm.
 *
 *   --quick          each bug once, no clean runs
 *   --tries N        runs of each bug (default 30)
 *   --clean N        clean runs of each system, over its suites in turn (default 100)
 *   --only REGEXP    only these systems
 *   --parts P        embedded (default) or real
 *   --seed S         of the order and the canary; drawn when not given
 *   --parallel N     runs at a time (default 1)
 *   --journal FILE   notes every finished run there, and does not repeat what is noted already
 *   --write FILE     keep the table there: docs/results/bugs.md
 *
 * Exit 1 when a bug was missed more often than its goal allows, a clean run raised an alarm, or the canary lived.
 */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { SYSTEMS } from "../systems.ts";
import type { PlannedRun } from "./plan.ts";
import { planCampaign } from "./plan.ts";
import type { RunOutcome } from "./run-suite.ts";
import { ROOT, runSuite } from "./run-suite.ts";
import type { Finished, Score } from "./score.ts";
import { scoreOf } from "./score.ts";
import { tableOf } from "./table.ts";

/** Of the tries of one bug. */
const CAUGHT_SHARE_MIN = 0.95;

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    tries: { type: "string", default: "30" },
    clean: { type: "string", default: "100" },
    only: { type: "string", default: "" },
    parts: { type: "string", default: "embedded" },
    seed: { type: "string" },
    parallel: { type: "string", default: "1" },
    journal: { type: "string" },
    write: { type: "string" },
  },
});

const systems = SYSTEMS.filter(({ name }) => new RegExp(values.only).test(name));
const plan = planCampaign(systems, {
  tries: values.quick ? 1 : Number(values.tries),
  cleanRuns: values.quick ? 0 : Number(values.clean),
  seed: values.seed ?? crypto.randomUUID(),
});
const score = scoreOf(await runAll(plan));
const command = commandOf(process.argv.slice(2));
const table = tableOf(score, command, values.parts);
process.stdout.write(table);
if (values.write !== undefined) writeFileSync(join(ROOT, values.write), table);
process.exitCode = isGood(score) ? 0 : 1;

async function runAll(runs: readonly PlannedRun[]): Promise<Finished[]> {
  const known = readJournal();
  const waiting = [...runs];
  const finished: Finished[] = [];
  const work = async (): Promise<void> => {
    for (let run = waiting.shift(); run !== undefined; run = waiting.shift()) {
      const outcome = known.get(run.name) ?? (await runSuite(run, optionsOf(run)));
      if (!known.has(run.name)) note(outcome);
      finished.push({ run, outcome });
      say(`${finished.length}/${runs.length} ${run.name}: ${outcome.verdict}, ${outcome.headline}`);
    }
  };
  await Promise.all(Array.from({ length: Number(values.parallel) }, work));
  return finished;
}

/** Where a bug is looked for, the load ends with the first certain proof; a clean run goes on to its end. */
function optionsOf({ kind }: PlannedRun): string[] {
  const options = ["--profile", "smoke", "--parts", values.parts];
  return kind === "bug" ? [...options, "--stop-on-violation"] : options;
}

/** As it is stated in the table; where the journal lay is nobody's concern. */
function commandOf(args: readonly string[]): string {
  const told = args.filter((arg, i) => arg !== "--journal" && args[i - 1] !== "--journal");
  return ["npm run bugs --", ...told].join(" ");
}

function isGood({ bugs, clean, canary }: Score): boolean {
  const caught = bugs.every((row) => row.caught >= CAUGHT_SHARE_MIN * row.tries);
  return caught && clean.every(({ alarms }) => alarms.length === 0) && canary?.noticed !== false;
}

function readJournal(): Map<string, RunOutcome> {
  const { journal } = values;
  if (journal === undefined || !existsSync(journal)) return new Map();
  const lines = readFileSync(journal, "utf8").trim().split("\n");
  const outcomes = lines.map((line) => JSON.parse(line) as RunOutcome);
  return new Map(outcomes.map((outcome) => [outcome.name, outcome]));
}

function note(outcome: RunOutcome): void {
  if (values.journal !== undefined) appendFileSync(values.journal, `${JSON.stringify(outcome)}\n`);
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
