/** The score of a campaign as Markdown: `docs/results/bugs.md`. */
import { clopperPearson } from "./clopper-pearson.ts";
import type { CampaignStory } from "./campaign.ts";
import type { BugScore, CanaryScore, CleanScore, Score } from "./score.ts";

export function tableOf(score: Score, story: CampaignStory & { command: string }): string {
  const { bugs, clean, canaries } = score;
  const { command, parts, seed, commits, made, planned } = story;
  const runs = sum(clean, ({ runs: count }) => count);
  const alarms = clean.flatMap((row) => row.alarms.map((alarm) => `- ${row.suite}: ${alarm}`));
  const open = clean.flatMap((row) => row.undecided.map((why) => `- ${row.suite}: ${why}`));
  const slow = clean.flatMap((row) => row.slow.map((why) => `- ${row.suite}: ${why}`));
  return [
    "# Planted bugs, and who catches them",
    "",
    `Made by \`${command}\`: smoke profiles, ${parts} parts, ${made} of ${planned} planned runs,`,
    `seed ${seed}, commit${commits.length === 1 ? "" : "s"} ${commits.join(", ")}.`,
    "",
    "A bug counts as caught only when the invariant that is to name it fails, with exit 90 and a proof from the first",
    "60 s. *Interval* is the exact 95 % interval (Clopper and Pearson) of the probability to catch it. *Proved after* is the",
    "time from the start of the load to the end of the last operation of the proof; a proof that needs the audit has the",
    "audit's time, after the load.",
    "",
    ...canaryLines(canaries),
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
    "*Without a verdict*: the load generator was the bottleneck, or too little was seen, also when the run was *made again*",
    "(at most twice). *Slow*: every invariant held, a threshold did not.",
    "",
    "| system | suite | runs | false alarms | without a verdict | made again | slow |",
    "|---|---|---:|---:|---:|---:|---:|",
    ...clean.map(cleanLine),
    "",
    ...section("## False alarms", alarms),
    ...section("## Without a verdict", open),
    ...section("## Slow", slow),
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

function canaryLines(canaries: readonly CanaryScore[]): string[] {
  if (canaries.length === 0) return ["No canary had its turn."];
  const missed = canaries.filter(({ noticed }) => !noticed);
  const lines = missed.map(({ planted }) => `**VOID: the canary was not noticed** (${planted}).`);
  const noticed = canaries.filter((canary) => canary.noticed).map(({ planted }) => planted);
  if (noticed.length === 0) return lines;
  return [
    ...lines,
    `Noticed: ${noticed.join(", ")}. Each was a canary: planted in a run that was passed off as clean.`,
  ];
}

function cleanLine({ system, suite, runs, alarms, undecided, repeats, slow }: CleanScore): string {
  return (
    `| ${system} | ${suite} | ${runs} | ${alarms.length} | ${undecided.length} | ${repeats} ` +
    `| ${slow.length} |`
  );
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
