/** What a virtual user costs that only sleeps: memory above that of one, and how long many take to start. */
import { existsSync, readFileSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { NS_PER_S } from "../../holdfast/src/base/units.ts";
import { Child, type Command } from "../harness/child.ts";
import { lacking } from "../harness/path.ts";
import { usageOf } from "../harness/process-tree.ts";
import { startQuietServer } from "../harness/quiet-server.ts";
import {
  type Cell,
  type Findings,
  type Goal,
  isChosen,
  type Row,
  type Settings,
  type Suite,
} from "../harness/result.ts";
import { interleave, type Measured, pluck } from "../harness/rounds.ts";
import { type Rounds, spreadOf } from "../harness/spread.ts";
import { words } from "../harness/words.ts";
import { workplace } from "../harness/workplace.ts";
import { holdfastRun, lackingHoldfast } from "../holdfast/command.ts";
import { SLEEPERS_SETTLE_MS, SLEEPERS_WATCH_MS } from "../limits.ts";
import { peerFile } from "../peers/request.ts";

const ONE = 1;
const COUNTS = [1_000, 10_000, 100_000] as const;
const MOST = 100_000;

interface Sleepers {
  name: string;
  lacking: string | undefined;
  /** More than this many it could not hold in this machine's memory. */
  vusMax: number;
  command: (vus: number, origin: string) => Command;
}

const HOLDFAST: Sleepers = {
  name: "Holdfast",
  lacking: lackingHoldfast(),
  vusMax: MOST,
  command: (vus, origin) => ({
    ...holdfastRun("sleep.load.ts", words`--target ${origin}`),
    env: { BENCH_VUS: String(vus), BENCH_STARTED: startedFile() },
  }),
};

const K6: Sleepers = {
  name: "k6",
  lacking: lacking("k6"),
  vusMax: 10_000,
  command: (vus) => ({
    argv: words`k6 run --quiet ${peerFile("k6-sleep.js")}`,
    env: { VUS: String(vus), SECONDS: "60", K6_NO_USAGE_REPORT: "true" },
  }),
};

const LOCUST: Sleepers = {
  name: "Locust",
  lacking: lacking("locust"),
  vusMax: 10_000,
  command: (vus, origin) => ({
    argv: words`locust --headless --only-summary -f ${peerFile("locust-sleep.py")}
      -H ${origin} -u ${vus} -r ${vus} -t 60s`,
  }),
};

interface Figures {
  residentBytes: number;
  cores: number;
  /** From the first virtual user's start to the last one's; Holdfast says it itself. */
  startMs: number | undefined;
}

export const vus: Suite = { name: "vus", run };

async function run(settings: Settings): Promise<Findings> {
  await using server = await startQuietServer();
  const chosen = [HOLDFAST, K6, LOCUST].filter((one) => isChosen(settings, one));
  const cases = chosen.flatMap((sleepers) =>
    [ONE, ...COUNTS]
      .filter((count) => count <= sleepers.vusMax)
      .map((count) => ({ ...sleepers, name: caseName(sleepers, count), count })),
  );
  const measured = await interleave(cases, settings.rounds, ({ command, count }) =>
    measure(command(count, server.origin)),
  );
  return {
    title: "Sleeping virtual users",
    method: [
      "Each virtual user sleeps one second, again and again. Memory is the resident set of all processes, " +
        `${SLEEPERS_SETTLE_MS / 1000} s after the start; per virtual user it is what that is above one virtual user's, ` +
        "in the same round.",
      "Holdfast runs with the young generation of 16 MB that it always asks for, so a part of the memory of " +
        "many is there for one already. Started: from the first virtual user's first iteration to the last one's.",
    ],
    tables: [
      {
        title: "Virtual users that sleep",
        columns: [
          { key: "perVu", title: "KB per VU", digits: 2, stable: true },
          { key: "total", title: "MB in all", digits: 0 },
          { key: "start", title: "started within, ms", digits: 0 },
          { key: "cores", title: "cores", digits: 2 },
        ],
        rows: chosen.flatMap((sleepers) => rowsOf(measured, sleepers)),
      },
    ],
    goals: goalsOf(measured),
    missing: measured.missing,
  };
}

async function measure(command: Command): Promise<Figures> {
  rmSync(startedFile(), { force: true });
  await using client = new Child(command, undefined);
  await sleep(SLEEPERS_SETTLE_MS);
  const before = usageOf(client.pid);
  const startNs = process.hrtime.bigint();
  await sleep(SLEEPERS_WATCH_MS);
  const after = usageOf(client.pid);
  if (!client.isRunning) throw new Error(`it ended early: ${client.lastWords}`);
  const seconds = Number(process.hrtime.bigint() - startNs) / NS_PER_S;
  const used =
    after.userSeconds - before.userSeconds + (after.systemSeconds - before.systemSeconds);
  const startMs = existsSync(startedFile())
    ? Number(readFileSync(startedFile(), "utf8"))
    : undefined;
  return {
    residentBytes: after.residentBytes,
    cores: used / seconds,
    startMs,
  };
}

function rowsOf(measured: Measured<Figures>, sleepers: Sleepers): Row[] {
  return COUNTS.flatMap((count) => {
    const name = caseName(sleepers, count);
    const total = spreadOf(totalMb(measured, sleepers, count));
    if (total === undefined) return [];
    const cells: Record<string, Cell> = {
      perVu: spreadOf(kbPerVu(measured, sleepers, count)),
      total,
      start: spreadOf(pluck(measured, name, ({ startMs }) => startMs)),
      cores: spreadOf(pluck(measured, name, ({ cores }) => cores)),
    };
    return [{ name, cells }];
  });
}

function goalsOf(measured: Measured<Figures>): Goal[] {
  return [
    {
      says: "sleeping virtual user, of 100,000",
      limit: 5,
      seen: spreadOf(kbPerVu(measured, HOLDFAST, MOST))?.median,
      unit: "KB",
      kind: "max",
    },
    {
      says: "100,000 sleeping virtual users",
      limit: 450,
      seen: spreadOf(totalMb(measured, HOLDFAST, MOST))?.median,
      unit: "MB",
      kind: "max",
    },
  ];
}

function kbPerVu(measured: Measured<Figures>, sleepers: Sleepers, count: number): Rounds {
  const one = totalMb(measured, sleepers, ONE);
  return totalMb(measured, sleepers, count).map((total, round) => {
    const base = one[round];
    return total === undefined || base === undefined ? undefined : ((total - base) * 1000) / count;
  });
}

function totalMb(measured: Measured<Figures>, sleepers: Sleepers, count: number): Rounds {
  return pluck(measured, caseName(sleepers, count), ({ residentBytes }) => residentBytes / 1e6);
}

function caseName({ name }: Sleepers, count: number): string {
  return `${name}, ${count.toLocaleString("en-US")} VUs`;
}

function startedFile(): string {
  return workplace("started");
}
