/** `holdfast run` of several load tests: what came of each, in one table, with a link to its report. */
import { formatCount } from "../base/units.ts";
import type { RunResult } from "../verdict/result.ts";
import { MARKDOWN_ROWS_MAX } from "./limits.ts";
import { code, table, text } from "./markdown-text.ts";
import { socketFigures } from "./sockets.ts";
import {
  counted,
  exitMeaning,
  formatMs,
  formatRate,
  metricOf,
  VERDICT_MARK,
  verdictWord,
} from "./wording.ts";

export interface Several {
  /** What was asked for: `systems/chat`. */
  readonly title: string;
  readonly results: readonly RunResult[];
  /** The worst of the runs' own. */
  readonly exitCode: number;
  /** Names of the load tests whose turn never came. */
  readonly notRun: readonly string[];
}

/** Markdown that lies beside the runs' folders, so that its links lead into them. Ends with a line end. */
export function renderSeveral({ title, results, exitCode, notRun }: Several): string {
  const shown = results.slice(0, MARKDOWN_ROWS_MAX);
  const left = results.length - shown.length;
  const sections = [
    `# ${text(title)}: ${tally(results)}`,
    `Exit ${exitCode}: ${exitMeaning(exitCode)}.`,
    table(["", "load test", "", "took", "report"], shown.map(verdictRow), [3]),
    left === 0 ? "" : `and ${counted(left, "more load test")}`,
    "## Load and latency",
    table(FIGURES, shown.map(figuresRow), [1, 2, 3, 4, 5, 6, 7, 8]),
    notRun.length === 0 ? "" : `Stopped before: ${notRun.map(text).join(", ")}.`,
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

/** `3 PASS, 2 FAIL`. */
function tally(results: readonly RunResult[]): string {
  const counts = new Map<string, number>();
  for (const word of results.map(verdictWord)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].map(([word, count]) => `${formatCount(count)} ${word}`).join(", ");
}

function verdictRow(result: RunResult): string[] {
  const { run, verdict, headline } = result;
  return [
    `${VERDICT_MARK[verdict]} ${verdictWord(result)}`,
    text(run.name),
    text(headline),
    formatMs(run.durationMs),
    `[${code(run.id)}](${encodeURIComponent(run.id.toWellFormed())}/report.html)`,
  ];
}

const FIGURES = [
  "load test",
  "requests",
  "rate",
  "p50",
  "p99",
  "messages received",
  "rate",
  "p50",
  "p99",
];

function figuresRow(result: RunResult): string[] {
  const requests = metricOf(result, "http_reqs", "counter");
  const duration = metricOf(result, "http_req_duration", "trend");
  const sockets = socketFigures(result);
  const flow = (one?: { count: number; ratePerSecond: number }): string[] =>
    one === undefined || one.count === 0
      ? ["–", "–"]
      : [formatCount(one.count), formatRate(one.ratePerSecond)];
  return [
    text(result.run.name),
    ...flow(requests),
    ...[duration?.p50, duration?.p99].map((ms) => formatMs(ms ?? null)),
    ...flow(sockets?.received),
    ...[sockets?.latency?.p50, sockets?.latency?.p99].map((ms) => formatMs(ms ?? null)),
  ];
}
