/** What a run's sockets did, event streams among them: the figures that every report shows where there were any. */
import { formatBytes, formatCount } from "../base/units.ts";
import type { RunResult, TrendNumbers } from "../verdict/result.ts";
import { counted, formatMs, formatRate, metricOf } from "./wording.ts";

interface Flow {
  count: number;
  ratePerSecond: number;
}

export interface SocketFigures {
  sent: Flow;
  /** Messages and server-sent events. */
  received: Flow;
  /** From one side's hand to the other's; where no message had an id, from a question to its answer. */
  latency: TrendNumbers | undefined;
  opened: number;
  /** Connections that were refused, or lost without a farewell. */
  failed: number;
  connectP95Ms: number | null;
}

/** Undefined when the run had no sockets. */
export function socketFigures(result: RunResult): SocketFigures | undefined {
  const count = (name: string): number => metricOf(result, name, "counter")?.count ?? 0;
  const trend = (name: string): TrendNumbers | undefined => metricOf(result, name, "trend");
  const figures = {
    sent: sumOf(result, ["ws_msgs_sent"]),
    received: sumOf(result, ["ws_msgs_received", "sse_events"]),
    latency: trend("ws_message_latency") ?? trend("ws_answer_duration"),
    opened: count("ws_sessions") + (trend("sse_connecting")?.count ?? 0),
    failed: count("ws_errors") + count("sse_errors"),
    // To the namespace's yes, where there is one: it takes the WebSocket with it.
    connectP95Ms:
      (trend("io_connecting") ?? trend("ws_connecting") ?? trend("sse_connecting"))?.p95 ?? null,
  };
  const { sent, received, opened, failed } = figures;
  return sent.count + received.count + opened + failed === 0 ? undefined : figures;
}

/** True when sockets are all there is to tell: a report need not say that there were no requests. */
export function isSocketsOnly(result: RunResult): boolean {
  const requests = metricOf(result, "http_reqs", "counter")?.count ?? 0;
  return requests === 0 && socketFigures(result) !== undefined;
}

/** `120 /s sent · 12,000 /s received · p50 3.20 ms · p99 40.1 ms`; "" without sockets. */
export function messagesText(result: RunResult): string {
  const figures = socketFigures(result);
  if (figures === undefined) return "";
  const { sent, received, latency } = figures;
  const parts = [
    `${formatRate(sent.ratePerSecond)} sent`,
    `${formatRate(received.ratePerSecond)} received`,
  ];
  if (latency !== undefined) {
    parts.push(`p50 ${formatMs(latency.p50)}`, `p99 ${formatMs(latency.p99)}`);
  }
  return parts.join(" · ");
}

/** `10,000 connections · 3 failed · connect p95 12.0 ms · 3.1 MB in`; the bytes only where they are all theirs. */
export function connectionsText(result: RunResult): string {
  const figures = socketFigures(result);
  if (figures === undefined) return "";
  const { opened, failed, connectP95Ms } = figures;
  const parts = [counted(opened, "connection"), `${formatCount(failed)} failed`];
  if (connectP95Ms !== null) parts.push(`connect p95 ${formatMs(connectP95Ms)}`);
  const received = metricOf(result, "data_received", "counter");
  if (received !== undefined && isSocketsOnly(result)) {
    parts.push(`${formatBytes(received.count)} in`);
  }
  return parts.join(" · ");
}

function sumOf(result: RunResult, names: readonly string[]): Flow {
  const flow = { count: 0, ratePerSecond: 0 };
  for (const name of names) {
    const counter = metricOf(result, name, "counter");
    flow.count += counter?.count ?? 0;
    flow.ratePerSecond += counter?.ratePerSecond ?? 0;
  }
  return flow;
}
