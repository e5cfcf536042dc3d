/** The words every report shares: how a verdict, an exit code, an outcome and a number are said. */
import type { Considered, Verdict, Witness } from "../checker/finding.ts";
import { EXIT } from "../base/errors.ts";
import { formatCount, formatNs, NS_PER_MS } from "../base/units.ts";
import type { Value } from "../record/value.ts";
import type { MetricResult, RunResult, ThresholdResult } from "../verdict/result.ts";
import { VALUE_MAX } from "./limits.ts";
import { visible } from "./text-columns.ts";

/** A headline up to this long is read in one go. */
const HEADLINE_MAX = 110;

/** What a verdict looks like without colour. */
export const VERDICT_MARK: Readonly<Record<Verdict, string>> = {
  pass: "✓",
  fail: "✗",
  unknown: "?",
};

/** What a verdict on one invariant is called. */
export const INVARIANT_WORD: Readonly<Record<Verdict, string>> = {
  pass: "held",
  fail: "violated",
  unknown: "not decided",
};

/** Worst first, as a reader wants them. */
export const WORST_FIRST: Readonly<Record<Verdict, number>> = { fail: 0, unknown: 1, pass: 2 };

/** The one word over the whole report: PASS, FAIL, UNKNOWN; INVALID when the generator was the bottleneck. */
export function verdictWord(result: RunResult): string {
  if (result.exitCode === EXIT.generatorBottleneck) return "INVALID";
  return result.verdict.toUpperCase();
}

/** A long headline in two: up to the first full stop or colon it says what is wrong, from there on how. */
export function headlineParts(headline: string): { title: string; lede: string } {
  const end = headline.length <= HEADLINE_MAX ? -1 : headline.search(/(?<=[.:!?])\s/);
  if (end < 0) return { title: headline, lede: "" };
  return { title: headline.slice(0, end).replace(/:$/, "."), lede: headline.slice(end).trim() };
}

/** What the exit code means, as the end of "exit 90: …". */
export function exitMeaning(exitCode: number): string {
  switch (exitCode) {
    case EXIT.pass:
      return "no invariant was violated, no threshold was crossed";
    case EXIT.invariantViolated:
      return "an invariant is violated";
    case EXIT.verdictUnknown:
      return "too little was seen, or a checker could not decide";
    case EXIT.generatorBottleneck:
      return "the load generator was the bottleneck, so the run is invalid";
    case EXIT.thresholdCrossed:
      return "a threshold was crossed, or a stop condition ended the run";
    case EXIT.badInput:
      return "a bad option, config or script; nothing was sent";
    case EXIT.stoppedFromOutside:
      return "stopped from outside; what was recorded until then is judged";
    case EXIT.scriptThrew:
      return "the test's own script threw";
    case EXIT.targetUnreachable:
      return "the target could not be reached or started";
    default:
      return "not an exit code of holdfast";
  }
}

/** `38.1 ms`, `1.24 s`, `2 m 5 s`; `-` when there is none. */
export function formatMs(ms: number | null): string {
  if (ms === null || Number.isNaN(ms)) return "–";
  if (ms === 0) return "0 ms";
  return formatNs(ms * NS_PER_MS);
}

/** A share as percent, with as many digits as it takes not to call a few nothing, nor nearly all all. */
export function formatShare(share: number): string {
  if (!Number.isFinite(share)) return "–";
  const percent = share * 100;
  if (percent === 0 || percent === 100) return `${percent} %`;
  if (percent < 0.01) return "< 0.01 %";
  if (percent > 99.99) return "> 99.99 %";
  return `${percent.toFixed(percent < 10 || percent > 90 ? 2 : 1)} %`;
}

/** `8,496 /s`, `0.42 /s`. */
export function formatRate(perSecond: number): string {
  if (perSecond !== 0 && Math.abs(perSecond) < 10) return `${perSecond.toFixed(2)} /s`;
  return `${formatCount(perSecond)} /s`;
}

