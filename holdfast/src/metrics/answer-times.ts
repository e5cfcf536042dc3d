/**
 * The latencies that a run reports: of requests, of questions over a socket, of messages from one side to the other. A
 * fan-out asks little and is told much, so which of them a run is about can only be read from the numbers.
 */
import { TELLING_SHARE } from "./limits.ts";
import type { MetricResult, TrendNumbers } from "./summary.ts";

/** In the order in which one of them speaks for the target. */
const ANSWER_TIMES = ["http_req_duration", "ws_answer_duration", "ws_message_latency"] as const;

type Metrics = Readonly<Record<string, MetricResult>>;

/** What the target took to answer: requests, else questions over a socket, else messages. */
export function answerTimes(metrics: Metrics): TrendNumbers | undefined {
  return trendsOf(metrics)[0];
}

/**
 * The p99 in ms of the slowest of them, of those that were seen often enough to be what the run is about: a handful of
 * slow messages does not excuse a generator that was late to a million requests. Null when nothing was answered.
 */
export function reportedP99Ms(metrics: Metrics): number | null {
  const trends = trendsOf(metrics);
  const most = Math.max(0, ...trends.map(({ count }) => count));
  const telling = trends.filter(({ count }) => count >= most * TELLING_SHARE);
  return telling.length === 0 ? null : Math.max(...telling.map(({ p99 }) => p99));
}

function trendsOf(metrics: Metrics): TrendNumbers[] {
  return ANSWER_TIMES.map((name) => metrics[name]).filter((metric) => metric?.type === "trend");
}
