/** The top of the page: the verdict before anything else, then which run it was, then its figures. */
import { formatBytes, formatCount } from "../../base/units.ts";
import type { RunResult } from "../../verdict/result.ts";
import { ROWS_MAX } from "../limits.ts";
import {
  exitMeaning,
  formatMs,
  formatRate,
  formatShare,
  headlineParts,
  metricOf,
  verdictWord,
} from "../wording.ts";
import { isSocketsOnly, socketFigures } from "../sockets.ts";
import { commandLine } from "./copyable.ts";
import { html } from "./markup.ts";
import type { Markup } from "./markup.ts";
import { mark } from "./tone.ts";

export function masthead(result: RunResult): Markup {
  const { title, lede } = headlineParts(result.headline === "" ? result.run.name : result.headline);
  return html`<header class="masthead ${result.verdict}">
    <div class="colophon">
      <p><b>Holdfast</b> <span>load test report</span></p>
      <button type="button" class="theme" data-theme-toggle>Theme: auto</button>
    </div>
    <div class="verdict">
      <p class="stamp">${mark(result.verdict)}${verdictWord(result)}</p>
      <h1>${title}</h1>
      ${lede !== "" && html`<p class="lede">${lede}</p>`}
      <p class="meaning">
        Exit ${result.exitCode}: ${exitMeaning(result.exitCode)}.
        ${result.run.partial && html`<b>Partial: it was stopped before its time.</b>`}
      </p>
    </div>
    ${facts(result)} ${figures(result)}
  </header>`;
}

function facts(result: RunResult): Markup {
  const { run } = result;
  const rows: [string, string | Markup][] = [
    ["Test", run.name],
    ["Profile", run.profile],
    ["When", moment(run.startedAt)],
    ["Took", formatMs(run.durationMs)],
    ["Target", run.target],
    ["Stands on", run.parts === null ? "" : `${run.parts} parts`],
    ["Planted bug", run.bug ?? ""],
    ["Seed", run.seed],
    ["Run", run.id],
  ];
  return html`<dl class="facts" aria-label="The run">
      ${rows
        .filter(([, value]) => value !== "")
        .map(
          ([name, value]) =>
            html`<div>
              <dt>${name}</dt>
              <dd>${value}</dd>
            </div>`,
        )}
    </dl>
    ${run.command !== undefined && commandLine("Run it again", run.command, "the command")}`;
}

/** 14:03:11 UTC says more to a reader than the letters of ISO 8601, which stay in the attribute. */
function moment(startedAt: string): Markup {
  const said = startedAt.replace(/\.\d+/, "").replace("T", " ").replace("Z", " UTC");
  return html`<time datetime="${startedAt}">${said}</time>`;
}

/** More of them stand in two rows of as many. */
const FIGURES_IN_A_ROW = 6;

type Figure = [name: string, value: string, more: string];

function figures(result: RunResult): Markup {
  const requests = metricOf(result, "http_reqs", "counter");
  const failed = metricOf(result, "http_req_failed", "rate");
  const duration = metricOf(result, "http_req_duration", "trend");
  const received = metricOf(result, "data_received", "counter");
  const shown = result.invariants.slice(0, ROWS_MAX);
  const judged = Math.max(0, ...shown.map((one) => one.checked.operations));
  const overlap = Math.max(0, ...shown.map((one) => one.checked.overlapMax));
  const judgedRow: Figure = [
    "Judged",
    formatCount(judged),
    `operations, up to ${formatCount(overlap)} at once`,
  ];
  if (isSocketsOnly(result)) return figureList([...socketRows(result), judgedRow]);
  const bytes = received === undefined ? "" : `, ${formatBytes(received.count)} received`;
  return figureList([
    [
      "Requests",
      formatCount(requests?.count ?? 0),
      failed === undefined ? "none was sent" : `${formatShare(failed.rate)} failed${bytes}`,
    ],
    ["Rate", formatRate(requests?.ratePerSecond ?? 0), "over the whole run"],
    [
      "Latency p50",
      formatMs(duration?.p50 ?? null),
      duration === undefined ? "nothing was answered" : "half were faster",
    ],
    [
      "Latency p99",
      formatMs(duration?.p99 ?? null),
      duration === undefined ? "nothing was answered" : `slowest ${formatMs(duration.max)}`,
    ],
    judgedRow,
    ...socketRows(result),
  ]);
}

/** None where there was no socket. */
function socketRows(result: RunResult): Figure[] {
  const figures = socketFigures(result);
  if (figures === undefined) return [];
  const { sent, received, latency, opened, failed, connectP95Ms } = figures;
  const none = "no message had an id";
  const connected =
    connectP95Ms === null ? "" : `, connected within ${formatMs(connectP95Ms)} (p95)`;
  return [
    [
      "Messages sent",
      formatCount(sent.count),
      `${formatRate(sent.ratePerSecond)} over the whole run`,
    ],
    [
      "Messages received",
      formatCount(received.count),
      `${formatRate(received.ratePerSecond)} over the whole run`,
    ],
    [
      "Message p50",
      formatMs(latency?.p50 ?? null),
      latency === undefined ? none : "half were faster",
    ],
    [
      "Message p99",
      formatMs(latency?.p99 ?? null),
      latency === undefined ? none : `slowest ${formatMs(latency.max)}`,
    ],
    ["Connections", formatCount(opened), `${formatCount(failed)} failed${connected}`],
  ];
}

function figureList(rows: readonly Figure[]): Markup {
  return html`<dl
    class="figures ${rows.length > FIGURES_IN_A_ROW && "double"}"
    aria-label="Key figures"
  >
    ${rows.map(
      ([name, value, more]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
          <dd class="more">${more}</dd>
        </div>`,
    )}
  </dl>`;
}
