/**
 * The figure everything turns on: CPU time of a client per request, over a window in the middle of its work.
 *
 *   spawn ── first requests ── warm-up ──┤ window ├── stop
 *                                        ^        ^
 *                        CPU of the process tree and the target's own count of requests, read at both ends
 *
 * Start-up, compiling and the end are outside the window for every tool alike, and no tool's own figures are used.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { NS_PER_S } from "../../holdfast/src/base/units.ts";
import { FIRST_REQUEST_MS_MAX, FLOWING_REQUESTS, WARM_UP_MS } from "../limits.ts";
import { Child, type Command } from "./child.ts";
import { machineUsage, usageOf } from "./process-tree.ts";
import type { Target } from "./target.ts";

export interface WindowFigures {
  cpuUsPerRequest: number;
  userUsPerRequest: number;
  requestsPerSecond: number;
  /** CPU time of the client by the time that passed: 1 is one core, all of it. */
  clientCores: number;
  serverCores: number;
  residentMbMax: number;
  /** What all other processes used, and what the host took: the machine was quiet if this is near 0. */
  otherCores: number;
}

/** How long the client must be told to run, so that it outlives the window. */
export function clientSeconds(windowSeconds: number): number {
  return Math.ceil(WARM_UP_MS / 1000 + windowSeconds + 3);
}

/** Throws when the client sends nothing or ends before the window does. */
export async function measureWindow(
  target: Target,
  command: Command,
  windowSeconds: number,
): Promise<WindowFigures> {
  await using client = new Child(command, "client");
  await untilFlowing(target, client);
  await sleep(WARM_UP_MS);
  const before = await snapshot(target, client);
  await sleep(windowSeconds * 1000);
  const after = await snapshot(target, client);
  if (!client.isRunning) throw new Error(`it ended before the window: ${client.lastWords}`);
  return figures(before, after);
}

/** Throws when the client sends nothing. */
export async function untilFlowing(target: Target, client: Child): Promise<void> {
  const first = await target.requests();
  const giveUpMs = performance.now() + FIRST_REQUEST_MS_MAX;
  // Each reading of the count adds one to it.
  for (let readings = 1; ; readings++) {
    if ((await target.requests()) - first - readings >= FLOWING_REQUESTS) return;
    if (!client.isRunning) throw new Error(`it ended at once: ${client.lastWords}`);
    if (performance.now() > giveUpMs) throw new Error(`it sent nothing: ${client.lastWords}`);
    await sleep(20);
  }
}

interface Snapshot {
  atNs: number;
  requests: number;
  userSeconds: number;
  cpuSeconds: number;
  serverSeconds: number;
  machineSeconds: number;
  residentBytesMax: number;
}

/** The count arrives when the busy target gets to it; the CPU time is the middle of readings before and after. */
async function snapshot(target: Target, client: Child): Promise<Snapshot> {
  const before = usageOf(client.pid);
  const requests = await target.requests();
  const after = usageOf(client.pid);
  const server = usageOf(target.pid);
  const machine = machineUsage();
  const userSeconds = (before.userSeconds + after.userSeconds) / 2;
  return {
    atNs: Number(process.hrtime.bigint()),
    requests,
    userSeconds,
    cpuSeconds: userSeconds + (before.systemSeconds + after.systemSeconds) / 2,
    serverSeconds: server.userSeconds + server.systemSeconds,
    machineSeconds: machine.busySeconds + machine.stolenSeconds,
    residentBytesMax: after.residentBytesMax,
  };
}

function figures(before: Snapshot, after: Snapshot): WindowFigures {
  const seconds = (after.atNs - before.atNs) / NS_PER_S;
  // The second reading of the count was a request, too.
  const requests = after.requests - before.requests - 1;
  if (requests <= 0) throw new Error("it sent nothing in the window");
  const cpuSeconds = after.cpuSeconds - before.cpuSeconds;
  const serverSeconds = after.serverSeconds - before.serverSeconds;
  const machineSeconds = after.machineSeconds - before.machineSeconds;
  return {
    cpuUsPerRequest: (cpuSeconds * 1e6) / requests,
    userUsPerRequest: ((after.userSeconds - before.userSeconds) * 1e6) / requests,
    requestsPerSecond: requests / seconds,
    clientCores: cpuSeconds / seconds,
    serverCores: serverSeconds / seconds,
    residentMbMax: after.residentBytesMax / 1e6,
    otherCores: Math.max(0, (machineSeconds - cpuSeconds - serverSeconds) / seconds),
  };
}
