/**
 * The last thing a run prints: the verdict first, why, how fast, and where the rest is. It fits a classic screen,
 * 24 lines of 80 columns, whatever the run was; what does not fit is counted and left to the report.
 *
 *      FAIL   the headline                          <- verdict, what the exit code means, which run
 *     ✗ no oversell                                 <- worst first; the first failing one with its proof
 *        812 ms   814 ms   816 ms
 *       ├─────────────┤       order phone …
 *     ✓ sold-out is honest    …
 *     load        175,053 requests · …              <- key figures, files, the command for a second look
 */
import pico from "picocolors";
import { formatBytes, formatCount } from "../base/units.ts";
import type { Verdict } from "../checker/finding.ts";
import type { InvariantResult, RunResult } from "../verdict/result.ts";
import { breakdownLines } from "./breakdown-lines.ts";
import {
  SUMMARY_BREAKDOWN_LINES_MAX,
  SUMMARY_COLUMNS_MAX,
  SUMMARY_COLUMNS_MIN,
  SUMMARY_LINES_MAX,
} from "./limits.ts";
import { racesText } from "./races.ts";
import { connectionsText, isSocketsOnly, messagesText } from "./sockets.ts";
import { textAxis } from "./text-axis.ts";
import { columnsOf, cut, fit, visible, wrap, wrapCommand } from "./text-columns.ts";
import {
  consideredText,
  counted,
  exitMeaning,
  formatMs,
  formatRate,
  formatShare,
  generatorSentence,
  headlineParts,
  metricOf,
  slipText,
  thresholdValue,
  VERDICT_MARK,
  verdictWord,
  WORST_FIRST,
} from "./wording.ts";

export interface SummaryOptions {
  /** Columns of the terminal; 80 when it is none. */
  width: number;
  color: boolean;
  /** Where the run's files are, as a person would type it. */
  folder?: string;
}

type Colors = ReturnType<typeof pico.createColors>;

const LABEL_COLUMNS = 12;
const NAME_COLUMNS_MAX = 26;
const NAME_MAX = 60;
const SENTENCE_LINES_MAX = 3;
const CONSIDERED_LINES_MAX = 2;
const BAR_COLUMNS_SHARE = 0.4;
/** About what a proof takes besides the name of its invariant. */
const PROOF_LINES = 9;
/** So many invariants are named before a table of the test's own gives way. */
const INVARIANTS_BESIDE_TABLES = 3;

