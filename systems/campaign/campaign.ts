/** A sitting of a campaign: makes the runs that are planned and not made yet, and adds them up with those that are. */
import type { SystemDefinition } from "holdfast";
import { codeOf, commitNow } from "./code-of.ts";
import type { Journal, Noted } from "./journal.ts";
import type { CampaignOptions } from "./options.ts";
import type { PlannedRun } from "./plan.ts";
import { huntFor, planCampaign } from "./plan.ts";
import type { RunOutcome } from "./run-suite.ts";
import { runSuite } from "./run-suite.ts";
import type { Finished, Score } from "./score.ts";
import { isCaught, isUndecided, scoreOf } from "./score.ts";

/** A clean run without a verdict proves nothing either way: it is made again so many times, and the table says so. */
const REPEATS_MAX = 2;
const MS_PER_MINUTE = 60_000;

/** How a score came about. */
export interface CampaignStory {
  readonly parts: string;
  readonly seed: string;
  /** That were checked out while its runs were made. */
  readonly commits: readonly string[];
  readonly made: number;
  readonly planned: number;
}

export async function runCampaign(
  systems: readonly SystemDefinition[],
  options: CampaignOptions,
  journal: Journal,
  say: (line: string) => void,
): Promise<{ score: Score; story: CampaignStory }> {
  const { parts, only, parallel, minutes, quick } = options;
  if (!systems.some(({ name }) => only.test(name))) {
    const names = systems.map(({ name }) => name).join(", ");
    throw new Error(`--only must match one of ${names}, got "${only.source}"`);
  }
  const seed = options.seed ?? journal.seed ?? crypto.randomUUID();
  const plan = planCampaign(systems, { ...options, seed });
  const codes = new Map(systems.map((system) => [system.name, codeOf(system)]));
  const isSame = (run: Noted): boolean =>
    run.seed === seed && run.parts === parts && run.code === codes.get(run.system);
  const known = journal.noted.filter(isSame);
  const outcomes = new Map(known.map(({ outcome }) => [outcome.name, outcome]));
  const commits = new Set(known.map(({ commit }) => commit));

  const finished: Finished[] = plan.flatMap((run) => {
    const outcome = outcomes.get(run.name);
    return outcome === undefined ? [] : [{ run, outcome }];
  });
  const waiting = plan.filter(({ name, system }) => !outcomes.has(name) && only.test(system.name));
  const planned = finished.length + waiting.length;
  const endMs = performance.now() + minutes * MS_PER_MINUTE;
  const commit = commitNow();

  const make = async (run: PlannedRun): Promise<Finished> => {
    const outcome = await untilDecided(run, optionsOf(run, parts));
    const code = codes.get(run.system.name) ?? "";
    journal.note({ system: run.system.name, code, seed, parts, commit, outcome });
    commits.add(commit);
    const one = { run, outcome };
    finished.push(one);
    say(`${finished.length}/${planned} ${run.name}: ${outcome.verdict}, ${outcome.headline}`);
    return one;
  };
  const work = async (): Promise<void> => {
    while (performance.now() < endMs) {
      const run = waiting.shift();
      if (run === undefined) return;
      const one = await make(run);
      if (quick && run.bug !== undefined && !isCaught(one)) {
        say(`${run.name} was missed, so it is tried once more`);
        await make(huntFor(run.system, run.bug, 2));
      }
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  const story = { parts, seed, commits: [...commits], made: finished.length, planned };
  return { score: scoreOf(finished), story };
}

async function untilDecided(run: PlannedRun, options: readonly string[]): Promise<RunOutcome> {
  for (let repeats = 0; ; repeats++) {
    const outcome = { ...(await runSuite(run, options)), repeats };
    const isOpen = run.kind === "clean" && isUndecided(outcome);
    if (!isOpen || repeats === REPEATS_MAX) return outcome;
  }
}

/** Where a bug is looked for, the load ends with the first certain proof; a clean run goes on to its end. */
function optionsOf({ kind, profile }: PlannedRun, parts: string): string[] {
  const options = ["--profile", profile, "--parts", parts];
  return kind === "bug" ? [...options, "--stop-on-violation"] : options;
}
