import { expect, test } from "vitest";
import { openLive, type LiveTick } from "./live.ts";
import { FakeTerminal } from "./testing/terminal.ts";
import { tickAt } from "./testing/ticks.ts";

const PLAN = { name: "watchers", target: "http://127.0.0.1:3000", profile: "load", seed: "7f3a" };

/** 12,000 messages a second more in each second. */
function socketTick(second: number, alone: boolean): LiveTick {
  const received = { receivedPerSecond: second * 12_000, p50Ms: 3.2, p99Ms: 20 + second };
  const sockets = { alone, open: 9_997, sentPerSecond: 4.8, ...received };
  const requests = alone ? { requestsPerSecond: 0, p50Ms: null, p99Ms: null } : {};
  return tickAt(second, { ...requests, sockets, invariants: [] });
}

function screenOf(alone: boolean): string[] {
  const terminal = new FakeTerminal();
  const live = openLive(terminal, PLAN);
  live.onRunStart();
  for (const second of [1, 2, 3, 4]) live.onTick(socketTick(second, alone));
  return terminal.screen().slice(5, 12);
}

test("a frame of sockets alone shows messages where requests would be, and draws them", () => {
  expect(screenOf(true).join("\n")).toMatchInlineSnapshot(`
    " messages     48,000 /s    ▃▅▆█
     latency p99  24.0 ms      ▇▇██
     latency p50  3.20 ms
     sent         4.80 /s
     sockets      9,997 open
     iterations   4,000
     outcomes     ok 103 · rejected 1,600 · failed 0 · unknown 0"
  `);
});

test("a frame of requests and sockets has one line more", () => {
  expect(screenOf(false).join("\n")).toMatchInlineSnapshot(`
    " requests     2,000 /s     ▃▅▆█
     latency p99  5.33 ms      ▇▇██
     latency p50  1.40 ms
     failed       0 %
     sockets      9,997 open · 4.80 /s sent · 48,000 /s received · p99 24.0 ms
     iterations   4,000
     outcomes     ok 103 · rejected 1,600 · failed 0 · unknown 0"
  `);
});

test("in a pipe, sockets alone say nothing of requests", () => {
  let text = "";
  const write = (said: string): void => void (text += said);
  const live = openLive({ write, columns: () => 80, isTty: false, color: false }, PLAN);
  live.onRunStart();
  live.onTick(socketTick(10, true));
  live.onTick(socketTick(20, false));
  expect(text).toMatchInlineSnapshot(`
    "watchers · load profile · http://127.0.0.1:3000 · seed 7f3a
    10.0 s of 25.0 s · crowd: 50 → 100 VUs  (stage 2 of 3) · 50 VUs · 9,997 open · 4.80 /s sent · 120,000 /s received · p99 30.0 ms
    20.0 s of 25.0 s · crowd: 100 → 0 VUs  (stage 3 of 3) · 100 VUs · 10,000 /s · 0 % failed · p50 2.20 ms · p99 10.7 ms · 9,997 open · 4.80 /s sent · 240,000 /s received · p99 40.0 ms
    "
  `);
});