/** A plain number: whole ones with separators, others with three or four digits. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Number.isInteger(value) || Math.abs(value) >= 1000) return formatCount(value);
  return String(Number(value.toPrecision(4)));
}

/** `1 key`, `2 keys`. */
export function counted(count: number, one: string, many: string = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** A value of an operation on one line; a text stands without quotes. */
function valueText(value: Value): string {
  return visible(typeof value === "string" ? value : JSON.stringify(value), VALUE_MAX);
}

/** Who acted and what it asked: `order phone`, with the value where there is one. */
export function actText(witness: Witness): string {
  const asked = witness.value === null ? "" : ` ${valueText(witness.value)}`;
  const key = witness.key === "" ? "" : ` ${visible(witness.key, VALUE_MAX)}`;
  return `${visible(witness.name, VALUE_MAX)}${key}${asked}`;
}

/** How it was answered: `200 ok, o-5531`; an unknown outcome says that it may still have happened. */
export function answerText(witness: Witness): string {
  const status = witness.status === 0 ? "" : `${witness.status} `;
  const result = witness.result === null ? "" : `, ${valueText(witness.result)}`;
  if (witness.outcome === "unknown") return `${status || "no answer, "}unknown${result}`;
  return `${status}${witness.outcome}${result}`;
}

/** What could have explained a violation and does not; nothing where there was nothing to consider. */
export function consideredText(considered: Considered | undefined): string {
  if (considered === undefined || considered.count === 0) return "";
  const { count, name, ids } = considered;
  const what = name === null ? "operation" : `${visible(name, VALUE_MAX)} operation`;
  const which = count === 1 ? what : `${what}s`;
  const more = count > ids.length ? ` and ${formatCount(count - ids.length)} more` : "";
  const named = ids.map((id) => visible(id, VALUE_MAX)).join(", ");
  const none = ["it does not explain it", "neither explains it"][count - 1] ?? "none explains it";
  const were = count === 1 ? "was" : "were";
  const told = `${formatCount(count)} ${which} of unknown outcome ${were} considered; ${none}`;
  return `${told} (${named}${more})`;
}

/** When it was in flight: `4.2101 s to 4.2183 s`; open-ended when its effect may come at any later time. */
export function intervalText(witness: Witness): string {
  const from = formatMoment(witness.invokedMs);
  if (witness.returnedMs === null) return `from ${from}, never answered`;
  const until = formatMoment(witness.returnedMs);
  return `${from} to ${until}${witness.outcome === "unknown" ? ", effect open" : ""}`;
}

/** An instant since the start of the run, to a tenth of a millisecond: `812.4 ms`, `4.2101 s`. */
export function formatMoment(ms: number): string {
  return ms < 1000 ? `${ms.toFixed(1)} ms` : `${(ms / 1000).toFixed(4)} s`;
}

/** The measured side of a threshold, in the unit of its metric. */
export function thresholdValue(threshold: ThresholdResult, metrics: RunResult["metrics"]): string {
  if (threshold.value === null) return "no sample";
  const metric = metrics[threshold.metric] ?? metrics[threshold.metric.split("{")[0] ?? ""];
  const expression = threshold.expression.replace(/\s/g, "");
  if (metric?.type === "trend" && metric.unit === "ms" && !expression.startsWith("count")) {
    return formatMs(threshold.value);
  }
  return metric?.type === "rate" ? formatShare(threshold.value) : formatNumber(threshold.value);
}

/** The whole run's numbers of one metric; undefined when it was never sampled. */
export function metricOf<T extends MetricResult["type"]>(
  result: RunResult,
  name: string,
  type: T,
): Extract<MetricResult, { type: T }> | undefined {
  const metric = result.metrics[name];
  return metric?.type === type ? (metric as Extract<MetricResult, { type: T }>) : undefined;
}

/** What a reader should know of a fit generator, or why it is not: one sentence. */
export function generatorSentence(result: RunResult): string {
  const { generator } = result;
  if (!generator.valid) return generator.reasons[0] ?? "the load generator was past its limits";
  return (
    `the generator was not the bottleneck: ${formatShare(generator.cpuShareMax)} of a core at most, ` +
    `event loop p99 ${formatMs(generator.eventLoopDelayP99Ms)}${slipText(result)}`
  );
}

/** Only where arrivals had a schedule to be late to. */
export function slipText({ generator }: RunResult): string {
  return generator.pacing === null ? "" : `, slip p99 ${formatMs(generator.scheduleSlipP99Ms)}`;
}
