/**
 * `result.json`: all that is known of a run. Reports are made from this and nothing else, so any report can be rebuilt.
 * A contract with other programs: change it only by adding, and keep docs/reference/result.schema.json in step.
 */
import type { Finding, Verdict } from "../checker/finding.ts";
import type { Outcome } from "../record/outcome.ts";

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
  metrics: Record<string, MetricResult>;
  generator: GeneratorHealth;
  /** One row a second (merged two by two beyond TIMELINE_ROWS_MAX). */
  timeline: TimelineRow[];
  /** Share of requests at or below each duration, for the distribution chart. */
  distribution: { durationMs: number; share: number }[];
  checks: { name: string; passed: number; failed: number }[];
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
  versions: Record<string, string>;
}

export interface ThresholdResult {
  metric: string;
  expression: string;
  /** Null when there was no sample. */
  value: number | null;
  ok: boolean;
  /** When it was first crossed, for those judged as the run goes. */
  crossedAtMs: number | null;
  aborted: boolean;
}

export interface StageResult {
  /** `crowd: 0 → 50 VUs`. */
  name: string;
  scenario: string;
  level: number;
  startedMs: number;
  endedMs: number;
  verdict: Verdict;
  requests: number;
  ratePerSecond: number;
  p50Ms: number | null;
  p99Ms: number | null;
  failedShare: number;
}

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

export interface GeneratorHealth {
  valid: boolean;
  cpuSeconds: number;
  rssMaxBytes: number;
  eventLoopDelayP99Ms: number;
  scheduleSlipP99Ms: number;
  droppedIterations: number;
  gcPauseMaxMs: number;
  gcPauseTotalMs: number;
  /** Highest share of a core that one engine thread used in a second. */
  cpuShareMax: number;
  /** `precise`, `economy`, or null in a closed model. */
  pacing: string | null;
  /** Why it is not valid, one sentence each. */
  reasons: string[];
}

export interface TimelineRow {
  atMs: number;
  /** Span of this row; 1,000 unless rows were merged. */
  spanMs: number;
  vus: number;
  requests: number;
  failed: number;
  iterations: number;
  p50Ms: number | null;
  p95Ms: number | null;
  p99Ms: number | null;
  maxMs: number | null;
  /** Per operation outcome over all operations, for the rules that hold while it runs. */
  outcomes: Record<Outcome, number>;
  cpuShare: number;
}
