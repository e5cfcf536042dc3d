/**
 * `result.json`: all that is known of a run. Reports are made from this and nothing else, so any report can be rebuilt.
 * A contract with other programs: change it only by adding, and keep docs/reference/result.schema.json in step.
 */
import type { Finding, Verdict } from "../checker/finding.ts";
import type { BreakdownResult } from "../metrics/breakdown.ts";
import type { CheckResult } from "../metrics/store.ts";
import type { StageResult } from "../metrics/stages.ts";
import type { DistributionPoint, MetricResult } from "../metrics/summary.ts";
import type { ThresholdResult } from "../metrics/threshold-evaluator.ts";
import type { TimelineRow } from "../metrics/timeline.ts";
import type { GeneratorHealth } from "../record/generator.ts";

export { reportedP99Ms } from "../metrics/answer-times.ts";
export type { BreakdownResult, BreakdownUnit } from "../metrics/breakdown.ts";
export type { MetricResult, TrendNumbers } from "../metrics/summary.ts";
export type { StageResult } from "../metrics/stages.ts";
export type { ThresholdResult } from "../metrics/threshold-evaluator.ts";
export type { SocketNumbers } from "../metrics/socket-counts.ts";
export type { TimelineRow } from "../metrics/timeline.ts";
export type { GeneratorHealth } from "../record/generator.ts";

export const RESULT_SCHEMA = 1;

export interface RunResult {
  schema: typeof RESULT_SCHEMA;
  run: RunFacts;
  verdict: Verdict;
  exitCode: number;
  /** The verdict in one sentence: the first thing a reader sees. */
  headline: string;
  invariants: InvariantResult[];
  thresholds: ThresholdResult[];
  stages: StageResult[];
  /** The test's own tables; absent in results from before there were any. */
  breakdowns?: BreakdownResult[];
  metrics: Record<string, MetricResult>;
  generator: GeneratorHealth;
  /** One row a second (merged two by two beyond TIMELINE_ROWS_MAX). */
  timeline: TimelineRow[];
  /** Share of requests at or below each duration, for the distribution chart. */
  distribution: DistributionPoint[];
  checks: CheckResult[];
  /** What else a reader should know: dropped iterations, exceptions of the script (first few), lost records. */
  notes: string[];
  environment: Record<string, string>;
}

/** A finding, and the command that judges it again from the stored history. */
export interface InvariantResult extends Finding {
  recheck: string;
}

export interface RunFacts {
  id: string;
  name: string;
  seed: string;
  profile: string;
  /** ISO 8601. */
  startedAt: string;
  durationMs: number;
  target: string;
  /** The reference system's planted bug, if one was asked for. */
  bug: string | null;
  parts: string | null;
  /** Stopped before its time. */
  partial: boolean;
  threads: number;
  /** The command line that runs this again, with the same seed. */
  command?: string;
  versions: Record<string, string>;
}
