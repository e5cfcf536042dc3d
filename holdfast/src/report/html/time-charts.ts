/** The run over time: latency, rate, outcomes and virtual users, on the same time axis one below the other. */
import { formatCount } from "../../base/units.ts";
import { OUTCOMES } from "../../record/outcome.ts";
import type { RunResult, TimelineRow } from "../../verdict/result.ts";
import { CHART_POINTS_MAX, VALUE_MAX } from "../limits.ts";
import { visible } from "../text-columns.ts";
import { mergedRows } from "../timeline-rows.ts";
import { formatMs, formatRate, formatShare } from "../wording.ts";
import { isSocketsOnly } from "../sockets.ts";
import { timeLabel } from "./chart.ts";
import type { Chart, Mark } from "./chart.ts";
import { chartFigure } from "./chart-figure.ts";
import { html } from "./markup.ts";
import type { Section } from "./section.ts";
import { socketCharts } from "./socket-charts.ts";
import { line, LOW_PX, MIDDLE_PX, rate, TALL_PX, timeChart } from "./time-chart.ts";

const STAGE_MARKS_MAX = 12;

export function timeSection(result: RunResult, charts: readonly Chart[]): Section {
  const seconds = (result.timeline[0]?.spanMs ?? 1000) / 1000;
  return {
    id: "time",
    title: "Over time",
    gist:
      result.timeline.length === 0 ? "nothing was recorded" : `one point per ${timeLabel(seconds)}`,
    content:
      charts.length === 0
        ? html`<p class="empty">The run ended before its first second was counted.</p>`
        : charts.map(chartFigure),
  };
}

/** None when there is no timeline. */
export function timeCharts(result: RunResult): Chart[] {
  const rows = mergedRows(result.timeline, CHART_POINTS_MAX);
  if (rows.length === 0) return [];
  const marks = [...stageMarks(result), ...violationMark(result)].sort((a, b) => a.at - b.at);
  const ofRequests = isSocketsOnly(result) ? [] : [latencyChart(rows), rateChart(rows)];
  const charts = [...ofRequests, ...socketCharts(rows), outcomesChart(rows), vusChart(rows)];
  return charts
    .filter((chart) => chart !== undefined)
    .map((chart, index) => ({ ...chart, marks: index < 2 ? marks : marks.map(unnamed) }));
}

/** The processor time of the busiest engine thread, for the section on the generator. */
export function cpuChart(result: RunResult): Chart | undefined {
  const rows = mergedRows(result.timeline, CHART_POINTS_MAX);
  if (rows.length === 0) return undefined;
  const highest = Math.max(...rows.map((row) => row.cpuShare));
  return timeChart(rows, {
    id: "cpu",
    title: "Processor time of the busiest engine thread",
    unit: "percent of one core",
    heightPx: LOW_PX,
    series: [line("busiest thread", 1, rows, (row) => row.cpuShare * 100)],
    says: `Processor time over time: ${formatShare(highest)} of a core at most.`,
    columns: ["busiest thread"],
    cells: (row) => [formatShare(row.cpuShare)],
  });
}

function latencyChart(rows: readonly TimelineRow[]): Chart {
  const worst = rows.reduce((a, b) => ((b.p99Ms ?? 0) > (a.p99Ms ?? 0) ? b : a));
  return timeChart(rows, {
    id: "latency",
    title: "Latency",
    unit: "ms",
    heightPx: TALL_PX,
    series: [
      line("p99", 3, rows, (row) => row.p99Ms),
      line("p95", 2, rows, (row) => row.p95Ms),
      line("p50", 1, rows, (row) => row.p50Ms),
    ],
    says:
      `Latency over time. The highest p99 is ${formatMs(worst.p99Ms)}, ` +
      `at ${timeLabel(worst.atMs / 1000)}.`,
    columns: ["p50", "p95", "p99", "slowest"],
    cells: (row) => [row.p50Ms, row.p95Ms, row.p99Ms, row.maxMs].map(formatMs),
  });
}

