/** The ways to let twenty requests go at once that are held against each other. */
import { monotonicNs, systemClock } from "../../holdfast/src/base/clock.ts";
import { seededRandom } from "../../holdfast/src/base/random.ts";
import { NS_PER_MS } from "../../holdfast/src/base/units.ts";
import { MetricRegistry } from "../../holdfast/src/metrics/registry.ts";
import type { StartOptions } from "../../holdfast/src/protocol/race.ts";
import { openHttp } from "../../holdfast/src/protocol/http1/transport.ts";
import type { Actor } from "../../holdfast/src/record/recorder.ts";
import type { OperationLog } from "../../holdfast/src/record/recorder.ts";

/** What one request came to. */
export interface Spent {
  readonly won: boolean;
  /** By the server's clock. */
  readonly cameMs: number;
}

/** Spends one voucher as often as there are racers, all at once. */
export interface Racers extends AsyncDisposable {
  round(voucher: string): Promise<Spent[]>;
}

export interface Course {
  readonly origin: string;
  readonly racers: number;
  /** So long may the network keep what is sent. */
  readonly jitterMs: number;
}

/** Node's fetch, whose connections are warm from the round before. */
export function fetchAtOnce({ origin, racers }: Course): Racers {
  const one = async (voucher: string): Promise<Spent> => {
    const answer = await fetch(origin, { method: "POST", body: voucher });
    await answer.arrayBuffer();
    return { won: answer.status === 200, cameMs: Number(answer.headers.get("x-came-ms")) };
  };
  return {
    round: (voucher) => Promise.all(Array.from({ length: racers }, () => one(voucher))),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

/** Holdfast's race, over either version of HTTP. */
export function released(version: "1.1" | "2", { origin, racers, jitterMs }: Course): Racers {
  const clock = systemClock(monotonicNs());
  const transport = openHttp({
    recorder: { clock, metrics: new MetricRegistry(), operations: NO_OPERATIONS },
    baseUrl: origin,
    options: { version },
    random: seededRandom(1),
  });
  const actors = Array.from({ length: racers }, (_, process): Actor => {
    return { process, intendedNs: Number.NaN, phase: "load", tags: {} };
  });
  const line = transport.client(actors[0] as Actor).startingLine();
  const options: StartOptions = {
    hold: "last-byte",
    headStartNs: (jitterMs + 5) * NS_PER_MS,
    serverTime: undefined,
  };
  return {
    round: async (voucher) => {
      const start = line.start(actors, options);
      const answers = start.clients.map((http) => http.post("/", { body: voucher }));
      await start.ready;
      start.release();
      return (await Promise.all(answers)).map((answer) => ({
        won: answer.status === 200,
        cameMs: Number(answer.header("x-came-ms")),
      }));
    },
    [Symbol.asyncDispose]: () => transport.close(),
  };
}

const NO_OPERATIONS: OperationLog = {
  newProcess: () => 0,
  invoke: () => 0,
  complete: () => undefined,
};
