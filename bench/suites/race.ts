/**
 * Whether a race is found that is there: a wallet with a planted double spend behind a network that jitters. What makes
 * the difference is how the twenty requests are let go.
 */
import { fileURLToPath } from "node:url";
import { Child } from "../harness/child.ts";
import {
  type Cell,
  type Findings,
  type Goal,
  isChosen,
  type Row,
  type Settings,
  type Suite,
} from "../harness/result.ts";
import { spreadOf } from "../harness/spread.ts";
import { note } from "../harness/terminal.ts";
import { words } from "../harness/words.ts";
import { TARGET_READY_MS_MAX } from "../limits.ts";
import { type Course, fetchAtOnce, type Racers, released, type Spent } from "../race/racers.ts";

const RACERS = 20;
const ROUNDS = 40;
/** Connections are opened and code is compiled in these; they are not counted. */
const WARM_UP_ROUNDS = 5;
const JITTERS_MS = [0, 20, 100] as const;
/** The one that the goal speaks of. */
const JITTER_MS = 20;

interface Way {
  readonly name: string;
  readonly version: "1.1" | "2";
  readonly open: (course: Course) => Racers;
}

const ONE_WRITE = "race(), HTTP/2: one write";
const WAYS: readonly Way[] = [
  { name: "fetch × 20, warm connections", version: "1.1", open: fetchAtOnce },
  {
    name: "race(), HTTP/1.1: last bytes",
    version: "1.1",
    open: (course) => released("1.1", course),
  },
  { name: ONE_WRITE, version: "2", open: (course) => released("2", course) },
];

interface Round {
  winners: number;
  spreadMs: number;
}

export const race: Suite = { name: "race", run };

async function run(settings: Settings): Promise<Findings> {
  const wallet = await begin<{ http1: number; http2: number }>("wallet.ts", "");
  await using _wallet = wallet.child;
  const tables = [];
  const goals: Goal[] = [];
  for (const jitterMs of JITTERS_MS) {
    const rows: Row[] = [];
    for (const way of WAYS.filter((one) => isChosen(settings, one))) {
      note(`${jitterMs} ms of jitter: ${way.name}`);
      const port = way.version === "2" ? wallet.said.http2 : wallet.said.http1;
      const rounds = await raceThrough(port, jitterMs, way);
      rows.push({ name: way.name, cells: cellsOf(rounds) });
      if (jitterMs === JITTER_MS && way.name === ONE_WRITE) goals.push(goalOf(rounds));
    }
    tables.push({
      title: `${jitterMs === 0 ? "No jitter" : `Jitter of 0 to ${jitterMs} ms a chunk`}, ${ROUNDS} rounds`,
      columns: [
        { key: "found", title: "rounds with a double spend", digits: 0 },
        { key: "winners", title: `winners of ${RACERS}`, digits: 1 },
        { key: "spread", title: "spread at the server, ms", digits: 2 },
      ],
      rows,
    });
  }
  return {
    title: "Races",
    method: [
      `${RACERS} requests spend one voucher; the server looks whether it is spent, waits 1 ms, and only then notes it. ` +
        "More than one winner is a double spend. The spread is from the first request's arrival to the last's, by the " +
        "server's own clock.",
      "The requests pass a proxy that delays each chunk on the way to the server by a time of its own, evenly spread; " +
        "order is kept within a connection.",
      "All connections are warm. The head start of the last bytes is the jitter and 5 ms more; HTTP/2 waits for a PING.",
      "Last bytes cannot beat jitter, since each still takes its own way; they only do away with everything before them.",
    ],
    tables,
    goals,
    missing: [],
  };
}

async function raceThrough(targetPort: number, jitterMs: number, way: Way): Promise<Round[]> {
  const proxy = await begin<{ port: number }>("jitter-proxy.ts", `${targetPort} ${jitterMs}`);
  await using _proxy = proxy.child;
  const origin = `http://127.0.0.1:${proxy.said.port}`;
  await using racers = way.open({ origin, racers: RACERS, jitterMs });
  const rounds: Round[] = [];
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
    const spent = await racers.round(`${jitterMs} ms, ${way.name}, ${round}`);
    if (round >= WARM_UP_ROUNDS) rounds.push(roundOf(spent));
  }
  return rounds;
}

function roundOf(spent: readonly Spent[]): Round {
  const times = spent.map(({ cameMs }) => cameMs);
  if (times.some((time) => !(time > 0))) throw new Error("a request was not answered");
  return {
    winners: spent.filter(({ won }) => won).length,
    spreadMs: Math.max(...times) - Math.min(...times),
  };
}

function cellsOf(rounds: readonly Round[]): Record<string, Cell> {
  return {
    found: `${foundIn(rounds)} of ${rounds.length}`,
    winners: spreadOf(rounds.map(({ winners }) => winners)),
    spread: spreadOf(rounds.map(({ spreadMs }) => spreadMs)),
  };
}

function foundIn(rounds: readonly Round[]): number {
  return rounds.filter(({ winners }) => winners > 1).length;
}

function goalOf(rounds: readonly Round[]): Goal {
  return {
    says: `rounds in which one write finds the double spend through ${JITTER_MS} ms of jitter`,
    limit: 95,
    seen: (foundIn(rounds) / rounds.length) * 100,
    unit: "%",
    kind: "min",
  };
}

/** A program of `race/`, and the line of JSON with which it says that it is ready. */
async function begin<Said>(file: string, options: string): Promise<{ child: Child; said: Said }> {
  const path = fileURLToPath(new URL(`../race/${file}`, import.meta.url));
  const argv = words`${process.execPath} --conditions=holdfast-source ${path}`;
  const child = new Child({ argv: [...argv, ...options.split(" ").filter(Boolean)] }, undefined);
  const deadlineMs = performance.now() + TARGET_READY_MS_MAX;
  while (!child.stdout.includes("\n")) {
    if (!child.isRunning || performance.now() > deadlineMs) {
      await child.stop();
      throw new Error(`${file} did not start: ${child.lastWords}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return { child, said: JSON.parse(child.stdout) as Said };
}
