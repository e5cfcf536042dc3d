/**
 * The schema of `result.json`, for reading a stored one back and for `docs/reference/result.schema.json`, which other
 * programs read. It follows the types in `result.ts`: a field that one of the two lacks, or knows otherwise, does not
 * compile. Fields may be added; what a newer Holdfast has added is dropped on reading.
 */
import * as v from "valibot";
import { EXIT } from "../base/errors.ts";
import type { Considered, Finding, RawNotKept, RawText, Witness } from "../checker/finding.ts";
import type { BreakdownResult } from "../metrics/breakdown.ts";
import type { CheckResult } from "../metrics/store.ts";
import type { StageResult } from "../metrics/stages.ts";
import type { DistributionPoint, TrendNumbers } from "../metrics/summary.ts";
import type { ThresholdResult } from "../metrics/threshold-evaluator.ts";
import type { SocketNumbers } from "../metrics/socket-counts.ts";
import type { TimelineRow } from "../metrics/timeline.ts";
import type { GeneratorHealth } from "../record/generator.ts";
import type { Outcome } from "../record/outcome.ts";
import type { Value } from "../record/value.ts";
import { RESULT_SCHEMA, type InvariantResult, type RunFacts, type RunResult } from "./result.ts";

/** A row for every field: one that is missing does not compile. */
type FieldsOf<Type> = Record<keyof Type, v.GenericSchema>;

const texts = v.record(v.string(), v.string());

const ms = says(v.number(), "Milliseconds.");

const sinceStart = says(v.number(), "Milliseconds since the load began.");

const msOrNone = says(v.nullable(v.number()), "Milliseconds; null when there was no sample.");

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

const verdict = v.picklist(["pass", "fail", "unknown"]);

/** JSON, and nothing else. */
export const valueSchema: v.GenericSchema<Value> = v.union([
  v.null(),
  v.boolean(),
  v.number(),
  v.string(),
  v.array(v.lazy(() => valueSchema)),
  v.record(
    v.string(),
    v.lazy(() => valueSchema),
  ),
]);

const runFacts = v.object({
  id: says(v.string(), "Name of the run's folder."),
  name: v.string(),
  seed: v.string(),
  profile: v.string(),
  startedAt: says(v.string(), "ISO 8601."),
  durationMs: ms,
  target: v.string(),
  bug: says(v.nullable(v.string()), "The reference system's planted bug, if one was asked for."),
  parts: v.nullable(v.string()),
  partial: says(v.boolean(), "Stopped before its time."),
  threads: count,
  command: v.exactOptional(says(v.string(), "Runs this again, with the same seed.")),
  versions: texts,
} satisfies FieldsOf<RunFacts>);

const witness = v.object({
  index: says(count, "Position in the history, in order of invocation."),
  name: v.string(),
  phase: v.picklist(["setup", "load", "audit"]),
  process: count,
  key: v.string(),
  id: v.nullable(v.string()),
  value: valueSchema,
  result: valueSchema,
  invokedMs: sinceStart,
  returnedMs: says(v.nullable(v.number()), "Null when it never returned."),
  outcome: v.picklist(["ok", "rejected", "failed", "unknown"]),
  rule: says(v.string(), "The rule that classified the outcome."),
  status: says(v.number(), "The HTTP status, 0 where there was none."),
  raw: v.exactOptional(
    v.union([
      v.object({
        request: says(v.string(), "Head and body as sent, without secrets; long ones are cut."),
        answer: says(v.string(), "Head and body as received; in words where there was none."),
      } satisfies FieldsOf<RawText>),
      v.object({ notKept: says(v.string(), "Why there is none.") } satisfies FieldsOf<RawNotKept>),
    ]),
  ),
} satisfies FieldsOf<Witness>);

const considered = v.object({
  count: says(count, "Without those among the witnesses."),
  name: says(v.nullable(v.string()), "Null when they are of several names."),
  ids: says(v.array(v.string()), "The first few of them."),
} satisfies FieldsOf<Considered>);

const finding = {
  name: v.string(),
  kind: v.string(),
  verdict,
  sentence: v.string(),
  checked: v.object({
    operations: count,
    keys: count,
    unknownOutcomes: count,
    overlapMax: says(count, "Most operations on one key at one time."),
  } satisfies FieldsOf<Finding["checked"]>),
  witnesses: says(v.array(witness), "The operations that prove the sentence."),
  count: says(count, "Violations in all; the witnesses show the first."),
  key: says(v.nullable(v.string()), "What the witnesses are about."),
  considered: v.exactOptional(
    says(considered, "Operations of unknown outcome that do not explain the violation."),
  ),
} satisfies FieldsOf<Finding>;

const invariant = v.object({
  ...finding,
  recheck: says(v.string(), "The command that judges it again from the stored history."),
} satisfies FieldsOf<InvariantResult>);

const threshold = v.object({
  metric: says(v.string(), "With its tags: http_req_duration{name:order}."),
  expression: v.string(),
  value: says(v.nullable(v.number()), "Null when there was no sample."),
  ok: v.boolean(),
  crossedAtMs: says(v.nullable(v.number()), "For those judged as the run goes."),
  aborted: says(v.boolean(), "The run was ended for it."),
} satisfies FieldsOf<ThresholdResult>);

