/**
 * The numbers of each stage of each scenario: what the system did at that level of load.
 *
 * A stage is judged by the test's own thresholds on trends and rates, as if it were the whole run. Counts are left out:
 * they speak of the whole. A stage without a request says nothing.
 */
import { NS_PER_MS, NS_PER_S } from "../base/units.ts";
import type { MetricDefinition } from "../record/metric.ts";
import { Counter, Rate, Trend } from "./cells.ts";
import type { MetricStore } from "./store.ts";
import { holds, valueOf } from "./threshold-expression.ts";
import type { ParsedThreshold } from "./threshold.ts";
import type { Span, View } from "./view.ts";

/** A stage as it is planned. */
export interface StageSpan {
  /** `crowd: 0 → 50 VUs`. */
  readonly name: string;
  readonly scenario: string;
  readonly level: number;
  readonly fromNs: number;
  readonly toNs: number;
}

export interface StageResult {
  /** `crowd: 0 → 50 VUs`. */
  name: string;
  scenario: string;
  level: number;
  startedMs: number;
  endedMs: number;
  verdict: "pass" | "fail" | "unknown";
  requests: number;
  ratePerSecond: number;
  p50Ms: number | null;
  p99Ms: number | null;
  failedShare: number;
}

interface WatchedStage {
  readonly stage: StageSpan;
  readonly requests: View;
  readonly failed: View;
  readonly durations: View;
  readonly thresholds: readonly { readonly threshold: ParsedThreshold; readonly view: View }[];
}

export class StageWatch {
  readonly #stages: readonly WatchedStage[];

  /** Make it before the first merge into the store: its views begin empty. */
  constructor(
    stages: readonly StageSpan[],
    thresholds: readonly ParsedThreshold[],
    store: MetricStore,
  ) {
    this.#stages = stages.map((stage) => watch(stage, thresholds, store));
  }

  /** Of all stages that have begun by `endNs`, when the load ended. */
  results(endNs: number): StageResult[] {
    return this.#stages
      .filter(({ stage }) => stage.fromNs < endNs)
      .map((watched) => resultOf(watched, endNs));
  }
}

function watch(
  stage: StageSpan,
  thresholds: readonly ParsedThreshold[],
  store: MetricStore,
): WatchedStage {
  const span: Span = { kind: "phase", fromNs: stage.fromNs, toNs: stage.toNs };
  const tags = { scenario: stage.scenario };
  const view = (metric: string): View => store.view({ metric, tags }, span);
  const typeOf = (name: string): MetricDefinition["type"] | undefined =>
    store.metrics.find((metric) => metric.name === name)?.type;
  return {
    stage,
    requests: view("http_reqs"),
    failed: view("http_req_failed"),
    durations: view("http_req_duration"),
    thresholds: thresholds
      .filter(({ selector, span }) => {
        const type = typeOf(selector.metric);
        return span.kind === "run" && (type === "trend" || type === "rate");
      })
      .map((threshold) => {
        const { selector } = threshold;
        const ofStage = { ...selector, tags: { ...selector.tags, ...tags } };
        return { threshold, view: store.view(ofStage, span) };
      })
      .filter(
        ({ threshold }) =>
          (threshold.selector.tags["scenario"] ?? stage.scenario) === stage.scenario,
      ),
  };
}

function resultOf(
  { stage, requests, failed, durations, thresholds }: WatchedStage,
  endNs: number,
): StageResult {
  const [count, failures, latencies] = [requests, failed, durations].map((view) =>
    view.total(endNs),
  );
  const elapsedNs = requests.elapsedNs(endNs);
  const sent = count instanceof Counter ? count.sum : 0;
  const histogram =
    latencies instanceof Trend && !latencies.isEmpty ? latencies.histogram : undefined;
  const crossed = thresholds.some(({ threshold, view }) => {
    const value = valueOf(threshold.expression, view.total(endNs), elapsedNs);
    return value !== null && !holds(threshold.expression, value);
  });
  return {
    name: stage.name,
    scenario: stage.scenario,
    level: stage.level,
    startedMs: stage.fromNs / NS_PER_MS,
    endedMs: Math.min(stage.toNs, endNs) / NS_PER_MS,
    verdict: crossed ? "fail" : sent === 0 ? "unknown" : "pass",
    requests: sent,
    ratePerSecond: elapsedNs > 0 ? (sent * NS_PER_S) / elapsedNs : 0,
    p50Ms: histogram?.quantile(0.5) ?? null,
    p99Ms: histogram?.quantile(0.99) ?? null,
    failedShare:
      failures instanceof Rate && !failures.isEmpty ? failures.passed / failures.total : 0,
  };
}
