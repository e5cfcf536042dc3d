/**
 * Which runs a campaign makes, in the order that the seed decides, so that a bug meets fast and slow minutes of the
 * machine alike. One of the clean runs is no clean run at all: a bug is planted in it, and only the plan knows. Whoever
 * judges clean runs must notice; a campaign that does not is void (the canary).
 */
import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { PlantedBug, SystemDefinition } from "holdfast";

export interface PlannedRun {
  /** Says which run this is, also in a later sitting: `flash-sale/last-item.load.ts clean 3`. */
  readonly name: string;
  readonly kind: "bug" | "clean";
  readonly system: SystemDefinition;
  /** A file of the system's `load/`. */
  readonly suite: string;
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
    ...system.bugs.flatMap((bug) => hunts(system, bug, tries)),
    ...cleanRunsOf(system, cleanRuns),
  ]);
  if (cleanRuns > 0) runs.push(canaryOf(systems, drawn));
  return runs.sort((a, b) => drawn(a.name).localeCompare(drawn(b.name)));
}

function canaryOf(
  systems: readonly SystemDefinition[],
  drawn: (name: string) => string,
): PlannedRun {
  const bugs = systems.flatMap((system) => system.bugs.map((bug) => ({ system, bug })));
  const place = ({ bug }: { bug: PlantedBug }): string => drawn(`canary ${bug.name}`);
  const [first] = bugs.sort((a, b) => place(a).localeCompare(place(b)));
  if (first === undefined) throw new Error("none of the systems has a planted bug");
  const { system, bug } = first;
  const name = `${system.name}/${suiteOf(bug)} clean, once more`;
  return { name, kind: "clean", system, suite: suiteOf(bug), bug: undefined, planted: bug.name };
}

function hunts(system: SystemDefinition, bug: PlantedBug, tries: number): PlannedRun[] {
  return Array.from({ length: tries }, (_, attempt) => ({
    name: `${system.name} ${bug.name} ${attempt + 1}`,
    kind: "bug",
    system,
    suite: suiteOf(bug),
    bug,
    planted: bug.name,
  }));
}

function cleanRunsOf(system: SystemDefinition, count: number): PlannedRun[] {
  const suites = suitesOf(system);
  return Array.from({ length: count }, (_, attempt) => {
    const suite = suites[attempt % suites.length] as string;
    const name = `${system.name}/${suite} clean ${Math.floor(attempt / suites.length) + 1}`;
    return { name, kind: "clean", system, suite, bug: undefined, planted: undefined };
  });
}

function suiteOf({ name, recommended }: PlantedBug): string {
  if (recommended === undefined) throw new Error(`the bug ${name} recommends no suite`);
  return recommended.suite;
}

function suitesOf(system: SystemDefinition): string[] {
  return readdirSync(loadFolder(system)).filter((name) => name.endsWith(".load.ts"));
}

export function loadFolder(system: SystemDefinition): string {
  return join(dirname(fileURLToPath(system.entry)), "../load");
}
