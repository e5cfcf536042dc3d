/** How the cost of a request grows with the number of open connections: state that no longer fits the caches. */
import {
  type Cell,
  type Findings,
  isChosen,
  type ResultTable,
  type Settings,
  skipped,
  type Suite,
} from "../harness/result.ts";
import { interleave, type Measured, pluck } from "../harness/rounds.ts";
import { ratios, type Rounds, spreadOf } from "../harness/spread.ts";
import { lackingTarget, startTarget } from "../harness/target.ts";
import { clientSeconds, measureWindow, type WindowFigures } from "../harness/window.ts";
import { everyday, lean } from "../holdfast/contenders.ts";
import * as peers from "../peers/closed-loop.ts";
import type { Contender } from "../peers/contender.ts";
import { quietness } from "./closed-loop.ts";

const FEW = 100;
const MANY = 1_000;
const COUNTS = [FEW, MANY, 5_000] as const;
const CONTENDERS: readonly Contender[] = [
  peers.floor,
  lean,
  everyday,
  peers.wrkCheck,
  peers.h2load,
  peers.undici,
  peers.hey,
];

export const connections: Suite = { name: "connections", run };

async function run(settings: Settings): Promise<Findings> {
  const why = lackingTarget();
  const title = "HTTP/1.1, more connections";
  if (why !== undefined) return skipped(title, why);
  await using target = await startTarget();
  const { port } = target;
  const origin = `http://127.0.0.1:${port}`;
  const seconds = clientSeconds(settings.windowSeconds);
  const chosen = CONTENDERS.filter((one) => isChosen(settings, one));
  const cases = chosen.flatMap((contender) =>
    COUNTS.map((count) => ({
      name: caseName(contender, count),
      lacking: contender.lacking,
      command: contender.command,
      count,
    })),
  );
  const measured = await interleave(cases, settings.rounds, ({ command, count }) => {
    const job = { origin, port, connections: count, seconds };
    return measureWindow(target, command(job), settings.windowSeconds);
  });
  return {
    title,
    method: [
      `As for HTTP, with ${COUNTS.join(", ")} connections. Ratios are taken within a round.`,
      quietness(measured),
    ],
    tables: [costTable(measured, chosen), growthTable(measured, chosen)],
    goals: [
      {
        says: "lean request at 1,000 connections, by the same at 100",
        limit: 1.6,
        seen: spreadOf(growth(measured, lean, MANY))?.median,
        unit: "x",
        kind: "max",
      },
    ],
    missing: measured.missing,
  };
}

function costTable(measured: Measured<WindowFigures>, chosen: readonly Contender[]): ResultTable {
  return table("CPU µs per request", chosen, (contender, count) =>
    spreadOf(cost(measured, contender, count)),
  );
}

function growthTable(measured: Measured<WindowFigures>, chosen: readonly Contender[]): ResultTable {
  return table(`The same, by its own cost at ${FEW} connections`, chosen, (contender, count) =>
    count === FEW ? undefined : spreadOf(growth(measured, contender, count)),
  );
}

function table(
  title: string,
  chosen: readonly Contender[],
  cell: (contender: Contender, count: number) => Cell,
): ResultTable {
  return {
    title,
    columns: COUNTS.map((count) => ({
      key: String(count),
      title: `${count} connections`,
      digits: 2,
      stable: title !== "CPU µs per request",
    })),
    rows: chosen
      .filter(({ lacking }) => lacking === undefined)
      .map((contender) => ({
        name: contender.name,
        cells: Object.fromEntries(COUNTS.map((count) => [String(count), cell(contender, count)])),
      })),
  };
}

function growth(measured: Measured<WindowFigures>, contender: Contender, count: number): Rounds {
  return ratios(cost(measured, contender, count), cost(measured, contender, FEW));
}

function cost(measured: Measured<WindowFigures>, contender: Contender, count: number): Rounds {
  return pluck(measured, caseName(contender, count), (figures) => figures.cpuUsPerRequest);
}

function caseName({ name }: Contender, count: number): string {
  return `${name}, ${count} connections`;
}
