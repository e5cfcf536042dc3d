/** Runs over sockets as they could have been. */
import type {
  MetricResult,
  RunResult,
  SocketNumbers,
  TimelineRow,
  TrendNumbers,
} from "../../verdict/result.ts";
import { passedRun } from "./results.ts";

/** 10,000 watchers of an auction for 25 s, 3 of them refused; the bids come over sockets, too. */
export function socketRun(): RunResult {
  const result = passedRun();
  const kept = Object.entries(result.metrics).filter(([name]) => !name.startsWith("http_"));
  return {
    ...result,
    headline: "All 5 invariants held over 1,200,000 operations; p99 40.1ms.",
    thresholds: [],
    stages: [],
    distribution: [],
    timeline: result.timeline.map((row) => ({
      ...row,
      requests: 0,
      p50Ms: null,
      p95Ms: null,
      p99Ms: null,
      maxMs: null,
      sockets: socketsOf(row),
    })),
    metrics: {
      ...Object.fromEntries(kept),
      http_reqs: { type: "counter", count: 0, ratePerSecond: 0 },
      ...socketMetrics(),
    },
  };
}

/** Requests and sockets side by side. */
export function mixedRun(): RunResult {
  const result = passedRun();
  const timeline = result.timeline.map((row) => ({ ...row, sockets: socketsOf(row) }));
  return { ...result, timeline, metrics: { ...result.metrics, ...socketMetrics() } };
}

/** They come within the first ten seconds, and three of them in vain. */
function socketsOf({ atMs }: TimelineRow): SocketNumbers {
  const opened = atMs < 10_000 ? 1_000 : 0;
  const failed = atMs === 9_000 ? 3 : 0;
  return { sent: 5, received: 48_000, opened: opened - failed, failed, p50Ms: 3.2, p99Ms: 40.1 };
}

function socketMetrics(): Record<string, MetricResult> {
  return {
    ws_sessions: { type: "counter", count: 9_997, ratePerSecond: 399.88 },
    ws_errors: { type: "counter", count: 3, ratePerSecond: 0.12 },
    ws_connecting: trend(9_997, 3.1, 12, 31.4),
    ws_msgs_sent: { type: "counter", count: 120, ratePerSecond: 4.8 },
    ws_msgs_received: { type: "counter", count: 1_199_640, ratePerSecond: 47_985.6 },
    ws_message_latency: trend(1_199_640, 3.2, 28.3, 40.1),
  };
}

function trend(
  count: number,
  p50: number,
  p95: number,
  p99: number,
): { type: "trend"; unit: string } & TrendNumbers {
  const rest = { min: p50 / 10, mean: p50 * 1.4, p90: p95 / 2, p999: p99 * 2, max: p99 * 4 };
  return { type: "trend", unit: "ms", count, p50, p95, p99, ...rest };
}
