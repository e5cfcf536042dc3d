/** Whether the load generator was fit for this run: what was measured of it, and what that means for the numbers. */
import { formatBytes, formatCount } from "../../base/units.ts";
import { reportedP99Ms } from "../../verdict/result.ts";
import type { RunResult } from "../../verdict/result.ts";
import { ROWS_MAX } from "../limits.ts";
import { racesText } from "../races.ts";
import { formatMs, formatShare, metricOf } from "../wording.ts";
import type { Chart } from "./chart.ts";
import { chartFigure } from "./chart-figure.ts";
import { html } from "./markup.ts";
import type { Section } from "./section.ts";
import { table } from "./table.ts";

export function generatorSection(result: RunResult, chart: Chart | undefined): Section {
  const { generator } = result;
  const races = racesText(result);
  return {
    id: "generator",
    title: "Load generator",
    gist: generator.valid ? "not the bottleneck" : "the bottleneck: run invalid",
    content: [
      generator.valid
        ? html`<p class="sentence">${fitSentence(result)}</p>`
        : html`<div class="reasons">
            <p class="sentence">
              The load generator was past its limits, so this run says nothing of the system’s
              speed:
            </p>
            <ul>
              ${generator.reasons.slice(0, ROWS_MAX).map((reason) => html`<li>${reason}</li>`)}
            </ul>
          </div>`,
      races !== "" && html`<p class="sentence">${races}.</p>`,
      healthTable(result),
      chart !== undefined && chartFigure(chart),
    ],
  };
}

function fitSentence(result: RunResult): string {
  return metricOf(result, "http_reqs", "counter") === undefined
    ? "No request was sent, so there was nothing to keep up with."
    : "The load generator kept up: the numbers on this page are the system’s, not its own.";
}

function healthTable(result: RunResult): ReturnType<typeof table> {
  const { generator, run } = result;
  const rows: [string, string, string][] = [
    [
      "Busiest engine thread",
      `${formatShare(generator.cpuShareMax)} of a core`,
      `in its busiest second; ${run.threads === 1 ? "one thread" : `${run.threads} threads`} in all`,
    ],
    [
      "Schedule slip, p99",
      formatMs(generator.scheduleSlipP99Ms),
      `how late requests left${against(generator.scheduleSlipP99Ms, result)}`,
    ],
    [
      "Event loop delay, p99",
      formatMs(generator.eventLoopDelayP99Ms),
      `how late an answer may have been noticed${against(generator.eventLoopDelayP99Ms, result)}`,
    ],
    [
      "Longest pause for garbage",
      formatMs(generator.gcPauseMaxMs),
      `${formatMs(generator.gcPauseTotalMs)} in all`,
    ],
    [
      "Dropped iterations",
      formatCount(generator.droppedIterations),
      generator.droppedIterations === 0
        ? "everything that was due was started"
        : "due, but never started",
    ],
    ["Pacing", generator.pacing ?? "by the answers", pacingSays(generator.pacing)],
    ["Processor time", `${generator.cpuSeconds.toFixed(1)} s`, "of all threads together"],
    ["Memory", formatBytes(generator.rssMaxBytes), "at most"],
  ];
  return table({
    caption: "What was measured of the load generator",
    columns: [{ title: "measured" }, { title: "value", number: true }, { title: "which is" }],
    rows,
  });
}

/** A delay matters by its size against the latencies it is part of. */
function against(ms: number, result: RunResult): string {
  const p99 = reportedP99Ms(result.metrics) ?? 0;
  return p99 > 0 ? `; ${formatShare(ms / p99)} of the reported p99` : "";
}

function pacingSays(pacing: string | null): string {
  if (pacing === null) return "a closed model: a virtual user waits for its answer, then goes on";
  return pacing === "precise"
    ? "arrivals released by a spinning clock"
    : "arrivals released by a timer of a millisecond";
}
