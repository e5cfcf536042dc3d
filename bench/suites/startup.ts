/** How long a person waits: from the start of the command to the first request at the server. */
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../../holdfast/src/base/errors.ts";
import { NS_PER_MS } from "../../holdfast/src/base/units.ts";
import { Child } from "../harness/child.ts";
import { type Findings, isChosen, type Settings, type Suite } from "../harness/result.ts";
import { startQuietServer } from "../harness/quiet-server.ts";
import { interleave, measuredNames, pluck } from "../harness/rounds.ts";
import { ratios, type Rounds, spreadOf } from "../harness/spread.ts";
import { words } from "../harness/words.ts";
import { lean } from "../holdfast/contenders.ts";
import { lackingPacked, preparePacked } from "../holdfast/packed.ts";
import { STARTUP_MS_MAX } from "../limits.ts";
import * as peers from "../peers/closed-loop.ts";
import type { Contender } from "../peers/contender.ts";
import { peerFile } from "../peers/request.ts";

const FROM_SOURCE = "Holdfast, from source";
const PACKED = "Holdfast, as published";

/** The reference: the host's fast and slow minutes move it as they move the others. */
const BARE: Contender = {
  name: "Node alone, one request",
  lacking: undefined,
  command: ({ port }) => ({ argv: words`${process.execPath} ${peerFile("bare-node.js")} ${port}` }),
};

export const startup: Suite = { name: "startup", run };

async function run(settings: Settings): Promise<Findings> {
  const contenders = [
    BARE,
    { ...lean, name: FROM_SOURCE },
    await packed(),
    peers.wrkCheck,
    peers.h2load,
    peers.hey,
    peers.autocannon,
    peers.k6Lean,
    peers.locust,
  ].filter((one) => isChosen(settings, one));
  const measured = await interleave(contenders, settings.rounds, firstRequestMs);
  const times = (name: string): Rounds => pluck(measured, name, (ms) => ms);
  return {
    title: "Start-up",
    method: [
      "From the moment before the command is started to the first byte of a request at the server, one connection, " +
        "both cores free. Holdfast runs the lean script, which it loads as TypeScript.",
      "As published: packed by `npm pack` and unpacked into a project outside the repository; from source: as it is " +
        "run while working on it.",
    ],
    tables: [
      {
        title: "From command to first request",
        columns: [
          { key: "ms", title: "ms", digits: 0 },
          { key: "bare", title: "x Node alone", digits: 2, stable: true },
        ],
        rows: measuredNames(measured).map((name) => ({
          name,
          cells: {
            ms: spreadOf(times(name)),
            bare: spreadOf(ratios(times(name), times(BARE.name))),
          },
        })),
      },
    ],
    goals: [FROM_SOURCE, PACKED].map((name) => ({
      says: `first request, ${name}`,
      limit: 250,
      seen: spreadOf(times(name))?.median,
      unit: "ms",
      kind: "max",
    })),
    missing: measured.missing,
  };
}

/** A build that fails is a gap in the table, not the end of the suite. */
async function packed(): Promise<Contender> {
  const lacking = lackingPacked();
  if (lacking !== undefined) return { ...lean, name: PACKED, lacking };
  try {
    const command = await preparePacked();
    return {
      name: PACKED,
      lacking,
      command: ({ origin, connections, seconds }) =>
        command(words`--target ${origin} --vus ${connections} --duration ${seconds}s`),
    };
  } catch (error) {
    return { ...lean, name: PACKED, lacking: messageOf(error) };
  }
}

async function firstRequestMs(contender: Contender): Promise<number> {
  await using server = await startQuietServer();
  const { origin, port } = server;
  const command = contender.command({ origin, port, connections: 1, seconds: 2 });
  const startNs = process.hrtime.bigint();
  await using client = new Child(command, undefined);
  const late = sleep(STARTUP_MS_MAX, undefined, { ref: false });
  const ended = client.ended.then(() => undefined);
  const firstNs = await Promise.race([server.firstByteNs, ended, late]);
  if (firstNs === undefined) throw new Error(`it sent nothing: ${client.lastWords}`);
  return Number(firstNs - startNs) / NS_PER_MS;
}