/** At most SUMMARY_LINES_MAX lines, each with a line end. */
export function renderSummary(result: RunResult, options: SummaryOptions): string {
  const width = Math.min(SUMMARY_COLUMNS_MAX, Math.max(SUMMARY_COLUMNS_MIN, options.width));
  const colors = pico.createColors(options.color);
  const top = headLines(result, width, colors);
  const figures = labelled(figureRows(result), width, colors);
  const ending = labelled(endingRows(result, width, options.folder), width, colors);
  const taken = top.length + figures.length + ending.length + invariantLinesWanted(result) + 2;
  const tables = tableLines(result, width, colors, SUMMARY_LINES_MAX - taken);
  const bottom = [...figures, ...tables, ...ending];
  const room = SUMMARY_LINES_MAX - top.length - bottom.length - 2;
  const middle = invariantLines(result.invariants, width, colors, room);
  const parts = [top, middle, bottom].filter((lines) => lines.length > 0);
  return `${parts.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

/** The verdict in one line: all that `--quiet` prints. */
export function renderVerdictLine(result: RunResult, options: { color: boolean }): string {
  const colors = pico.createColors(options.color);
  const word = toned(result.verdict, colors)(verdictWord(result));
  return `${word} ${visible(result.headline)} (exit ${result.exitCode})\n`;
}

function headLines(result: RunResult, width: number, colors: Colors): string[] {
  const word = verdictWord(result);
  const stamp = colors.inverse(colors.bold(toned(result.verdict, colors)(` ${word} `)));
  const indent = columnsOf(word) + 4;
  const [first = "", ...rest] = wrap(visible(headlineOf(result)), width - indent, 2);
  const { run } = result;
  const facts = [
    visible(run.name),
    run.profile === "" ? "" : `${visible(run.profile)} profile`,
    formatMs(run.durationMs),
    // The seed stands in the last line, too.
    run.bug === null ? `seed ${visible(run.seed)}` : `planted bug ${visible(run.bug)}`,
    run.partial ? "partial" : "",
  ];
  return [
    `${stamp}  ${colors.bold(first)}`,
    ...rest.map((line) => " ".repeat(indent) + colors.bold(line)),
    colors.dim(cut(`exit ${result.exitCode}: ${exitMeaning(result.exitCode)}`, width)),
    colors.dim(cut(facts.filter((fact) => fact !== "").join(" · "), width)),
  ];
}

/** Without the finding's own sentence, which stands right below it with its proof. */
function headlineOf({ headline, invariants }: RunResult): string {
  const { title, lede } = headlineParts(headline);
  const told = invariants.some(
    ({ verdict, sentence }) => verdict === "fail" && lede.endsWith(sentence),
  );
  return told ? title : headline;
}

/** Worst first; the first failing one with its proof; whole sentences if there is room, else their beginnings. */
function invariantLines(
  invariants: readonly InvariantResult[],
  width: number,
  colors: Colors,
  room: number,
): string[] {
  const sorted = [...invariants].sort((a, b) => WORST_FIRST[a.verdict] - WORST_FIRST[b.verdict]);
  const listed = sorted.slice(0, SUMMARY_LINES_MAX);
  const longest = Math.max(0, ...listed.map((one) => columnsOf(visible(one.name))));
  const names = Math.min(NAME_COLUMNS_MAX, longest);
  const blocksOf = (sentenceLines: number): string[][] =>
    listed.map((one, index) =>
      index === 0 && one.verdict === "fail"
        ? proofLines(one, width, colors, room - Math.min(2, sorted.length - 1))
        : statementLines(one, names, width, colors, sentenceLines),
    );
  const whole = blocksOf(SENTENCE_LINES_MAX);
  if (sorted.length === listed.length && whole.flat().length <= room) return whole.flat();
  const lines: string[] = [];
  for (const [index, block] of blocksOf(1).entries()) {
    const last = index === sorted.length - 1;
    if (lines.length + block.length > room - (last ? 0 : 1)) {
      return [...lines, colors.dim(cut(leftOut(sorted.slice(index)), width))];
    }
    lines.push(...block);
  }
  return lines;
}

function leftOut(invariants: readonly InvariantResult[]): string {
  const held = invariants.filter((one) => one.verdict === "pass").length;
  const others = invariants.length - held;
  const parts = [held > 0 ? `${held} held` : "", others > 0 ? `${others} did not` : ""];
  return `  and ${counted(invariants.length, "more invariant")} in the report: ${parts
    .filter((part) => part !== "")
    .join(", ")}`;
}

/** The name, and beside it the sentence in at most so many lines. */
function statementLines(
  invariant: InvariantResult,
  names: number,
  width: number,
  colors: Colors,
  linesMax: number,
): string[] {
  const mark = toned(invariant.verdict, colors)(VERDICT_MARK[invariant.verdict]);
  const sentence = wrap(visible(invariant.sentence), width - names - 4, linesMax);
  return sentence.map((line, index) =>
    index === 0
      ? `${mark} ${fit(visible(invariant.name), names)}  ${colors.dim(line)}`
      : " ".repeat(names + 4) + colors.dim(line),
  );
}

/** The sentence, its operations on one time axis, and the command that judges it again, in at most `room` lines. */
function proofLines(
  invariant: InvariantResult,
  width: number,
  colors: Colors,
  room: number,
): string[] {
  const red = toned(invariant.verdict, colors);
  const name = visible(invariant.name, NAME_MAX);
  const recheck = wrapCommand(visible(invariant.recheck), width - 2);
  const said = wrap(`${name}: ${visible(invariant.sentence)}`, width - 2, SENTENCE_LINES_MAX);
  const lines = said.map((line, index) => {
    if (index > 0) return `  ${line}`;
    const bold = line.startsWith(name) ? colors.bold(name) + line.slice(name.length) : line;
    return `${red(VERDICT_MARK[invariant.verdict])} ${bold}`;
  });
  const considered = consideredText(invariant.considered);
  const helpless = considered === "" ? [] : wrap(considered, width - 2, CONSIDERED_LINES_MAX);
  const below = [...helpless, ...recheck];
  const shown = invariant.witnesses.slice(0, room - lines.length - below.length - 1);
  if (shown.length > 0) {
    const columns = Math.floor((width - 2) * BAR_COLUMNS_SHARE);
    const axis = textAxis(shown, columns);
    lines.push(`  ${colors.dim(axis.header)}`);
    for (const { bar, says } of axis.rows) {
      lines.push(`  ${red(bar)}  ${cut(says, width - columns - 4)}`);
    }
  }
  return [...lines, ...below.map((line) => `  ${colors.dim(line)}`)];
}

/** What the load came to. */
function figureRows(result: RunResult): [string, string][] {
  return [
    ...(isSocketsOnly(result) ? [] : requestRows(result)),
    ...socketRows(result),
    ["races", racesText(result)],
  ];
}

/** What else there is to know, and where to look and how to go on. */
function endingRows(
  result: RunResult,
  width: number,
  folder: string | undefined,
): [string, string][] {
  const rows: [string, string][] = [
    ["rules", rulesText(result)],
    ["generator", generatorText(result)],
  ];
  if (result.notes.length > 0) rows.push(["notes", notesText(result.notes)]);
  if (folder !== undefined) rows.push(["report", `${visible(folder)}/report.html`]);
  const again = wrapCommand(visible(result.run.command ?? ""), width - LABEL_COLUMNS);
  for (const [index, line] of again.entries()) rows.push([index === 0 ? "again" : "", line]);
  return rows;
}

function labelled(rows: readonly [string, string][], width: number, colors: Colors): string[] {
  return rows
    .filter(([, text]) => text !== "")
    .map(
      ([label, text]) => colors.dim(fit(label, LABEL_COLUMNS)) + cut(text, width - LABEL_COLUMNS),
    );
}

/** The test's own tables, as far as there is room for them. */
function tableLines(result: RunResult, width: number, colors: Colors, room: number): string[] {
  const linesMax = Math.min(SUMMARY_BREAKDOWN_LINES_MAX, room);
  const lines = breakdownLines(result.breakdowns ?? [], { width, indent: LABEL_COLUMNS, linesMax });
  return lines.map(({ name, numbers }) => colors.dim(name) + numbers);
}

/** A proof is worth more than a table, and a table more than the second line of a sentence. */
function invariantLinesWanted({ invariants }: RunResult): number {
  const proof = invariants.some(({ verdict }) => verdict === "fail") ? PROOF_LINES : 0;
  return proof + Math.min(invariants.length, INVARIANTS_BESIDE_TABLES);
}

function requestRows(result: RunResult): [string, string][] {
  return [
    ["load", loadText(result)],
    ["latency", latencyText(result)],
  ];
}

/** None where there was no socket. */
function socketRows(result: RunResult): [string, string][] {
  const rows: [string, string][] = [
    ["messages", messagesText(result)],
    ["sockets", connectionsText(result)],
  ];
  return rows.filter(([, text]) => text !== "");
}

function loadText(result: RunResult): string {
  const requests = metricOf(result, "http_reqs", "counter");
  const failed = metricOf(result, "http_req_failed", "rate");
  const received = metricOf(result, "data_received", "counter");
  if (requests === undefined) return "no request was sent";
  const parts = [counted(requests.count, "request"), formatRate(requests.ratePerSecond)];
  if (failed !== undefined) parts.push(`${formatShare(failed.rate)} failed`);
  if (received !== undefined) parts.push(`${formatBytes(received.count)} in`);
  return parts.join(" · ");
}

function latencyText(result: RunResult): string {
  const duration = metricOf(result, "http_req_duration", "trend");
  if (duration === undefined) return "";
  const { p50, p90, p99, max } = duration;
  return `p50 ${formatMs(p50)} · p90 ${formatMs(p90)} · p99 ${formatMs(p99)} · max ${formatMs(max)}`;
}

/** Thresholds and checks share a line while all is well; a crossed threshold takes it for itself. */
function rulesText(result: RunResult): string {
  const broken = result.thresholds.filter((threshold) => !threshold.ok);
  const crossed = broken.some(hasValue) ? broken.filter(hasValue) : broken;
  const total = result.thresholds.length;
  const [first] = crossed;
  if (first === undefined) {
    const kept = total === 0 ? "" : `${counted(total, "threshold")} kept`;
    return [kept, checksText(result)].filter((text) => text !== "").join(" · ");
  }
  if (crossed.every(({ value }) => value === null)) {
    const unseen = `${visible(first.metric)} had no sample`;
    return `${crossed.length} of ${counted(total, "threshold")} not judged: ${unseen}`;
  }
  const got = thresholdValue(first, result.metrics);
  const said = `${visible(first.expression)}, got ${got}, ${visible(first.metric)}`;
  return `${crossed.length} of ${counted(total, "threshold")} crossed: ${said}`;
}

function hasValue({ value }: RunResult["thresholds"][number]): boolean {
  return value !== null;
}

function checksText(result: RunResult): string {
  const { checks } = result;
  if (checks.length === 0) return "";
  const [first] = checks.filter((check) => check.failed > 0);
  const all = checks.reduce((sum, check) => sum + check.passed + check.failed, 0);
  if (first === undefined) return `${counted(all, "check")} passed`;
  const failures = checks.reduce((sum, check) => sum + check.failed, 0);
  return `${formatCount(failures)} of ${counted(all, "check")} failed: ${visible(first.name)}`;
}

function generatorText(result: RunResult): string {
  const { generator } = result;
  if (!generator.valid) return `invalid: ${visible(generatorSentence(result))}`;
  const cpu = formatShare(generator.cpuShareMax);
  return `fit: ${cpu} of a core at most${slipText(result)}`;
}

function notesText(notes: readonly string[]): string {
  const more = notes.length > 1 ? `(1 of ${notes.length}) ` : "";
  return more + visible(notes[0] ?? "");
}

function toned(verdict: Verdict, colors: Colors): (text: string) => string {
  if (verdict === "pass") return colors.green;
  return verdict === "fail" ? colors.red : colors.yellow;
}
