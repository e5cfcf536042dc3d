/** Puts together the result of a run: what the books say, what the checkers found, and the verdict over all of it. */
import { relative, resolve } from "node:path";
import { HoldfastError, ScriptError } from "../base/errors.ts";
import { NODE_VERSION } from "../base/node.ts";
import { formatCount, NS_PER_MS } from "../base/units.ts";
import { answerTimes, reportedP99Ms } from "../metrics/answer-times.ts";
import { breakdownsOf } from "../metrics/breakdown.ts";
import { distribution, summarize } from "../metrics/summary.ts";
import type { MetricStore } from "../metrics/store.ts";
import type { MetricResult, TrendNumbers } from "../metrics/summary.ts";
import { judgeGenerator } from "../probe/judge-generator.ts";
import type { GeneratorFacts } from "../probe/judge-generator.ts";
import { machineFacts } from "../probe/machine.ts";
import { processUsage } from "../probe/process-usage.ts";
import { FAILURES } from "../protocol/http1/failures.ts";
import { decide } from "../verdict/decide.ts";
import type { RunEnd } from "../verdict/decide.ts";
import { RESULT_SCHEMA } from "../verdict/result.ts";
import type { RunFacts, RunResult } from "../verdict/result.ts";
import { RUNS_FOLDER } from "./folders.ts";
import { againCommand, recheckCommand } from "./again-command.ts";
import type { Judgement } from "./judge-run.ts";
import type { Frame, RunStory } from "./story.ts";
import { holdfastVersion } from "./version.ts";

export function buildResult(frame: Frame, story: RunStory, judgement: Judgement): RunResult {
  const { load, ledger } = story;
  const { store } = ledger;
  const selectors = frame.prepared.thresholds.map(({ selector }) => selector);
  const metrics = summarize(store, { elapsedNs: load.endedNs, selectors });
  const thresholds = ledger.thresholds.final(load.endedNs);
  const generator = judgeGenerator(ledger.generator.numbers(), generatorFacts(story, metrics));
  const decision = decide(runEnd(story, judgement, { metrics, thresholds, generator }));
  return {
    schema: RESULT_SCHEMA,
    run: runFacts(frame, story),
    verdict: decision.verdict,
    exitCode: decision.exitCode,
    headline: decision.headline,
    invariants: decision.findings.map((finding) => ({
      ...finding,
      recheck: recheckCommand(nameOfRun(frame), finding.key),
    })),
    thresholds,
    stages: ledger.stages.results(load.endedNs),
    breakdowns: breakdownsOf(frame.prepared.breakdowns, store, load.endedNs),
    metrics,
    generator,
    timeline: store.timeline(),
    distribution: distribution(store),
    checks: store.checks(),
    notes: [...lossNotes(story), ...decision.also, ...notesOf(story)],
    environment: machineFacts(),
  };
}

/** By which `holdfast check` finds the run from here: its id, or its folder where that is not the usual one. */
function nameOfRun({ folder, host }: Frame): string {
  const usual = resolve(host.cwd, RUNS_FOLDER, folder.id);
  return folder.path === usual ? folder.id : relative(host.cwd, folder.path);
}

function runFacts(
  { loaded, options, prepared, startedAt, seed, folder, host }: Frame,
  story: RunStory,
): RunFacts {
  return {
    id: folder.id,
    name: loaded.test.name,
    seed,
    profile: prepared.plan.profile,
    startedAt: startedAt.toISOString(),
    durationMs: Math.round(story.load.endedNs / NS_PER_MS),
    target: story.url,
    bug: options.bug ?? null,
    parts: story.parts,
    partial: story.load.early !== undefined || isInterrupted(story),
    threads: options.threads,
    command: againCommand(relative(host.cwd, loaded.file), options, seed),
    versions: { holdfast: holdfastVersion(), node: NODE_VERSION },
  };
}

function runEnd(
  story: RunStory,
  { findings, operations, broken }: Judgement,
  numbers: Pick<RunResult, "metrics" | "thresholds" | "generator">,
): RunEnd {
  const { metrics } = numbers;
  const answered = answerTimes(metrics);
  return {
    findings,
    thresholds: numbers.thresholds,
    generator: numbers.generator,
    exceptions: exceptionsOf(story, metrics),
    target: targetState(story, metrics),
    stopped: stoppedBy(story),
    broken,
    iterations: counter(metrics, "iterations"),
    operations,
    p99Ms: answered?.p99 ?? null,
    lostRecords: story.losses.records,
  };
}

function exceptionsOf(
  { load, trouble }: RunStory,
  metrics: RunResult["metrics"],
): RunEnd["exceptions"] {
  const scripts = trouble.filter((error) => error.name === "ScriptError" || !("exitCode" in error));
  const [first] = load.exceptions;
  const words = first === undefined ? undefined : `${first.message} (scenario ${first.scenario})`;
  return {
    count: counter(metrics, "iteration_errors") + scripts.length,
    first: words ?? scripts[0]?.message ?? null,
  };
}

