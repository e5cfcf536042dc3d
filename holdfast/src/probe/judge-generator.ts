/**
 * Decides whether the numbers of a run are the system's or the load generator's own. Past a limit the run is invalid,
 * not slow: a wrong number with a warning is still believed.
 *
 * What counts as evidence depends on who decides when a request is sent.
 * - Arrival rates: the schedule does. Slip (the pacer's own lateness, not the wait for a free virtual user) is in every
 *   latency, which counts from the intended start. It matters when it is a good part of what was reported.
 * - Closed model: the answer before does. A saturated thread answers late to its own virtual users; that caps the rate,
 *   and every latency is lengthened by the line in front of that thread. The processor tells. It says nothing where
 *   arrivals are paced by spinning, which takes a whole core on purpose.
 * - Either: a connection that this machine had no file or port for was never the target's to refuse.
 * - Either: an event loop held up for long, compared with the latencies, measures itself.
 */
import { formatCount, formatNs, NS_PER_MS } from "../base/units.ts";
import type { GeneratorHealth } from "../record/generator.ts";
import type { GeneratorNumbers } from "./generator-watch.ts";
import { GENERATOR_LIMITS, type GeneratorLimits } from "./limits.ts";
import type { ProcessUsage } from "./process-usage.ts";

/** What the run knows besides. */
export interface GeneratorFacts {
  /** How arrivals were paced; null when no scenario had an arrival rate. */
  pacing: "precise" | "economy" | null;
  /** p99 of `schedule_slip`; null without arrival rates. */
  scheduleSlipP99Ms: number | null;
  /** Arrivals that the schedule has started: how many the slip was measured on. */
  arrivals: number;
  /** p99 of requests: the only latencies that count from the intended start. Null when there was none. */
  requestP99Ms: number | null;
  /** p99 of the latencies that the run is about, requests or messages; null when there was none. */
  latencyP99Ms: number | null;
  droppedIterations: number;
  /** Connections that could not be opened because this machine had no file or port left. */
  outOfLimits: number;
  usage: ProcessUsage;
}

export function judgeGenerator(
  numbers: GeneratorNumbers,
  facts: GeneratorFacts,
  limits: GeneratorLimits = GENERATOR_LIMITS,
): GeneratorHealth {
  const reasons = [
    limitReason(facts),
    slipReason(facts, limits),
    loopReason(numbers, facts, limits),
    cpuReason(numbers, facts, limits),
  ].filter((reason) => reason !== undefined);
  return {
    valid: reasons.length === 0,
    cpuSeconds: facts.usage.cpuSeconds,
    rssMaxBytes: facts.usage.rssMaxBytes,
    eventLoopDelayP99Ms: numbers.loopDelayP99Ms,
    scheduleSlipP99Ms: facts.scheduleSlipP99Ms ?? 0,
    droppedIterations: facts.droppedIterations,
    gcPauseMaxMs: numbers.gcPauseMaxMs,
    gcPauseTotalMs: numbers.gcPauseTotalMs,
    cpuShareMax: numbers.cpuShareMax,
    pacing: facts.pacing,
    reasons,
  };
}

function limitReason({ outOfLimits }: GeneratorFacts): string | undefined {
  if (outOfLimits === 0) return undefined;
  const some = outOfLimits === 1 ? "A connection" : `${formatCount(outOfLimits)} connections`;
  return (
    `${some} could not be opened, as this machine, not the target, was out of files or ports. ` +
    `holdfast doctor tells the limits; ulimit -n raises that of files.`
  );
}

function slipReason(facts: GeneratorFacts, limits: GeneratorLimits): string | undefined {
  const { scheduleSlipP99Ms: slipMs } = facts;
  const latencyP99Ms = facts.requestP99Ms ?? facts.latencyP99Ms;
  if (slipMs === null || slipMs <= limits.slipMs) return undefined;
  if (facts.arrivals < limits.arrivalsMin) return undefined;
  const weighty = latencyP99Ms === null || slipMs > limits.slipShare * latencyP99Ms;
  if (!weighty && slipMs <= limits.slipAlwaysMs) return undefined;
  return (
    `Requests left late: 1 % of them by more than ${show(slipMs)}${against(latencyP99Ms)}. ` +
    `A lower rate, more threads or a core of its own would help.`
  );
}

function loopReason(
  { loopDelayP99Ms, watchedSeconds }: GeneratorNumbers,
  { pacing, latencyP99Ms }: GeneratorFacts,
  limits: GeneratorLimits,
): string | undefined {
  if (pacing === "precise" || latencyP99Ms === null) return undefined;
  if (watchedSeconds < limits.loopSeconds) return undefined;
  if (loopDelayP99Ms <= limits.loopDelayMs) return undefined;
  if (loopDelayP99Ms <= limits.loopDelayShare * latencyP99Ms) return undefined;
  return (
    `The event loop was held up: 1 % of the time by more than ${show(loopDelayP99Ms)}` +
    `${against(latencyP99Ms)}. Look for long computations in the script, or give it more threads.`
  );
}

function cpuReason(
  { busyShare, watchedSeconds }: GeneratorNumbers,
  { pacing }: GeneratorFacts,
  limits: GeneratorLimits,
): string | undefined {
  if (pacing !== null || watchedSeconds < limits.busySeconds) return undefined;
  if (busyShare < limits.busyShare) return undefined;
  return (
    `An engine thread used over ${percent(limits.cpuShare)} of a core for ${percent(busyShare)} ` +
    `of the load, so it set the rate and lengthened every latency. ` +
    `More threads, think time or fewer virtual users would help.`
  );
}

function against(latencyP99Ms: number | null): string {
  return latencyP99Ms === null ? "" : `, against a reported p99 of ${show(latencyP99Ms)}`;
}

function show(ms: number): string {
  return formatNs(ms * NS_PER_MS);
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
