/**
 * Reads the thresholds of a test, with all problems listed at once. Their shape has been checked by the scenario's
 * schema; here it is about what they mean: metrics, tags, expressions, spans of time.
 */
import { got } from "../base/errors.ts";
import { type Duration, durationNs } from "../base/units.ts";
import type { MetricDefinition } from "../record/metric.ts";
import { parseSelector, type Selector } from "./selector.ts";
import { parseExpression, type ThresholdExpression } from "./threshold-expression.ts";
import type { Span } from "./view.ts";

/** A threshold as an author writes it, if it has more than an expression. */
interface ThresholdOptions {
  threshold: string;
  abortOnFail?: boolean;
  delayAbortEval?: Duration;
  window?: Duration;
  phase?: { from?: Duration; to?: Duration };
}

export interface ParsedThreshold {
  readonly selector: Selector;
  /** The expression as it was written. */
  readonly text: string;
  readonly expression: ThresholdExpression;
  readonly span: Span;
  readonly abortOnFail: boolean;
  readonly delayAbortEvalNs: number;
}

export interface ParsedThresholds {
  readonly thresholds: readonly ParsedThreshold[];
  /** One line each: `thresholds["http_req_duration{name:order}"][0] must be …, got …`. */
  readonly problems: readonly string[];
}

export type GivenThresholds = Readonly<
  Record<string, readonly (string | ThresholdOptions)[] | undefined>
>;

/** Dropped iterations are not silently fine: where a test may drop some and does not name them, there shall be none. */
export function withNoneDropped(given: GivenThresholds): GivenThresholds {
  const isNamed = Object.keys(given).some((key) => key.split("{")[0]?.trim() === DROPPED);
  return isNamed ? given : { ...given, [DROPPED]: ["count==0"] };
}

const DROPPED = "dropped_iterations";

/** `metrics` are all of the run's, built in and the test's own. */
export function parseThresholds(
  given: GivenThresholds,
  metrics: readonly MetricDefinition[],
): ParsedThresholds {
  const thresholds: ParsedThreshold[] = [];
  const problems: string[] = [];
  for (const [key, list] of Object.entries(given)) {
    const path = `thresholds[${JSON.stringify(key)}]`;
    const meant = meaningOf(key, metrics);
    if ("problem" in meant) {
      problems.push(`${path} ${meant.problem}`);
      continue;
    }
    for (const [i, one] of (list ?? []).entries()) {
      const parsed = parseOne(typeof one === "string" ? { threshold: one } : one, meant);
      if ("problem" in parsed) problems.push(`${path}[${i}]${parsed.problem}`);
      else thresholds.push(parsed);
    }
  }
  return { thresholds, problems };
}

export interface Meaning {
  readonly selector: Selector;
  readonly metric: MetricDefinition;
}

/** The metric that a selector means, and which of its samples. */
export function meaningOf(
  key: string,
  metrics: readonly MetricDefinition[],
): Meaning | { problem: string } {
  const parsed = parseSelector(key);
  if ("problem" in parsed) return parsed;
  const { selector } = parsed;
  const metric = metrics.find(({ name }) => name === selector.metric);
  if (metric !== undefined) return { selector, metric };
  const near = metrics.find(({ name }) => isNear(name, selector.metric));
  const hint = near === undefined ? "" : `; there is ${near.name}`;
  return { problem: `must name a metric, got ${got(selector.metric)}${hint}` };
}

function parseOne(
  options: ThresholdOptions,
  { selector, metric }: Meaning,
): ParsedThreshold | { problem: string } {
  const text = options.threshold;
  const parsed = parseExpression(text, metric.type);
  if ("problem" in parsed) return { problem: ` ${parsed.problem}, got ${got(text)}` };
  const span = spanOf(options);
  if ("problem" in span) return span;
  return {
    selector,
    text,
    expression: parsed.expression,
    span,
    abortOnFail: options.abortOnFail ?? false,
    delayAbortEvalNs: durationNs(options.delayAbortEval ?? 0),
  };
}

function spanOf({ window, phase }: ThresholdOptions): Span | { problem: string } {
  if (window !== undefined) {
    const lengthNs = durationNs(window);
    if (phase !== undefined) return { problem: " must have a window or a phase, got both" };
    if (lengthNs > 0) return { kind: "window", lengthNs };
    return { problem: `.window must be longer than 0, got ${got(window)}` };
  }
  if (phase === undefined) return { kind: "run" };
  const fromNs = durationNs(phase.from ?? 0);
  const toNs = phase.to === undefined ? Number.POSITIVE_INFINITY : durationNs(phase.to);
  if (fromNs < toNs) return { kind: "phase", fromNs, toNs };
  return { problem: `.phase must end after it begins, got ${got(phase)}` };
}

/** The same but for case and separators, or one a part of the other. */
function isNear(known: string, asked: string): boolean {
  const plain = (name: string): string => name.toLowerCase().replaceAll(/[_.-]/g, "");
  const [a, b] = [plain(known), plain(asked)];
  return b.length > 3 && (a.includes(b) || b.includes(a));
}
