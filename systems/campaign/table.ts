/** The score of a campaign as Markdown: `docs/results/bugs.md`. */
import { clopperPearson } from "./clopper-pearson.ts";
import type { BugScore, CleanScore, Score } from "./score.ts";

export function tableOf(score: Score, command: string, parts: string): string {
  const { bugs, clean, canary } = score;
  const runs = sum(clean, ({ runs: count }) => count);
  const alarms = clean.flatMap((row) => row.alarms.map((alarm) => `- ${row.suite}: ${alarm}`));
  const open = clean.flatMap((row) => row.undecided.map((why) => `- ${row.suite}: ${why}`));
  return [
    "# Planted bugs, and who catches them",
    "",
    `Made by \`${command}\`: smoke profiles, ${parts} parts. A bug counts as caught only when the invariant that is to`,
    "name it fails, with exit 90 and a proof from the first 60 s. *Interval* is the exact 95 % interval (Clopper and",
    "Pearson) of the probability to catch it. *Proved after* is the time from the start of the load to the end of the last",
    "operation of the proof; a proof that needs the audit has the audit's time, after the load.",
    "",
    canary === undefined
      ? "The campaign was too small for a canary."
      : canary.noticed
        ? `The canary was noticed: ${canary.planted}, planted in a run that was passed off as clean.`
        : `**VOID: the canary was not noticed** (${canary.planted}).`,
    "",
    "| system | bug | caught by | caught | interval | proved after (median) | operations in the proof | what it said |",
    "|---|---|---|---:|---|---:|---:|---|",
    ...bugs.map(bugLine),
    "",
    "## Clean forms",
    "",
    `${runs} runs, ${alarms.length} false alarms: with 95 % confidence at most ` +
      `${percent(clopperPearson(alarms.length, Math.max(1, runs), 0.9).high)} of clean runs raise one.`,
    "",
    "| system | suite | runs | false alarms | without a verdict |",
    "|---|---|---:|---:|---:|",
    ...clean.map(cleanLine),
    "",
    ...section("## False alarms", alarms),
    ...section("## Without a verdict", open),
  ].join("\n");
}

function bugLine(row: BugScore): string {
  const interval = `${percent(row.low)} – ${percent(row.high)}`;
  const after = Number.isNaN(row.provedMsMedian)
    ? "-"
    : `${(row.provedMsMedian / 1000).toFixed(1)} s`;
  return (
    `| ${row.system} | ${row.bug} | ${row.invariant} | ${row.caught} of ${row.tries} | ${interval} | ${after} ` +
    `| ${row.witnessesMax} | ${row.sentence.replaceAll("|", "\\|")} |`
  );
}

function cleanLine({ system, suite, runs, alarms, undecided }: CleanScore): string {
  return `| ${system} | ${suite} | ${runs} | ${alarms.length} | ${undecided.length} |`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, "", ...lines, ""];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function sum<T>(all: readonly T[], of: (one: T) => number): number {
  return all.reduce((total, one) => total + of(one), 0);
}