/** It was reached when anything was ever answered, or nothing was ever asked of it. */
function targetState({ load, url }: RunStory, metrics: RunResult["metrics"]): RunEnd["target"] {
  const all =
    counter(metrics, "http_reqs") + counter(metrics, "ws_errors") + counter(metrics, "sse_errors");
  const trouble = load.early?.why === "target" ? `it ended by itself: ${load.early.how}` : null;
  const silent = all > 0 && counter(metrics, "data_received") === 0;
  return { url, reached: !silent && trouble === null, trouble };
}

/** Stopped from outside in one of the author's steps, before or after the load. */
function isInterrupted({ trouble }: RunStory): boolean {
  return trouble.some((error) => error instanceof HoldfastError && error.code === "HF_INTERRUPTED");
}

function stoppedBy(story: RunStory): RunEnd["stopped"] {
  const { early } = story.load;
  if (early === undefined && isInterrupted(story)) {
    const when = story.load.endedNs === 0 ? "before its load began" : "after its load";
    return { by: "outside", why: `it was interrupted ${when} (Ctrl-C or a signal).` };
  }
  switch (early?.why) {
    case "interrupt":
      return { by: "outside", why: "it was interrupted (Ctrl-C or a signal)." };
    case "control":
      return { by: "outside", why: "holdfast control --stop." };
    case "exception":
      return { by: "condition", why: "the script threw, and the test says stopOnException." };
    case "violation":
      return {
        by: "condition",
        why: `${early.invariant} is violated, and the run was to stop at that.`,
      };
    case "threshold":
    case "target":
    case undefined:
      return null;
  }
}

function generatorFacts(story: RunStory, metrics: RunResult["metrics"]): GeneratorFacts {
  const pacings = new Set(
    story.load.ends.flatMap(({ report }) => report.scenarios.map(({ pacing }) => pacing)),
  );
  const slip = trend(metrics, "schedule_slip");
  const requests = trend(metrics, "http_req_duration");
  return {
    pacing: pacings.has("precise") ? "precise" : pacings.has("economy") ? "economy" : null,
    scheduleSlipP99Ms: slip?.p99 ?? null,
    arrivals: slip?.count ?? 0,
    requestP99Ms: requests?.p99 ?? null,
    requestMeanMs: requests?.mean ?? null,
    latencyP99Ms: reportedP99Ms(metrics),
    droppedIterations: counter(metrics, "dropped_iterations"),
    outOfLimits: outOfLimits(story.ledger.store),
    usage: processUsage(),
  };
}

/** Connections that failed because of this machine's own limits. */
function outOfLimits(store: MetricStore): number {
  const tags = { error_code: String(FAILURES.HF_TCP_LIMIT.number) };
  const names = ["http_reqs", "ws_errors", "sse_errors"];
  return names.reduce((sum, metric) => sum + store.counter({ metric, tags }), 0);
}

/** Comes first: without a whole history everything else is in doubt. */
function lossNotes({ losses: { records, reason } }: RunStory): string[] {
  if (reason === undefined && records === 0) return [];
  const missing = records === 0 ? "" : ` (${formatCount(records)} operations are missing)`;
  return [`The history is not whole: ${reason ?? "blocks were dropped"}${missing}.`];
}

/** What else a reader should know. */
function notesOf({ load, ledger, trouble }: RunStory): string[] {
  const notes: string[] = [];
  const { seriesOverLimit, notNumbers } = ledger.store.lost;
  for (const { scenario, stack } of load.exceptions) notes.push(`${scenario} threw: ${stack}`);
  for (const error of trouble) notes.push([error.message, ...placesOf(error)].join(" "));
  for (const [scenario, why] of outOfRows(load))
    notes.push(`${scenario} stopped before its time: ${why}.`);
  if (load.killed)
    notes.push("Engine threads had to be ended by force; their last moments are missing.");
  if (seriesOverLimit > 0) {
    notes.push(
      `${formatCount(seriesOverLimit)} sets of tags beyond the limit were counted together: give requests a name.`,
    );
  }
  if (notNumbers > 0)
    notes.push(`${formatCount(notNumbers)} samples were no number and are not counted.`);
  return notes;
}

/** Where the author's own step threw. */
function placesOf(error: Error): string[] {
  return error instanceof ScriptError ? error.places() : [];
}

/** Scenarios that ran out of rows, and of which. */
function outOfRows({ ends }: RunStory["load"]): Map<string, string> {
  const reasons = ends.flatMap(({ report }) =>
    report.scenarios.flatMap(({ name, outOfRows: why }): [string, string][] =>
      why === undefined ? [] : [[name, why]],
    ),
  );
  return new Map(reasons);
}

function counter(metrics: Record<string, MetricResult>, name: string): number {
  const metric = metrics[name];
  return metric?.type === "counter" ? metric.count : 0;
}

function trend(metrics: Record<string, MetricResult>, name: string): TrendNumbers | undefined {
  const metric = metrics[name];
  return metric?.type === "trend" ? metric : undefined;
}
