/**
 * What the auction's processes have in common: told in one JSON argument where everything is, they print one ready line
 * and end on SIGTERM, on SIGINT, and when their standard input closes, so that none outlives whoever started it.
 */
import type { AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";
import { CONNECTIONS_WAITING_MAX } from "./limits.ts";
import type { Places } from "./places.ts";
import { toldToEnd } from "../../servers/end-in-time.ts";

export interface ProcessTask {
  readonly places: Places;
  /** 0: any free port. */
  readonly port: number;
  /** Name of a planted bug. */
  readonly bug: string | null;
  /** See archiver.ts. */
  readonly crashAtBid: number;
  readonly databaseAwayAtBid: number;
}

export type Log = (line: string) => void;

/** `start` opens what the process is made of; what it puts on the stack is closed at the end, in reverse. Gives its port. */
export async function runProcess(
  start: (task: ProcessTask, building: AsyncDisposableStack, log: Log) => Promise<number>,
): Promise<void> {
  const log: Log = (line) => process.stderr.write(`${line}\n`);
  const end = toldToEnd(log);
  try {
    await using building = new AsyncDisposableStack();
    const port = await start(JSON.parse(process.argv[2] ?? "{}") as ProcessTask, building, log);
    process.stdout.write(`${JSON.stringify({ ready: { port } })}\n`);
    await end;
  } catch (error) {
    log(error instanceof Error ? error.message : String(error));
    process.exit(1);
  }
  process.exit(0);
}

/** On the loopback interface. Gives the port. */
export async function listen(
  app: FastifyInstance,
  port: number,
  building: AsyncDisposableStack,
): Promise<number> {
  building.defer(() => app.close());
  await app.listen({ host: "127.0.0.1", port, backlog: CONNECTIONS_WAITING_MAX });
  return (app.server.address() as AddressInfo).port;
}
