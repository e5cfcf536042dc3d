/** The sections that are tables: thresholds, stages, checks and all metrics. */
import { formatBytes, formatCount } from "../../base/units.ts";
import type { MetricResult, RunResult } from "../../verdict/result.ts";
import { ROWS_MAX } from "../limits.ts";
import { shownMetrics } from "../shown-metrics.ts";
import {
  counted,
  formatMs,
  formatNumber,
  formatRate,
  formatShare,
  INVARIANT_WORD,
  thresholdValue,
} from "../wording.ts";
import { html } from "./markup.ts";
import type { Markup, MarkupValue } from "./markup.ts";
import type { Section } from "./section.ts";
import { leftOut, table } from "./table.ts";
import { state } from "./tone.ts";

export function thresholdsSection({ thresholds, metrics }: RunResult): Section {
  const crossed = thresholds.filter((threshold) => !threshold.ok).length;
  const gist =
    crossed > 0 ? `${crossed} of ${thresholds.length} crossed` : `${thresholds.length} kept`;
  const sorted = [...thresholds].sort((a, b) => Number(a.ok) - Number(b.ok));
  return {
    id: "thresholds",
    title: "Thresholds",
    gist: thresholds.length === 0 ? "none stated" : gist,
    content:
      thresholds.length === 0
        ? html`<p class="empty">This test states no threshold.</p>`
        : [
            table({
              caption: "Thresholds, the crossed ones first",
              columns: [
                { title: "metric" },
                { title: "must hold" },
                { title: "was", number: true },
                { title: "verdict" },
                { title: "first crossed", number: true },
              ],
              rows: sorted
                .slice(0, ROWS_MAX)
                .map((one) => [
                  html`<code>${one.metric}</code>`,
                  html`<code>${one.expression}</code>`,
                  thresholdValue(one, metrics),
                  state(one.ok ? "pass" : "fail", one.ok ? "kept" : "crossed"),
                  one.crossedAtMs === null
                    ? "–"
                    : `${formatMs(one.crossedAtMs)}${one.aborted ? ", ended the run" : ""}`,
                ]),
            }),
            leftOut(thresholds.length - ROWS_MAX, "thresholds"),
          ],
  };
}

export function stagesSection({ stages }: RunResult): Section {
  const numbers = ["requests", "rate", "p50", "p99", "failed"];
  return {
    id: "stages",
    title: "Stages",
    gist: `${stages.length} in all`,
    content: [
      table({
        caption: "Stages, in order",
        columns: [
          { title: "stage" },
          { title: "when" },
          ...numbers.map((title) => ({ title, number: true })),
          { title: "verdict" },
        ],
        rows: stages
          .slice(0, ROWS_MAX)
          .map((one) => [
            one.name,
            `${formatMs(one.startedMs)} to ${formatMs(one.endedMs)}`,
            formatCount(one.requests),
            formatRate(one.ratePerSecond),
            formatMs(one.p50Ms),
            formatMs(one.p99Ms),
            formatShare(one.failedShare),
            state(one.verdict, one.verdict === "pass" ? "passed" : INVARIANT_WORD[one.verdict]),
          ]),
      }),
      leftOut(stages.length - ROWS_MAX, "stages"),
    ],
  };
}

export function checksSection({ checks }: RunResult): Section {
  const failed = checks.filter((check) => check.failed > 0).length;
  return {
    id: "checks",
    title: "Checks",
    gist: failed > 0 ? `${failed} of ${checks.length} failed` : `${checks.length} passed`,
    content: [
      table({
        caption: "Checks on single answers",
        columns: [
          { title: "check" },
          { title: "passed", number: true },
          { title: "failed", number: true },
          { title: "verdict" },
        ],
        rows: [...checks]
          .sort((a, b) => b.failed - a.failed)
          .slice(0, ROWS_MAX)
          .map((check) => [
            check.name,
            formatCount(check.passed),
            formatCount(check.failed),
            check.failed === 0 ? state("pass", "passed") : state("fail", failedShare(check)),
          ]),
      }),
      leftOut(checks.length - ROWS_MAX, "checks"),
    ],
  };
}

function failedShare({ passed, failed }: RunResult["checks"][number]): string {
  return `${formatShare(failed / (passed + failed))} failed`;
}

export function metricsSection({ metrics }: RunResult): Section {
  const { shown, leftOut: hidden } = shownMetrics(metrics);
  const whole = shown.filter(([name]) => !name.includes("{"));
  const tagged = shown.filter(([name]) => name.includes("{"));
  return {
    id: "metrics",
    title: "Metrics",
    gist: `${shown.length + hidden} in all`,
    content: [
      tablesOf(whole, ""),
      tagged.length > 0 &&
        html`<details>
          <summary>${counted(tagged.length, "metric")} by tag</summary>
          ${tablesOf(tagged, ", by tag")}
        </details>`,
      leftOut(hidden, "metrics"),
    ],
  };
}

type Named = readonly [name: string, metric: MetricResult];

function tablesOf(metrics: readonly Named[], scope: string): MarkupValue {
  const trends = metrics.filter(([, metric]) => metric.type === "trend");
  const others = metrics.filter(([, metric]) => metric.type !== "trend");
  const numbers = ["count", "min", "mean", "p50", "p90", "p95", "p99", "p99.9", "max"];
  return [
    trends.length > 0 &&
      table({
        caption: `Trends${scope}`,
        columns: [{ title: "metric" }, ...numbers.map((title) => ({ title, number: true }))],
        rows: trends.map(trendRow),
      }),
    others.length > 0 &&
      table({
        caption: `Counters, rates and gauges${scope}`,
        columns: [
          { title: "metric" },
          { title: "type" },
          { title: "value", number: true },
          { title: "more", number: true },
        ],
        rows: others.map(otherRow),
      }),
  ];
}

function trendRow([name, metric]: Named): MarkupValue[] {
  if (metric.type !== "trend") return [];
  const say =
    metric.unit === "ms" ? formatMs : metric.unit === "bytes" ? formatBytes : formatNumber;
  const { count, min, mean, p50, p90, p95, p99, p999, max } = metric;
  const values = [min, mean, p50, p90, p95, p99, p999, max].map((value) => say(value));
  return [metricName(name), formatCount(count), ...values];
}

function otherRow([name, metric]: Named): MarkupValue[] {
  switch (metric.type) {
    case "counter": {
      const say = metric.unit === "bytes" ? formatBytes : formatNumber;
      return [
        metricName(name),
        "counter",
        say(metric.count),
        `${say(metric.ratePerSecond)} a second`,
      ];
    }
    case "rate": {
      const of = `${formatCount(metric.passed)} of ${formatCount(metric.total)}`;
      return [metricName(name), "rate", formatShare(metric.rate), of];
    }
    case "gauge": {
      const range = `${formatNumber(metric.min)} to ${formatNumber(metric.max)}`;
      return [metricName(name), "gauge", formatNumber(metric.value), range];
    }
    case "trend":
      return [];
  }
}

function metricName(name: string): Markup {
  return html`<code>${name}</code>`;
}
