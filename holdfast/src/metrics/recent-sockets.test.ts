import { expect, test } from "vitest";
import { NS_PER_MS } from "../base/units.ts";
import { MetricRegistry } from "./registry.ts";
import { MetricStore } from "./store.ts";

test("the last whole second of two threads' sockets is told, and a silent one as silent", () => {
  const store = new MetricStore();
  const threads = [new MetricRegistry(), new MetricRegistry()];
  const tick = (thread: number, atMs: number, received: number, latencyMs?: number): void => {
    const registry = threads[thread] as MetricRegistry;
    const series = registry.series({ name: "watch" });
    if (received > 0) registry.add(registry.metric("ws_msgs_received"), series, received);
    if (latencyMs !== undefined) {
      registry.add(registry.metric("ws_message_latency"), series, latencyMs);
    }
    store.merge(thread, registry.takeDelta(), atMs * NS_PER_MS);
  };
  const silent = { sent: 0, received: 0, opened: 0, failed: 0, p50Ms: null, p99Ms: null };
  expect(store.socketSecond()).toEqual(silent);
  for (const thread of [0, 1]) {
    tick(thread, 250, 10);
    tick(thread, 1_050, 0);
    tick(thread, 1_250, 100 + thread, 8);
  }
  expect(store.socketSecond()).toEqual({ ...silent, received: 20 });
  tick(0, 2_050, 0);
  tick(0, 2_100, 7);
  // The other thread is a little behind: what it brings belongs to the second that is over.
  tick(1, 2_060, 3);
  const second = store.socketSecond();
  expect([second.received, second.sent]).toEqual([204, 0]);
  expect(second.p99Ms).toBeCloseTo(8, 1);
  for (const atMs of [4_000, 4_250, 5_250]) tick(0, atMs, 0);
  expect(store.socketSecond()).toEqual(silent);
});

test("answers speak for a second in which no message had an id; events of streams are messages", () => {
  const store = new MetricStore();
  const registry = new MetricRegistry();
  const series = registry.series({});
  registry.add(registry.metric("ws_answer_duration"), series, 5);
  registry.add(registry.metric("ws_msgs_sent"), series, 4);
  registry.add(registry.metric("sse_events"), series, 3);
  store.merge(0, registry.takeDelta(), 500 * NS_PER_MS);
  const { sent, received, p50Ms } = store.socketSecond();
  expect([sent, received]).toEqual([4, 3]);
  expect(p50Ms).toBeCloseTo(5, 1);
});

test("the timeline keeps what sockets did in each second, and nothing where there were none", () => {
  const store = new MetricStore();
  const registry = new MetricRegistry();
  const series = registry.series({});
  const add = (metric: string, value: number): void =>
    registry.add(registry.metric(metric), series, value);
  const tick = (atMs: number): void => store.merge(0, registry.takeDelta(), atMs * NS_PER_MS);
  add("iterations", 1);
  tick(400);
  for (let i = 0; i < 3; i++) add("sse_connecting", 70);
  add("ws_sessions", 2);
  add("ws_errors", 1);
  add("ws_msgs_sent", 4);
  add("ws_msgs_received", 40);
  add("ws_answer_duration", 90);
  add("ws_message_latency", 8);
  tick(1_700);
  const [first, second] = store.timeline();
  expect(first).not.toHaveProperty("sockets");
  expect(second?.sockets).toMatchObject({ sent: 4, received: 40, opened: 5, failed: 1 });
  expect(second?.sockets?.p99Ms).toBeCloseTo(8, 1);
});
