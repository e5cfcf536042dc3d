/**
 * From everything that was found to one verdict, one exit code and one sentence.
 *
 * Each thing that may be wrong is a reason of its own; the worst one gives the exit code and the headline, and the rest
 * are kept for the notes, so that nothing hides behind something worse. A violated invariant fails the run whatever the
 * exit code: it is proved by what was recorded, and an interrupted or badly driven run does not unprove it. All else
 * that stands before a crossed threshold voids the numbers, so the verdict is then unknown.
 */
import { EXIT, type ExitCode } from "../base/errors.ts";
import { formatCount, formatNs, NS_PER_MS } from "../base/units.ts";
import type { Finding, Verdict } from "../checker/finding.ts";
import type { ThresholdResult } from "../metrics/threshold-evaluator.ts";
import type { GeneratorHealth } from "../record/generator.ts";
import { WORST_FIRST } from "./exit-order.ts";

/** All that a verdict rests on. */
export interface RunEnd {
  findings: readonly Finding[];
  thresholds: readonly ThresholdResult[];
  generator: GeneratorHealth;
  /** Of the author's script; `first` in its own words. */
  exceptions: { count: number; first: string | null };
  /** Whether any request was ever answered, and if not, what was in the way. */
  target: { url: string; reached: boolean; trouble: string | null };
  /** Ended before its time: by a person or another program, or by a condition of the test. Not by a threshold. */
  stopped: { by: "outside" | "condition"; why: string } | null;
  /** What of Holdfast itself broke, in its words. */
  broken: string | null;
  iterations: number;
  operations: number;
  p99Ms: number | null;
  /** Operations that were sent and are missing from the history. */
  lostRecords: number;
}

export interface Decision {
  verdict: Verdict;
  exitCode: ExitCode;
  headline: string;
  /** What else was wrong, worst first, one sentence each. */
  also: string[];
  /** As given, but none passes when records were lost: what is missing may be the violation. */
  findings: Finding[];
}

interface Reason {
  readonly exitCode: ExitCode;
  readonly sentence: string;
}

export function decide(end: RunEnd): Decision {
  const findings = end.findings.map((finding) => doubt(finding, end.lostRecords));
  const [worst, ...others] = [
    scriptReason(end),
    targetReason(end),
    stopReason(end),
    violationReason(findings),
    generatorReason(end.generator),
    thresholdReason(end.thresholds),
    ...unknownReasons(end, findings),
  ]
    .filter((reason) => reason !== undefined)
    .sort((a, b) => WORST_FIRST.indexOf(a.exitCode) - WORST_FIRST.indexOf(b.exitCode));
  if (worst === undefined) {
    return { verdict: "pass", exitCode: EXIT.pass, headline: praise(end), also: [], findings };
  }
  const violated = findings.some(({ verdict }) => verdict === "fail");
  const failed = violated || worst.exitCode === EXIT.thresholdCrossed;
  return {
    verdict: failed ? "fail" : "unknown",
    exitCode: worst.exitCode,
    headline: worst.sentence,
    also: others.map(({ sentence }) => sentence),
    findings,
  };
}

function doubt(finding: Finding, lostRecords: number): Finding {
  if (lostRecords === 0 || finding.verdict !== "pass") return finding;
  const sentence =
    `Nothing was found, but ${some(lostRecords, "operation")} sent ` +
    `${lostRecords === 1 ? "is" : "are"} missing from the history.`;
  return { ...finding, verdict: "unknown", sentence };
}

function scriptReason({ exceptions: { count, first } }: RunEnd): Reason | undefined {
  if (count === 0) return undefined;
  const times = count === 1 ? "" : ` ${formatCount(count)} times, first`;
  return { exitCode: EXIT.scriptThrew, sentence: `The test's script threw${times}: ${first}` };
}

function targetReason({ target }: RunEnd): Reason | undefined {
  if (target.reached) return undefined;
  const why = target.trouble === null ? "" : `: ${target.trouble}`;
  const sentence = `${target.url} never answered${why}`;
  return { exitCode: EXIT.targetUnreachable, sentence };
}

