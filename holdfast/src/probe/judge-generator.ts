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
 * - Either: an event loop held up for long, compared with the latencies, measures itself; but only those answers that
 *   came meanwhile. Of requests it is known how many can have been under way, by Little's law: as many as the rate times
 *   the mean latency. Where these are fewer than one in a hundred, the p99 is that of the others.
 */
import { formatCount, formatNs, NS_PER_MS, NS_PER_S } from "../base/units.ts";
import type { GeneratorHealth } from "../record/generator.ts";
import type { GeneratorNumbers } from "./generator-watch.ts";
import { GENERATOR_LIMITS, HOLD_UPS_MS, type GeneratorLimits } from "./limits.ts";
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
  /** Mean latency of requests; null when there was none. */
  requestMeanMs: number | null;
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
  numbers: GeneratorNumbers,
  facts: GeneratorFacts,
  limits: GeneratorLimits,
): string | undefined {
  const { loopDelayP99Ms, watchedSeconds } = numbers;
  const { pacing, latencyP99Ms } = facts;
  if (pacing === "precise" || latencyP99Ms === null) return undefined;
  if (watchedSeconds < limits.loopSeconds) return undefined;
  if (loopDelayP99Ms <= limits.loopDelayMs) return undefined;
  const weightyMs = limits.loopDelayShare * latencyP99Ms;
  if (loopDelayP99Ms <= weightyMs) return undefined;
  if (heldUpShareMax(numbers, facts, weightyMs) < limits.heldUpShare) return undefined;
  return (
    `The event loop was held up: 1 time in 100 by more than ${show(loopDelayP99Ms)}` +
    `${against(latencyP99Ms)}. Look for long computations in the script, or give it more threads.`
  );
}

/**
 * Of all answers that the run is about, how many can have come while the loop was held up for at least `weightyMs`. Each
 * hold-up meets the requests that are under way: rate times mean latency. Messages come when they come, so of them it is
 * not known.
 */
function heldUpShareMax(
  { holdUpsPerSecond }: GeneratorNumbers,
  { requestMeanMs, requestP99Ms, latencyP99Ms }: GeneratorFacts,
  weightyMs: number,
): number {
  if (requestMeanMs === null || requestP99Ms !== latencyP99Ms) return 1;
  const edge = Math.max(
    0,
    HOLD_UPS_MS.findLastIndex((edgeMs) => edgeMs <= weightyMs),
  );
  return Math.min(1, ((holdUpsPerSecond[edge] ?? 0) * requestMeanMs * NS_PER_MS) / NS_PER_S);
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