function rateChart(rows: readonly TimelineRow[]): Chart {
  const highest = rows.reduce((a, b) => (rate(b, b.requests) > rate(a, a.requests) ? b : a));
  const failed = rows.some((row) => row.failed > 0);
  return timeChart(rows, {
    id: "rate",
    title: "Requests",
    unit: "per second",
    heightPx: MIDDLE_PX,
    series: [
      line("requests", 1, rows, (row) => rate(row, row.requests)),
      ...(failed ? [line("of these failed", 3, rows, (row) => rate(row, row.failed))] : []),
    ],
    says:
      `Requests per second over time. The highest rate is ` +
      `${formatRate(rate(highest, highest.requests))}, at ${timeLabel(highest.atMs / 1000)}. ` +
      (failed ? "Some failed." : "None failed."),
    columns: ["requests", "failed", "iterations"],
    cells: (row) => [row.requests, row.failed, row.iterations].map(formatCount),
  });
}

/** The counts differ by powers of ten (a hundred sold, a hundred thousand refused), hence the logarithm. */
function outcomesChart(rows: readonly TimelineRow[]): Chart | undefined {
  const total = (outcome: (typeof OUTCOMES)[number]): number =>
    rows.reduce((sum, row) => sum + row.outcomes[outcome], 0);
  const seen = OUTCOMES.filter((outcome) => total(outcome) > 0);
  if (seen.length === 0) return undefined;
  return timeChart(rows, {
    id: "outcomes",
    title: "Outcomes of operations",
    unit: "per second, logarithmic",
    heightPx: MIDDLE_PX,
    log: true,
    series: seen.map((outcome) =>
      line(outcome, OUTCOMES.indexOf(outcome) + 1, rows, (row) => {
        const value = rate(row, row.outcomes[outcome]);
        return value > 0 ? value : null;
      }),
    ),
    says: `Outcomes over time. In all: ${seen
      .map((outcome) => `${formatCount(total(outcome))} ${outcome}`)
      .join(", ")}.`,
    columns: [...OUTCOMES],
    cells: (row) => OUTCOMES.map((outcome) => formatCount(row.outcomes[outcome])),
  });
}

function vusChart(rows: readonly TimelineRow[]): Chart {
  const highest = Math.max(...rows.map((row) => row.vus));
  return timeChart(rows, {
    id: "vus",
    title: "Virtual users",
    unit: "active",
    heightPx: LOW_PX,
    series: [line("virtual users", 1, rows, (row) => row.vus)],
    says: `Active virtual users over time: ${formatCount(highest)} at most.`,
    columns: ["virtual users"],
    cells: (row) => [formatCount(row.vus)],
  });
}

function stageMarks(result: RunResult): Mark[] {
  const stages = result.stages.filter((stage) => stage.startedMs > 0 || result.stages.length > 1);
  if (stages.length > STAGE_MARKS_MAX) return [];
  return stages.map((stage) => ({
    at: stage.startedMs / 1000,
    label: visible(stage.name, VALUE_MAX),
    kind: "stage",
  }));
}

/** The first instant at which the load broke a rule; the audit, which only finds it, comes after the load. */
function violationMark(result: RunResult): Mark[] {
  const moments = result.invariants
    .filter((invariant) => invariant.verdict === "fail")
    .flatMap(({ name, witnesses }) =>
      witnesses
        .filter((witness) => witness.phase === "load")
        .map((witness) => ({ name, atMs: witness.returnedMs ?? witness.invokedMs })),
    );
  const [first] = moments.sort((a, b) => a.atMs - b.atMs);
  if (first === undefined) return [];
  return [{ at: first.atMs / 1000, label: `✗ ${visible(first.name, VALUE_MAX)}`, kind: "fail" }];
}

function unnamed(mark: Mark): Mark {
  return { ...mark, label: "" };
}
