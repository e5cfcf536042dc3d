/**
 * Which runs a campaign makes, in the order that the seed decides, so that a bug meets fast and slow minutes of the
 * machine alike. One of each system's clean runs is no clean run at all: a bug is planted in it, and only the plan knows.
 * Whoever judges clean runs must notice; a campaign that does not is void (the canary).
 */
import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { PlantedBug, SystemDefinition } from "holdfast";

/** Of clean runs, and of bugs that recommend none. */
const PROFILE = "smoke";

export interface PlannedRun {
  /** Says which run this is, also in a later sitting: `flash-sale/last-item.load.ts clean 3`. */
  readonly name: string;
  readonly kind: "bug" | "clean";
  readonly system: SystemDefinition;
  /** A file of the system's `load/`. */
  readonly suite: string;
  readonly profile: string;
  /** What the run looks for; of a clean run nothing. */
  readonly bug: PlantedBug | undefined;
  /** What is planted in it: `bug`, or the canary. */
  readonly planted: string | undefined;
}

export interface CampaignSize {
  readonly tries: number;
  /** Of each system, over its suites in turn. */
  readonly cleanRuns: number;
  readonly seed: string;
}

export function planCampaign(
  systems: readonly SystemDefinition[],
  { tries, cleanRuns, seed }: CampaignSize,
): PlannedRun[] {
  const drawn = (name: string): string =>
    createHash("sha256").update(`${seed} ${name}`).digest("hex");
  const runs = systems.flatMap((system) => [
    ...system.bugs.flatMap((bug) =>
      Array.from({ length: tries }, (_, attempt) => huntFor(system, bug, attempt + 1)),
    ),
    ...cleanRunsOf(system, cleanRuns),
    ...(cleanRuns > 0 ? [canaryOf(system, drawn)] : []),
  ]);
  return runs.sort((a, b) => drawn(a.name).localeCompare(drawn(b.name)));
}

/** One run that looks for a bug; `attempt` counts from 1. */
export function huntFor(system: SystemDefinition, bug: PlantedBug, attempt: number): PlannedRun {
  const name = `${system.name} ${bug.name} ${attempt}`;
  return { name, kind: "bug", system, ...whereToFind(bug), bug, planted: bug.name };
}

function cleanRunsOf(system: SystemDefinition, count: number): PlannedRun[] {
  const suites = suitesOf(system);
  return Array.from({ length: count }, (_, attempt) => {
    const suite = suites[attempt % suites.length] as string;
    const name = `${system.name}/${suite} clean ${Math.floor(attempt / suites.length) + 1}`;
    const nothing = { bug: undefined, planted: undefined };
    return { name, kind: "clean", system, suite, profile: PROFILE, ...nothing };
  });
}

function canaryOf(system: SystemDefinition, drawn: (name: string) => string): PlannedRun {
  const place = (bug: PlantedBug): string => drawn(`canary ${bug.name}`);
  const [bug] = system.bugs.toSorted((a, b) => place(a).localeCompare(place(b)));
  if (bug === undefined) throw new Error(`${system.name} has no planted bug`);
  const found = whereToFind(bug);
  const name = `${system.name}/${found.suite} clean, once more`;
  return { name, kind: "clean", system, ...found, bug: undefined, planted: bug.name };
}

function whereToFind({ name, recommended }: PlantedBug): { suite: string; profile: string } {
  if (recommended === undefined) throw new Error(`the bug ${name} recommends no suite`);
  return { suite: recommended.suite, profile: recommended.profile ?? PROFILE };
}

function suitesOf(system: SystemDefinition): string[] {
  return readdirSync(loadFolder(system)).filter((name) => name.endsWith(".load.ts"));
}

export function loadFolder(system: SystemDefinition): string {
  return join(dirname(fileURLToPath(system.entry)), "../load");
}
