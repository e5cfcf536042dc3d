/** The numbers of a run as `result.json` has them: every metric, what thresholds name, and each request name. */
import { NS_PER_S } from "../base/units.ts";
import type { MetricDefinition } from "../record/metric.ts";
import { Counter, GaugeTotal, Rate } from "./cells.ts";
import type { Histogram } from "./histogram.ts";
import { SUMMARY_NAMES_MAX } from "./limits.ts";
import { formatSelector, type Selector } from "./selector.ts";
import type { MetricStore } from "./store.ts";
import type { AnyTotal } from "./totals.ts";

export type MetricResult =
  | { type: "counter"; unit?: string; count: number; ratePerSecond: number }
  | { type: "gauge"; value: number; min: number; max: number }
  | { type: "rate"; passed: number; total: number; rate: number }
  | ({ type: "trend"; unit?: string } & TrendNumbers);

export interface TrendNumbers {
  count: number;
  min: number;
  mean: number;
  p50: number;
  p90: number;
  p95: number;
  p99: number;
  p999: number;
  max: number;
}

/** The share of all requests that took at most so long. */
export interface DistributionPoint {
  durationMs: number;
  share: number;
}

export interface SummaryOptions {
  /** How long the load lasted: what counters' rates are taken over. */
  elapsedNs: number;
  /** What the thresholds name, so that the report can show what they judged. */
  selectors?: readonly Selector[];
}

/**
 * By metric, or metric and tags in k6's notation. Counters are always there, because 0 says something too; all else
 * only where there was a sample.
 */
export function summarize(
  store: MetricStore,
  options: SummaryOptions,
): Record<string, MetricResult> {
  const results: Record<string, MetricResult> = {};
  for (const metric of store.metrics) {
    const whole: Selector = { metric: metric.name, tags: {} };
    for (const selector of [whole, ...partsOf(metric, store, options.selectors ?? [])]) {
      const result = resultOf(metric, store.total(selector), options.elapsedNs);
      if (result !== undefined) results[formatSelector(selector)] = result;
    }
  }
  return results;
}

/** Quantiles of a trend and its exact ends; undefined when it has no value. */
function trendNumbers(histogram: Histogram): TrendNumbers | undefined {
  if (histogram.count === 0) return undefined;
  return {
    count: histogram.count,
    min: histogram.min,
    mean: histogram.mean,
    p50: histogram.quantile(0.5),
    p90: histogram.quantile(0.9),
    p95: histogram.quantile(0.95),
    p99: histogram.quantile(0.99),
    p999: histogram.quantile(0.999),
    max: histogram.max,
  };
}

/** Where a distribution is looked at: every hundredth, and closer where the slow ones are. */
const DISTRIBUTION_SHARES: readonly number[] = [
  ...Array.from({ length: 99 }, (_, i) => (i + 1) / 100),
  ...Array.from({ length: 9 }, (_, i) => (991 + i) / 1_000),
  ...Array.from({ length: 9 }, (_, i) => (9_991 + i) / 10_000),
  1,
];

/** How `http_req_duration` is distributed: from the fastest request on, durations and shares ascending. */
export function distribution(store: MetricStore): DistributionPoint[] {
  const durations = store.trend({ metric: "http_req_duration", tags: {} });
  if (durations.count === 0) return [];
  const points: DistributionPoint[] = [{ durationMs: durations.min, share: 1 / durations.count }];
  for (const share of DISTRIBUTION_SHARES) {
    const durationMs = durations.quantile(share);
    const last = points.at(-1) as DistributionPoint;
    if (durationMs === last.durationMs) last.share = Math.max(share, last.share);
    else if (share > last.share) points.push({ durationMs, share });
  }
  return points;
}

function partsOf(
  metric: MetricDefinition,
  store: MetricStore,
  selectors: readonly Selector[],
): Selector[] {
  const named = selectors.filter((s) => s.metric === metric.name && Object.keys(s.tags).length > 0);
  return metric.name === "http_req_duration" ? [...named, ...requestNames(store)] : named;
}

function requestNames(store: MetricStore): Selector[] {
  return store
    .tagValues("http_req_duration", "name")
    .map((name) => ({ metric: "http_req_duration", tags: { name } }))
    .map((selector) => ({ selector, count: store.trend(selector).count }))
    .sort((a, b) => b.count - a.count)
    .slice(0, SUMMARY_NAMES_MAX)
    .map(({ selector }) => selector);
}

function resultOf(
  { unit }: MetricDefinition,
  total: AnyTotal,
  elapsedNs: number,
): MetricResult | undefined {
  const measured = unit === undefined ? {} : { unit };
  if (total instanceof Counter) {
    const ratePerSecond = elapsedNs > 0 ? (total.sum * NS_PER_S) / elapsedNs : 0;
    return { type: "counter", ...measured, count: total.sum, ratePerSecond };
  }
  if (total.isEmpty) return undefined;
  if (total instanceof Rate) {
    const { passed, total: all } = total;
    return { type: "rate", passed, total: all, rate: passed / all };
  }
  if (total instanceof GaugeTotal) {
    return { type: "gauge", value: total.value, min: total.min, max: total.max };
  }
  const numbers = trendNumbers(total.histogram);
  return numbers === undefined ? undefined : { type: "trend", ...measured, ...numbers };
}
