/** `report.md`: the report for a pull request or a job summary. GitHub's flavour; whatever the system said is escaped. */
import { formatBytes, formatCount } from "../base/units.ts";
import type { InvariantResult, MetricResult, RunResult } from "../verdict/result.ts";
import { breakdownCells } from "./breakdown-cells.ts";
import {
  BREAKDOWNS_MAX,
  COMMAND_MAX,
  MARKDOWN_METRICS_MAX,
  MARKDOWN_PROOFS_MAX,
  MARKDOWN_ROWS_MAX,
} from "./limits.ts";
import { code, fenced, table, text } from "./markdown-text.ts";
import { racesText } from "./races.ts";
import { isSocketsOnly, socketFigures } from "./sockets.ts";
import { shownMetrics } from "./shown-metrics.ts";
import { textAxis } from "./text-axis.ts";
import { visible } from "./text-columns.ts";
import {
  consideredText,
  counted,
  exitMeaning,
  formatMs,
  formatNumber,
  formatRate,
  formatShare,
  generatorSentence,
  INVARIANT_WORD,
  metricOf,
  thresholdValue,
  VERDICT_MARK,
  verdictWord,
  WORST_FIRST,
} from "./wording.ts";

const BAR_COLUMNS = 44;

/** Ends with a line end. */
export function renderMarkdown(result: RunResult): string {
  const sections = [
    headSection(result),
    invariantsSection(result),
    figuresSection(result),
    thresholdsSection(result),
    ...breakdownSections(result),
    stagesSection(result),
    checksSection(result),
    metricsSection(result),
    generatorSection(result),
    notesSection(result.notes),
    environmentSection(result),
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

function headSection(result: RunResult): string {
  const { run } = result;
  const facts = [
    code(run.id),
    text(run.startedAt),
    formatMs(run.durationMs),
    text(run.target),
    run.profile === "" ? "" : `${text(run.profile)} profile`,
    `seed ${code(run.seed)}`,
    run.parts === null ? "" : `${text(run.parts)} parts`,
    run.bug === null ? "" : `planted bug ${code(run.bug)}`,
    run.partial ? "partial" : "",
  ];
  return [
    `# ${VERDICT_MARK[result.verdict]} ${verdictWord(result)}: ${text(run.name)}`,
    `**${text(result.headline)}**`,
    `Exit ${result.exitCode}: ${exitMeaning(result.exitCode)}.`,
    facts.filter((fact) => fact !== "").join(" · "),
    ...(run.command === undefined ? [] : [commandBlock(run.command)]),
  ].join("\n\n");
}

function invariantsSection({ invariants, run }: RunResult): string {
  if (invariants.length === 0) return "## Invariants\n\nThe test states none.";
  const sorted = [...invariants].sort((a, b) => WORST_FIRST[a.verdict] - WORST_FIRST[b.verdict]);
  const rows = sorted
    .slice(0, MARKDOWN_ROWS_MAX)
    .map((one) => [
      `${VERDICT_MARK[one.verdict]} ${INVARIANT_WORD[one.verdict]}`,
      text(one.name),
      text(one.sentence),
      formatCount(one.checked.operations),
      formatCount(one.checked.unknownOutcomes),
      formatCount(one.checked.overlapMax),
    ]);
  const columns = ["", "invariant", "", "operations", "unknown", "most at once"];
  const proofs = sorted.filter((one) => one.witnesses.length > 0).slice(0, MARKDOWN_PROOFS_MAX);
  const drawn = proofs.map((one) => proof(one, run.command));
  return ["## Invariants", table(columns, rows, [3, 4, 5]), ...drawn].join("\n\n");
}

function proof(invariant: InvariantResult, command: string | undefined): string {
  const considered = consideredText(invariant.considered);
  const axis = textAxis(invariant.witnesses, BAR_COLUMNS);
  const drawn = [axis.header, ...axis.rows.map(({ bar, says }) => `${bar}  ${says}`)];
  const rows = axis.rows.map(({ witness }) => [
    formatCount(witness.index),
    code(witness.id ?? "none"),
    text(witness.rule),
  ]);
  return [
    `### ${text(invariant.name)}`,
    text(invariant.sentence),
    fenced(drawn.map((line) => line.trimEnd()).join("\n"), "text"),
    table(["operation", "id", "classified by"], rows, [0]),
    ...(considered === "" ? [] : [text(`${considered}.`)]),
    "Judge it again, or send the same load again:",
    commandBlock(invariant.recheck, command),
  ].join("\n\n");
}

/** Whole, so that it can be pasted: a command that is cut is another command. */
function commandBlock(...commands: readonly (string | undefined)[]): string {
  const given = commands.filter((command) => command !== undefined);
  const lines = given.map((command) => visible(command, COMMAND_MAX));
  return fenced(lines.join("\n"), "sh", COMMAND_MAX);
}

function figuresSection(result: RunResult): string {
  const requests = metricOf(result, "http_reqs", "counter");
  const failed = metricOf(result, "http_req_failed", "rate");
  const duration = metricOf(result, "http_req_duration", "trend");
  if (requests === undefined) return "";
  const columns = ["requests", "rate", "failed", "p50", "p90", "p99", "max"];
  const row = [
    formatCount(requests.count),
    formatRate(requests.ratePerSecond),
    failed === undefined ? "–" : formatShare(failed.rate),
    ...[duration?.p50, duration?.p90, duration?.p99, duration?.max].map((ms) =>
      formatMs(ms ?? null),
    ),
  ];
  const races = racesText(result);
  const parts = [
    "## Load and latency",
    isSocketsOnly(result) ? "" : table(columns, [row], [0, 1, 2, 3, 4, 5, 6]),
    socketsTable(result),
    races === "" ? "" : `Races: ${races}.`,
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function socketsTable(result: RunResult): string {
  const figures = socketFigures(result);
  if (figures === undefined) return "";
  const { sent, received, latency, opened, failed, connectP95Ms } = figures;
  const cells: [string, string][] = [
    ["messages sent", formatCount(sent.count)],
    ["rate", formatRate(sent.ratePerSecond)],
    ["received", formatCount(received.count)],
    ["rate", formatRate(received.ratePerSecond)],
    ["p50", formatMs(latency?.p50 ?? null)],
    ["p99", formatMs(latency?.p99 ?? null)],
    ["connections", formatCount(opened)],
    ["failed", formatCount(failed)],
    ["connect p95", formatMs(connectP95Ms)],
  ];
  const columns = cells.map(([title]) => title);
  return table(columns, [cells.map(([, cell]) => cell)], [...columns.keys()]);
}

function thresholdsSection(result: RunResult): string {
  if (result.thresholds.length === 0) return "";
  const rows = result.thresholds
    .slice(0, MARKDOWN_ROWS_MAX)
    .map((one) => [
      one.ok ? "✓ kept" : "✗ crossed",
      code(one.metric),
      code(one.expression),
      thresholdValue(one, result.metrics),
      one.crossedAtMs === null ? "" : `at ${formatMs(one.crossedAtMs)}`,
    ]);
  return `## Thresholds\n\n${table(["", "metric", "expression", "value", ""], rows, [3])}`;
}

function stagesSection(result: RunResult): string {
  if (result.stages.length === 0) return "";
  const rows = result.stages
    .slice(0, MARKDOWN_ROWS_MAX)
    .map((one) => [
      VERDICT_MARK[one.verdict],
      text(one.name),
      `${formatMs(one.startedMs)} to ${formatMs(one.endedMs)}`,
      formatCount(one.requests),
      formatRate(one.ratePerSecond),
      formatMs(one.p50Ms),
      formatMs(one.p99Ms),
      formatShare(one.failedShare),
    ]);
  const columns = ["", "stage", "when", "requests", "rate", "p50", "p99", "failed"];
  return `## Stages\n\n${table(columns, rows, [3, 4, 5, 6, 7])}`;
}

function breakdownSections({ breakdowns = [] }: RunResult): string[] {
  return breakdowns.slice(0, BREAKDOWNS_MAX).map((breakdown) => {
    const columns = [breakdown.by, ...breakdown.columns.map(({ title }) => title)].map(text);
    const rows = breakdownCells(breakdown)
      .slice(0, MARKDOWN_ROWS_MAX)
      .map((cells) => cells.map(text));
    return `## ${text(breakdown.title)}\n\n${table(columns, rows, [...columns.keys()])}`;
  });
}

function checksSection(result: RunResult): string {
  if (result.checks.length === 0) return "";
  const rows = result.checks
    .slice(0, MARKDOWN_ROWS_MAX)
    .map((one) => [
      one.failed === 0 ? "✓" : "✗",
      text(one.name),
      formatCount(one.passed),
      formatCount(one.failed),
    ]);
  return `## Checks\n\n${table(["", "check", "passed", "failed"], rows, [2, 3])}`;
}

function metricsSection(result: RunResult): string {
  const { shown, leftOut } = shownMetrics(result.metrics, MARKDOWN_METRICS_MAX);
  if (shown.length === 0) return "";
  const rows = shown.map(([name, metric]) => [code(name), metric.type, metricText(metric)]);
  const more = leftOut === 0 ? "" : `\n\nand ${counted(leftOut, "more metric")} in result.json`;
  return `<details><summary>All metrics</summary>\n\n${table(["metric", "type", ""], rows)}${more}\n\n</details>`;
}

function metricText(metric: MetricResult): string {
  switch (metric.type) {
    case "counter": {
      const total =
        metric.unit === "bytes" ? formatBytes(metric.count) : formatNumber(metric.count);
      return `${total}, ${formatNumber(metric.ratePerSecond)} a second`;
    }
    case "gauge":
      return `${formatNumber(metric.value)} (${formatNumber(metric.min)} to ${formatNumber(metric.max)})`;
    case "rate":
      return formatShare(metric.rate);
    case "trend": {
      const say = metric.unit === "ms" ? formatMs : formatNumber;
      const { p50, p90, p99, max } = metric;
      return `p50 ${say(p50)}, p90 ${say(p90)}, p99 ${say(p99)}, max ${say(max)}`;
    }
  }
}

function generatorSection(result: RunResult): string {
  const reasons = result.generator.reasons
    .slice(0, MARKDOWN_ROWS_MAX)
    .map((reason) => `- ${text(reason)}`);
  const said = text(generatorSentence(result));
  const sentence = `${said.charAt(0).toUpperCase()}${said.slice(1)}.`;
  return `## Load generator\n\n${result.generator.valid ? sentence : reasons.join("\n")}`;
}

function notesSection(notes: readonly string[]): string {
  if (notes.length === 0) return "";
  return `## Notes\n\n${notes
    .slice(0, MARKDOWN_ROWS_MAX)
    .map((note) => `- ${text(note)}`)
    .join("\n")}`;
}

function environmentSection(result: RunResult): string {
  const facts = { ...result.run.versions, ...result.environment };
  const said = Object.entries(facts)
    .slice(0, MARKDOWN_ROWS_MAX)
    .map(([name, value]) => `${text(name)} ${text(value)}`);
  return said.length === 0 ? "" : `<sub>${said.join(" · ")}</sub>`;
}