const stage = v.object({
  name: v.string(),
  scenario: v.string(),
  level: says(v.number(), "Virtual users, or iterations per second."),
  startedMs: sinceStart,
  endedMs: sinceStart,
  verdict,
  requests: count,
  ratePerSecond: v.number(),
  p50Ms: msOrNone,
  p99Ms: msOrNone,
  failedShare: share,
} satisfies FieldsOf<StageResult>);

const unit = { unit: v.exactOptional(v.string()) };

const metric = v.variant("type", [
  v.object({
    type: v.literal("counter"),
    ...unit,
    count: v.number(),
    ratePerSecond: v.number(),
  }),
  v.object({ type: v.literal("gauge"), value: v.number(), min: v.number(), max: v.number() }),
  v.object({ type: v.literal("rate"), passed: count, total: count, rate: share }),
  v.object({
    type: v.literal("trend"),
    ...unit,
    ...({
      count,
      min: v.number(),
      mean: v.number(),
      p50: v.number(),
      p90: v.number(),
      p95: v.number(),
      p99: v.number(),
      p999: v.number(),
      max: v.number(),
    } satisfies FieldsOf<TrendNumbers>),
  }),
]);

const breakdown = v.object({
  title: v.string(),
  by: says(v.string(), "The tag whose values are the rows."),
  columns: v.array(
    v.object({
      title: v.string(),
      unit: v.picklist(["ms", "bytes", "share", "per second", "number"]),
    } satisfies FieldsOf<BreakdownResult["columns"][number]>),
  ),
  rows: v.array(
    v.object({
      value: v.string(),
      cells: says(v.array(v.nullable(v.number())), "One for each column; null without a sample."),
    } satisfies FieldsOf<BreakdownResult["rows"][number]>),
  ),
} satisfies FieldsOf<BreakdownResult>);

const generator = v.object({
  valid: says(v.boolean(), "False when the load generator was the bottleneck."),
  cpuSeconds: v.number(),
  rssMaxBytes: count,
  eventLoopDelayP99Ms: ms,
  scheduleSlipP99Ms: ms,
  droppedIterations: count,
  gcPauseMaxMs: ms,
  gcPauseTotalMs: ms,
  cpuShareMax: says(v.number(), "Highest share of a core that one thread used in a second."),
  pacing: says(v.nullable(v.string()), "precise, economy, or null in a closed model."),
  reasons: says(v.array(v.string()), "Why it is not valid, one sentence each."),
} satisfies FieldsOf<GeneratorHealth>);

const row = v.object({
  atMs: sinceStart,
  spanMs: ms,
  vus: count,
  requests: count,
  failed: count,
  iterations: count,
  p50Ms: msOrNone,
  p95Ms: msOrNone,
  p99Ms: msOrNone,
  maxMs: msOrNone,
  outcomes: v.object({
    ok: count,
    rejected: count,
    failed: count,
    unknown: count,
  } satisfies FieldsOf<Record<Outcome, number>>),
  cpuShare: v.number(),
  sockets: v.exactOptional(
    v.object({
      sent: says(count, "Messages."),
      received: says(count, "Messages and server-sent events."),
      opened: says(count, "Connections."),
      failed: says(count, "Connections refused, or lost without a farewell."),
      p50Ms: msOrNone,
      p99Ms: msOrNone,
    } satisfies FieldsOf<SocketNumbers>),
  ),
} satisfies FieldsOf<TimelineRow>);

const result = v.object({
  schema: v.literal(RESULT_SCHEMA),
  run: runFacts,
  verdict,
  exitCode: v.pipe(v.number(), v.values(Object.values(EXIT))),
  headline: says(v.string(), "The verdict in one sentence."),
  invariants: v.array(invariant),
  thresholds: v.array(threshold),
  stages: v.array(stage),
  breakdowns: v.exactOptional(says(v.array(breakdown), "The test's own tables.")),
  metrics: says(v.record(v.string(), metric), "By k6's name, with tags where there are some."),
  generator,
  timeline: v.array(row),
  distribution: says(
    v.array(v.object({ durationMs: ms, share } satisfies FieldsOf<DistributionPoint>)),
    "The share of requests that took at most so long.",
  ),
  checks: v.array(
    v.object({ name: v.string(), passed: count, failed: count } satisfies FieldsOf<CheckResult>),
  ),
  notes: says(v.array(v.string()), "What else a reader should know."),
  environment: texts,
} satisfies FieldsOf<RunResult>);

/** Reads a stored result; throws away what it does not know. */
export const resultSchema: v.GenericSchema<RunResult> = sameBothWays(result);

/** Compiles only while what the schema lets through is a RunResult, and every RunResult gets through. */
function sameBothWays<S extends v.GenericSchema<RunResult>>(
  schema: RunResult extends v.InferOutput<S> ? S : never,
): v.GenericSchema<RunResult> {
  return schema;
}

function says<S extends v.GenericSchema>(
  schema: S,
  description: string,
): v.SchemaWithPipe<readonly [S, v.DescriptionAction<v.InferOutput<S>, string>]> {
  return v.pipe(schema, v.description(description));
}
