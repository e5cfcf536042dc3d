/** How latency is distributed: duration by percentile, both logarithmic, so that the rare slow ones have room. */
import { formatCount } from "../../base/units.ts";
import type { RunResult, TrendNumbers } from "../../verdict/result.ts";
import { CHART_POINTS_MAX, CHART_TABLE_ROWS_MAX, ROWS_MAX } from "../limits.ts";
import { formatMs, metricOf } from "../wording.ts";
import { isSocketsOnly, socketFigures } from "../sockets.ts";
import { percentileLabel } from "./chart.ts";
import type { Chart } from "./chart.ts";
import { chartFigure } from "./chart-figure.ts";
import { html } from "./markup.ts";
import type { MarkupValue } from "./markup.ts";
import type { Section } from "./section.ts";
import { table } from "./table.ts";

const HEIGHT_PX = 260;
const FASTEST_SHARE = 0.01;

export function distributionSection(result: RunResult, chart: Chart | undefined): Section {
  const duration = metricOf(result, "http_req_duration", "trend");
  return {
    id: "distribution",
    title: "Distribution",
    gist: gistOf(duration ?? socketFigures(result)?.latency),
    content: [
      chart === undefined
        ? isSocketsOnly(result)
          ? null
          : html`<p class="empty">No request was answered, so there is nothing to distribute.</p>`
        : chartFigure(chart),
      latencyTable(result),
    ],
  };
}

function gistOf(latency: TrendNumbers | undefined): string {
  return latency === undefined ? "nothing was answered" : `p99.9 ${formatMs(latency.p999)}`;
}

/** Undefined when no request was answered. */
export function distributionChart(result: RunResult): Chart | undefined {
  const points = thinned(withoutOutliersBelow(result.distribution));
  if (points.length < 2) return undefined;
  const count = metricOf(result, "http_req_duration", "trend")?.count ?? 0;
  const xs = nines(
    points.map(({ share }) => share),
    count,
  );
  const last = points.at(-1);
  return {
    id: "distribution",
    title: "Latency by percentile",
    unit: "ms, both axes logarithmic",
    x: "percentile",
    log: true,
    heightPx: HEIGHT_PX,
    xs,
    series: [{ name: "response time", pen: 1, values: points.map((point) => point.durationMs) }],
    marks: [],
    says: `Latency by percentile, from ${formatMs(points[0]?.durationMs ?? null)} to ${formatMs(
      last?.durationMs ?? null,
    )} for the slowest.`,
    table: {
      caption: "Share of requests at or below each latency",
      columns: [{ title: "share" }, { title: "latency", number: true }],
      rows: thinned(points, CHART_TABLE_ROWS_MAX).map(({ share, durationMs }) => [
        `${Number((share * 100).toPrecision(7))} %`,
        formatMs(durationMs),
      ]),
    },
  };
}

/** The fastest in a hundred would take half of a logarithmic axis, and nobody asks for them. */
function withoutOutliersBelow(points: RunResult["distribution"]): RunResult["distribution"] {
  const positive = points.filter(({ durationMs }) => durationMs > 0);
  const usual = positive.filter(({ share }) => share >= FASTEST_SHARE);
  return usual.length < 2 ? positive : usual;
}

/** 90 % is one nine, 99 % two. The slowest request, at 100 %, stands where one more than there were would. */
function nines(shares: readonly number[], count: number): number[] {
  const finite = shares.filter((share) => share < 1).map((share) => -Math.log10(1 - share));
  const end = Math.max(1, Math.log10(Math.max(1, count)), (finite.at(-1) ?? 0) + 0.1);
  return shares.map((share) =>
    Number((share < 1 ? Math.max(0, -Math.log10(1 - share)) : end).toPrecision(6)),
  );
}

/** Every n-th point, the last always. */
function thinned<T>(points: readonly T[], max: number = CHART_POINTS_MAX): T[] {
  const step = Math.ceil(points.length / max);
  if (step <= 1) return [...points];
  return points.filter((_, index) => index % step === 0 || index === points.length - 1);
}

/** Response time counts from the intended start, service time from the first byte: both, so that neither hides. */
function latencyTable(result: RunResult): MarkupValue {
  const named = Object.entries(result.metrics).filter(
    ([name, metric]) => metric.type === "trend" && name.startsWith("http_req_duration{"),
  );
  const duration = metricOf(result, "http_req_duration", "trend");
  const rows: [string, TrendNumbers | undefined][] = [
    ["response time", duration],
    ["service time", metricOf(result, "http_req_service_time", "trend")],
    ["messages", metricOf(result, "ws_message_latency", "trend")],
    ["answers over sockets", metricOf(result, "ws_answer_duration", "trend")],
    ...named.map(([name]): [string, TrendNumbers | undefined] => [
      name.slice("http_req_duration".length),
      metricOf(result, name, "trend"),
    ]),
  ];
  const present = rows.filter((row): row is [string, TrendNumbers] => row[1] !== undefined);
  if (present.length === 0) return null;
  const columns = ["count", "p50", "p90", "p95", "p99", "p99.9", "slowest"];
  return html`${table({
    caption: "Latency, by percentile",
    columns: [{ title: "of" }, ...columns.map((title) => ({ title, number: true }))],
    rows: present
      .slice(0, ROWS_MAX)
      .map(([name, { count, p50, p90, p95, p99, p999, max }]) => [
        name,
        formatCount(count),
        ...[p50, p90, p95, p99, p999, max].map(formatMs),
      ]),
  })}
  ${duration !== undefined && requestNote(result)}`;
}

function requestNote(result: RunResult): MarkupValue {
  return html`<p class="note">
    ${
      result.metrics["http_req_service_time"] === undefined
        ? "Every request was sent when it was due, so response time and service time are one. "
        : "Response time counts from when a request was due, service time from when it was sent. "
    }
    Of all requests, ${percentileLabel(2)} were at or below p99.
  </p>`;
}
