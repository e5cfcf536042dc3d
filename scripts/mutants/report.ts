/** The table of a campaign: how many mutants of each checker died, and which survived. */
import { CHECKERS } from "./all-mutants.ts";
import type { Fate } from "./memory.ts";
import type { Job } from "./trials.ts";

export interface Result extends Job {
  readonly fate: Fate;
}

export const GOAL = 0.95;

export function shareKilled(all: readonly Result[]): number {
  return all.filter(({ fate }) => isDead(fate)).length / Math.max(1, all.length);
}

function isDead(fate: Fate): boolean {
  return fate === "killed" || fate === "late";
}

/** `drawn` says which mutants these are. */
export function reportOf(all: readonly Result[], drawn: string): string {
  const files = [...new Set(all.map(({ of }) => of.file))].sort();
  const rows = files.map((file) =>
    rowOf(
      nameOf(file),
      all.filter(({ of }) => of.file === file),
    ),
  );
  const survivors = all
    .filter(({ fate }) => !isDead(fate))
    .sort((a, b) => a.of.file.localeCompare(b.of.file) || a.index - b.index)
    .map(({ of, index, fate }) => {
      const { line, says } = of.mutants[index] as (typeof of.mutants)[number];
      return `- ${nameOf(of.file)}:${line} ${says}${fate === "unreached" ? " (unreached)" : ""}`;
    });
  return [
    "# Mutants of the checkers",
    "",
    "Each mutant is a checker with one small mistake: a condition dropped, a bound flipped, an earliest taken for a",
    "latest. It is killed when a test of the checkers fails, or no longer ends. It is unreached when in no test's run",
    "it makes any difference. Made by `npm run campaign:mutants`:",
    `${drawn}. **${percent(all)} of ${all.length} killed** (goal: ${100 * GOAL} %).`,
    "",
    "| checker | mutants | killed | never ended | survived | unreached | share killed |",
    "|---|---:|---:|---:|---:|---:|---:|",
    ...rows,
    rowOf("all", all),
    "",
    ...(survivors.length === 0 ? [] : ["## Survivors", "", ...survivors, ""]),
  ].join("\n");
}

function rowOf(name: string, own: readonly Result[]): string {
  const count = (fate: Fate): number => own.filter((result) => result.fate === fate).length;
  const counts = (["killed", "late", "survived", "unreached"] as const).map(count).join(" | ");
  return `| ${name} | ${own.length} | ${counts} | ${percent(own)} |`;
}

function nameOf(file: string): string {
  return file.slice(CHECKERS.length + 1);
}

function percent(part: readonly Result[]): string {
  return `${(100 * shareKilled(part)).toFixed(1)} %`;
}
