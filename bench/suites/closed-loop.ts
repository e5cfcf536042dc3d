/** What the closed-loop suites share: contenders at full speed against one target, told as CPU time per request. */
import { interleave, type Measured, measuredNames, pluck } from "../harness/rounds.ts";
import { type Cell, type Column, isChosen, type Row, type Settings } from "../harness/result.ts";
import { showCell } from "../harness/render.ts";
import { ratios, spreadOf } from "../harness/spread.ts";
import type { Target } from "../harness/target.ts";
import { clientSeconds, measureWindow, type WindowFigures } from "../harness/window.ts";
import type { Contender } from "../peers/contender.ts";

/** A contender whose figure of the same round the others are divided by. */
export interface Reference {
  key: string;
  title: string;
  name: string;
}

/** A share of a core above which a side had no time left. */
const BUSY = 0.9;

export async function measureClosedLoop(
  target: Target,
  contenders: readonly Contender[],
  settings: Settings,
  options: { connections: number; tls: boolean },
): Promise<Measured<WindowFigures>> {
  const port = options.tls ? target.tlsPort : target.port;
  if (port === undefined) throw new Error(`${target.name} has no port for TLS`);
  const job = {
    origin: `${options.tls ? "https" : "http"}://127.0.0.1:${port}`,
    port,
    connections: options.connections,
    seconds: clientSeconds(settings.windowSeconds),
  };
  const chosen = contenders.filter((one) => isChosen(settings, one));
  return interleave(chosen, settings.rounds, (contender) =>
    measureWindow(target, contender.command(job), settings.windowSeconds),
  );
}

export function closedLoopColumns(references: readonly Reference[]): Column[] {
  return [
    { key: "cpu", title: "CPU µs/request", digits: 2 },
    { key: "user", title: "user part", digits: 2 },
    ...references.map(({ key, title }) => ({ key, title, digits: 2, stable: true })),
    { key: "rate", title: "requests/s", digits: 0 },
    { key: "memory", title: "MB", digits: 0 },
    { key: "bound", title: "bound by", digits: 0 },
  ];
}

/** Cheapest first. */
export function closedLoopRows(
  measured: Measured<WindowFigures>,
  references: readonly Reference[],
): Row[] {
  const rows = measuredNames(measured).map((name) => {
    const spread = (figure: (figures: WindowFigures) => number): Cell =>
      spreadOf(pluck(measured, name, figure));
    const cells: Record<string, Cell> = {
      cpu: spread((figures) => figures.cpuUsPerRequest),
      user: spread((figures) => figures.userUsPerRequest),
      rate: middle(spread((figures) => figures.requestsPerSecond)),
      memory: middle(spread((figures) => figures.residentMbMax)),
      bound: boundBy(measured, name),
    };
    for (const { key, name: reference } of references) {
      cells[key] = spreadOf(cpuRatios(measured, name, reference));
    }
    return { name, cells };
  });
  return rows.sort((a, b) => (middle(a.cells["cpu"]) ?? 0) - (middle(b.cells["cpu"]) ?? 0));
}

/** How quiet the machine was, in a sentence: under what else ran on it, figures are worth less. */
export function quietness(measured: Measured<WindowFigures>): string {
  const all = measuredNames(measured).flatMap((name) =>
    pluck(measured, name, (figures) => figures.otherCores),
  );
  const cores = showCell(spreadOf(all), 2);
  return `Meanwhile all other processes of the machine and its host used ${cores} cores.`;
}

/** The median of one contender's CPU time by another's of the same round; undefined when either is missing. */
export function cpuRatio(
  measured: Measured<WindowFigures>,
  name: string,
  reference: string,
): number | undefined {
  return spreadOf(cpuRatios(measured, name, reference))?.median;
}

function cpuRatios(
  measured: Measured<WindowFigures>,
  name: string,
  reference: string,
): readonly (number | undefined)[] {
  const cpu = (figures: WindowFigures): number => figures.cpuUsPerRequest;
  return ratios(pluck(measured, name, cpu), pluck(measured, reference, cpu));
}

function boundBy(measured: Measured<WindowFigures>, name: string): string {
  const client = spreadOf(pluck(measured, name, (figures) => figures.clientCores))?.median ?? 0;
  const server = spreadOf(pluck(measured, name, (figures) => figures.serverCores))?.median ?? 0;
  if (client > BUSY && server > BUSY) return "both";
  if (client > BUSY) return "client";
  return server > BUSY ? "server" : "neither";
}

function middle(cell: Cell): number | undefined {
  if (typeof cell === "object") return cell.median;
  return typeof cell === "number" ? cell : undefined;
}
