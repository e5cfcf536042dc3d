/** What an open WebSocket costs that listens: memory, time to connect, processor time for each message it hears. */
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Child, type Command } from "../harness/child.ts";
import { compileC, lackingCompiler } from "../harness/compile.ts";
import { lacking, lackingPackage } from "../harness/path.ts";
import { usageOf } from "../harness/process-tree.ts";
import {
  type Findings,
  type Goal,
  isChosen,
  type Row,
  type Settings,
  skipped,
  type Suite,
} from "../harness/result.ts";
import { interleave, type Measured, measuredNames, pluck } from "../harness/rounds.ts";
import { ratios, type Rounds, spreadOf } from "../harness/spread.ts";
import { words } from "../harness/words.ts";
import {
  SOCKET_MESSAGE_BYTES,
  SOCKET_WAVE_MS,
  SOCKETS,
  SOCKETS_CONNECT_MS_MAX,
  SOCKETS_PENDING,
  SOCKETS_SETTLE_MS,
} from "../limits.ts";
import { V8_FLAGS } from "../holdfast/command.ts";
import { peerFile } from "../peers/request.ts";

interface Listener {
  readonly name: string;
  readonly lacking: string | undefined;
  readonly command: (port: number, count: number) => Command;
}

interface Figures {
  connectMs: number;
  residentBytes: number;
  /** Undefined for the case with one socket, which is there for its memory. */
  usPerMessage: number | undefined;
}

const FLOOR = "C floor";
const ROWS = "Holdfast, a row of history each";
const RUNS = "Holdfast, receipts in runs";

const LISTENERS: readonly Listener[] = [
  {
    name: FLOOR,
    lacking: undefined,
    command: (port, count) => ({ argv: words`${compileC("sockets")} ${port} ${count}` }),
  },
  { name: ROWS, lacking: undefined, command: node("rows") },
  { name: RUNS, lacking: undefined, command: node("runs") },
  { name: "ws", lacking: lackingPackage("ws"), command: node("ws") },
  { name: "Node's WebSocket", lacking: undefined, command: node("builtin") },
  {
    name: "k6",
    lacking: lacking("k6"),
    command: (port, count) => ({
      argv: words`k6 run --quiet ${peerFile("k6-sockets.js")}`,
      env: { PORT: String(port), COUNT: String(count), K6_NO_USAGE_REPORT: "true" },
    }),
  },
];

export const websocket: Suite = { name: "websocket", run };

async function run(settings: Settings): Promise<Findings> {
  const title = "Open WebSockets";
  const why = lackingCompiler();
  if (why !== undefined) return skipped(title, why);
  const chosen = LISTENERS.filter((one) => isChosen(settings, one));
  const cases = chosen.flatMap((one) => [
    { ...one, name: alone(one.name), count: 1 },
    { ...one, count: SOCKETS },
  ]);
  const measured = await interleave(cases, settings.rounds, ({ command, count }) =>
    measure(command, count, settings.windowSeconds),
  );
  const names = measuredNames(measured).filter((name) => chosen.some((one) => one.name === name));
  return {
    title,
    method: [
      `${SOCKETS} sockets in one process, opened with at most ${SOCKETS_PENDING} handshakes under way; the C floor opens them one by one.`,
      `A server on another core sends the same ${SOCKET_MESSAGE_BYTES} bytes to all of them, every ${SOCKET_WAVE_MS} ms.`,
      "Memory is the resident set once all are open and nothing has been sent, above that of the same program with one socket.",
      "Processor time is user and system time of the client by the messages that the server has sent meanwhile.",
      "Holdfast counts every message, keeps its time of arrival and writes it into the history; the others count it.",
    ],
    tables: [
      {
        title: `${SOCKETS} sockets that listen`,
        columns: [
          { key: "us", title: "µs CPU per message", digits: 2 },
          { key: "ratio", title: "× C floor", digits: 2, stable: true },
          { key: "kb", title: "KB per socket", digits: 1, stable: true },
          { key: "mb", title: "MB above one", digits: 1 },
          { key: "connect", title: "all open within, ms", digits: 0 },
        ],
        rows: names.map((name) => rowOf(measured, name)),
      },
    ],
    goals: goalsOf(measured),
    missing: measured.missing,
  };
}