function stopReason({ stopped }: RunEnd): Reason | undefined {
  if (stopped === null) return undefined;
  const outside = stopped.by === "outside";
  const exitCode = outside ? EXIT.stoppedFromOutside : EXIT.thresholdCrossed;
  return { exitCode, sentence: `The run was ended before its time: ${stopped.why}` };
}

function violationReason(findings: readonly Finding[]): Reason | undefined {
  const violated = findings.filter(({ verdict }) => verdict === "fail");
  const [first] = violated;
  if (first === undefined) return undefined;
  const how = `${violated.length} of ${some(findings.length, "invariant")} violated`;
  return { exitCode: EXIT.invariantViolated, sentence: `${how}. ${first.name}: ${first.sentence}` };
}

function generatorReason({ valid, reasons }: GeneratorHealth): Reason | undefined {
  if (valid) return undefined;
  const sentence = `The load generator was the bottleneck: ${reasons.join(" ")}`;
  return { exitCode: EXIT.generatorBottleneck, sentence };
}

function thresholdReason(thresholds: readonly ThresholdResult[]): Reason | undefined {
  const crossed = thresholds.filter(({ ok, value }) => !ok && value !== null);
  // The one that ended the run matters most.
  const first = crossed.find(({ aborted }) => aborted) ?? crossed[0];
  if (first === undefined) return undefined;
  const how = `${crossed.length} of ${some(thresholds.length, "threshold")} crossed`;
  const ended = first.aborted ? ", which ended the run" : "";
  const what = `${first.metric} ${first.expression} was ${formatValue(first.value)}${ended}`;
  return { exitCode: EXIT.thresholdCrossed, sentence: `${how}. ${what}.` };
}

function unknownReasons(end: RunEnd, findings: readonly Finding[]): Reason[] {
  const sentences: string[] = [];
  if (end.broken !== null) sentences.push(`Holdfast itself failed: ${end.broken}`);
  if (end.iterations === 0)
    sentences.push("No iteration was finished, so there is nothing to judge.");
  const open = findings.filter(({ verdict }) => verdict === "unknown");
  if (open[0] !== undefined) {
    const how = `${open.length} of ${some(findings.length, "invariant")} could not be decided`;
    sentences.push(`${how}. ${open[0].name}: ${open[0].sentence}`);
  }
  const unseen = end.thresholds.filter(({ value }) => value === null);
  if (unseen[0] !== undefined) {
    const how = `${unseen.length} of ${some(end.thresholds.length, "threshold")} had no sample`;
    sentences.push(`${how}: ${unseen.map(({ metric }) => metric).join(", ")}.`);
  }
  return sentences.map((sentence) => ({ exitCode: EXIT.verdictUnknown, sentence }));
}

/** Nothing was wrong. Says what was asked, and over how much it held. */
function praise({ findings, thresholds, operations, iterations, p99Ms }: RunEnd): string {
  const speed = p99Ms === null ? "" : `; p99 ${formatNs(p99Ms * NS_PER_MS)}`;
  const kept = thresholds.length === 0 ? "" : `${every(thresholds.length, "threshold")} kept`;
  if (findings.length > 0) {
    const held = `${every(findings.length, "invariant")} held over ${some(operations, "operation")}`;
    return `${held}${kept === "" ? "" : `, ${kept.toLowerCase()}`}${speed}.`;
  }
  const over = some(iterations, "iteration");
  if (kept === "") return `${over} done${speed}. The test states no rule, so nothing was judged.`;
  return `${kept} over ${over}${speed}. The test states no invariant, so only numbers were judged.`;
}

function some(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}

function every(count: number, noun: string): string {
  return count === 1 ? `The one ${noun}` : `All ${formatCount(count)} ${noun}s`;
}

/** Four digits are enough to see by how much a limit was passed. */
function formatValue(value: number | null): string {
  if (value === null) return "unknown";
  return Number.isInteger(value) ? formatCount(value) : String(Number(value.toPrecision(4)));
}
