/** Everything in `report/` is bounded by these, whatever the run was. What is left out is counted, and said. */

/** Longest text of the system or the author that a report shows; the whole of it stays in result.json. */
export const TEXT_MAX = 500;

/** Longest id, key or value inside a line. */
export const VALUE_MAX = 120;

/** Longest command that a report shows. */
export const COMMAND_MAX = 2_000;

/** Longest request or answer that a report shows; what was kept of it is in result.json. */
export const RAW_MAX = 4_500;

/** Proofs that show requests and answers, those of the worst findings. */
export const RAW_PROOFS_MAX = 5;

/** Invariants, thresholds, stages, checks and notes shown in one report, each. */
export const ROWS_MAX = 100;

/** The test's own tables shown in one report. */
export const BREAKDOWNS_MAX = 20;

/** Lines of the terminal summary that they may take, all together. */
export const SUMMARY_BREAKDOWN_LINES_MAX = 8;

/** Proofs drawn in one report, those of the worst findings first; the sentences of the others are still there. */
export const PROOFS_MAX = 20;

/** Operations drawn in one proof: what a finding promises not to exceed, and a stored result might. */
export const PROOF_ROWS_MAX = 5;

/** Metrics shown in one report; those without tags come first. */
export const METRICS_MAX = 200;

/** The Markdown report stays below 1 MB, the most that a job summary on GitHub may have. */
export const MARKDOWN_ROWS_MAX = 50;
export const MARKDOWN_METRICS_MAX = 60;
export const MARKDOWN_PROOFS_MAX = 5;
export const MARKDOWN_TEXT_MAX = 400;

/** Points of one chart; longer series are thinned, keeping the worst of each group. */
export const CHART_POINTS_MAX = 600;

/** Rows of the table that stands beside a chart. */
export const CHART_TABLE_ROWS_MAX = 60;

/** The final terminal summary fits a classic screen of 24 lines, the prompt after it included. */
export const SUMMARY_LINES_MAX = 23;
export const SUMMARY_COLUMNS_MIN = 40;
export const SUMMARY_COLUMNS_MAX = 120;

/** The live view: lines of a frame, running invariants shown, columns used. */
export const LIVE_LINES_MAX = 20;
export const LIVE_INVARIANTS_MAX = 8;
export const LIVE_COLUMNS_MAX = 100;

/** Without a terminal: one plain line this often. */
export const PLAIN_LINE_EVERY_NS = 10_000_000_000;

/** Points a sparkline remembers. */
export const SPARKLINE_POINTS_MAX = 24;