async function measure(
  command: Listener["command"],
  count: number,
  seconds: number,
): Promise<Figures> {
  await using server = new Child(
    { argv: words`${compileC("crier")} ${SOCKET_MESSAGE_BYTES} ${SOCKET_WAVE_MS}` },
    "server",
  );
  const { port, control } = JSON.parse(await said(server, /\{.*\}/)) as Record<string, number>;
  await using client = new Child(command(port ?? 0, count), "client");
  const connected = await said(client, /connected [\d.]+/);
  await sleep(SOCKETS_SETTLE_MS);
  const { residentBytes } = usageOf(client.pid);
  const connectMs = Number(connected.split(" ")[1]);
  if (count === 1) return { connectMs, residentBytes, usPerMessage: undefined };
  await stats(control, "start");
  // What is compiled late, or grows once, is not what a message costs.
  await sleep(SOCKETS_SETTLE_MS);
  const before = { ...(await stats(control, "stats")), ...usageOf(client.pid) };
  await sleep(seconds * 1_000);
  const after = { ...(await stats(control, "stats")), ...usageOf(client.pid) };
  if (!client.isRunning || after.open < count) throw new Error(`sockets lost: ${client.lastWords}`);
  const used =
    after.userSeconds - before.userSeconds + (after.systemSeconds - before.systemSeconds);
  return { connectMs, residentBytes, usPerMessage: (used * 1e6) / (after.sent - before.sent) };
}

async function stats(
  control: number | undefined,
  path: string,
): Promise<{ open: number; sent: number }> {
  const response = await fetch(`http://127.0.0.1:${control}/${path}`);
  return (await response.json()) as { open: number; sent: number };
}

/** What a child says first that looks so; throws when it ends, or takes too long. */
async function said(child: Child, pattern: RegExp): Promise<string> {
  for (let waitedMs = 0; waitedMs < SOCKETS_CONNECT_MS_MAX; waitedMs += 20) {
    const found = pattern.exec(child.lastWords)?.[0];
    if (found !== undefined) return found;
    if (!child.isRunning) break;
    await sleep(20);
  }
  throw new Error(`it did not say ${pattern}: ${child.lastWords}`);
}

function rowOf(measured: Measured<Figures>, name: string): Row {
  const us = usOf(measured, name);
  const mb = mbAbove(measured, name);
  return {
    name,
    cells: {
      us: spreadOf(us),
      ratio: spreadOf(ratios(us, usOf(measured, FLOOR))),
      kb: spreadOf(mb.map((value) => (value === undefined ? undefined : (value * 1e3) / SOCKETS))),
      mb: spreadOf(mb),
      connect: spreadOf(pluck(measured, name, ({ connectMs }) => connectMs)),
    },
  };
}

function goalsOf(measured: Measured<Figures>): Goal[] {
  const seen = (rounds: Rounds): number | undefined => spreadOf(rounds)?.median;
  return [
    {
      says: `${SOCKETS} open sockets, above one`,
      limit: 60,
      seen: seen(mbAbove(measured, ROWS)),
      unit: "MB",
      kind: "max",
    },
    {
      says: `${SOCKETS} sockets opened`,
      limit: 1_500,
      seen: seen(pluck(measured, ROWS, ({ connectMs }) => connectMs)),
      unit: "ms",
      kind: "max",
    },
    {
      says: "processor time of a delivered and recorded message",
      limit: 6.5,
      seen: seen(usOf(measured, ROWS)),
      unit: "µs",
      kind: "max",
    },
    {
      says: "the same, by the C floor",
      limit: 1.76,
      seen: seen(ratios(usOf(measured, ROWS), usOf(measured, FLOOR))),
      unit: "x",
      kind: "max",
    },
  ];
}

function usOf(measured: Measured<Figures>, name: string): Rounds {
  return pluck(measured, name, ({ usPerMessage }) => usPerMessage);
}

function mbAbove(measured: Measured<Figures>, name: string): Rounds {
  const one = pluck(measured, alone(name), ({ residentBytes }) => residentBytes / 1e6);
  return pluck(measured, name, ({ residentBytes }) => residentBytes / 1e6).map((all, round) => {
    const base = one[round];
    return all === undefined || base === undefined ? undefined : all - base;
  });
}

function alone(name: string): string {
  return `${name}, one socket`;
}

function node(kind: string): Listener["command"] {
  return (port, count) => ({
    argv: words`${process.execPath} ${V8_FLAGS} --conditions=holdfast-source ${program("client.ts")} ${kind} ${port} ${count}`,
  });
}

function program(file: string): string {
  return fileURLToPath(new URL(`../websocket/${file}`, import.meta.url));
}
