/**
 * The auction, wired up. Read this file first.
 *
 *     bidder  ──► bid API ──► book + outbox ──relay──► bus ──► broadcast ──► watchers
 *                    ▲                                  └────► archiver ───► archive
 *     audit   ──────┘◄──────────────────────────────────────────────────────────┘
 *
 * Bid API, bus, broadcast and archiver are processes of their own; each can be killed alone, lives without the others,
 * and is brought back on its port when it died.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KeptProcess } from "../../servers/kept-process.ts";
import { startNats } from "../../servers/nats-server.ts";
import { startPostgres } from "../../servers/postgres-server.ts";
import { startRedis } from "../../servers/redis-server.ts";
import { bugNamed } from "../bugs/planted.ts";
import type { Places } from "./places.ts";
import type { ProcessTask } from "./run-process.ts";

export interface AuctionOptions {
  readonly parts: "embedded" | "real";
  /** The broadcast takes the next one, the archiver the one after; 0: any free ports for all. */
  readonly port: number;
  /** Name of a planted bug. */
  readonly bug: string | undefined;
  /** See archiver.ts; 0: never. */
  readonly crashAtBid: number;
  readonly databaseAwayAtBid: number;
  /** Where the embedded parts keep their files, to go on from there; undefined: a new folder, removed at the end. */
  readonly folder: string | undefined;
  /** Servers that are up already, for the real parts; undefined: private ones. */
  readonly redisUrl?: string | undefined;
  readonly natsUrl?: string | undefined;
  readonly databaseUrl?: string | undefined;
  readonly log: (line: string) => void;
}

/** What can be killed alone. */
export type PartName = "api" | "broadcast" | "archiver" | "bus" | "redis" | "postgres";

export interface Auction extends AsyncDisposable {
  readonly url: string;
  readonly broadcastUrl: string;
  readonly archiverUrl: string;
  /** Of the processes that are ours, as they run now. */
  readonly pidOf: (part: PartName) => number | undefined;
}

/** Resolves when all answer. Disposing it stops the processes one after the other and leaves nothing behind. */
export async function startAuction(options: AuctionOptions): Promise<Auction> {
  if (options.bug !== undefined) bugNamed(options.bug);
  await using building = new AsyncDisposableStack();
  const kept = new Map<PartName, { readonly pid: number }>();
  const places =
    options.parts === "embedded"
      ? embeddedPlaces(options, building)
      : await realPlaces(options, building, kept);
  const start = async (name: PartName, port: number): Promise<KeptProcess> => {
    const process = building.use(await KeptProcess.start(commandOf(name, port, places, options)));
    kept.set(name, process);
    return process;
  };
  if (places.parts === "embedded") await start("bus", 0);
  const portAt = (offset: number): number => (options.port === 0 ? 0 : options.port + offset);
  const [api, broadcast, archiver] = await Promise.all([
    start("api", portAt(0)),
    start("broadcast", portAt(1)),
    start("archiver", portAt(2)),
  ]);
  const running = building.move();
  return {
    url: `http://127.0.0.1:${api.port}`,
    broadcastUrl: `http://127.0.0.1:${broadcast.port}`,
    archiverUrl: `http://127.0.0.1:${archiver.port}`,
    pidOf: (part) => kept.get(part)?.pid,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

const ENTRIES: Partial<Record<PartName, URL>> = {
  api: new URL("./api/main.ts", import.meta.url),
  broadcast: new URL("./broadcast/main.ts", import.meta.url),
  archiver: new URL("./archive/main.ts", import.meta.url),
  bus: new URL("./bus/main.ts", import.meta.url),
};

function commandOf(
  name: PartName,
  port: number,
  places: Places,
  { bug, crashAtBid, databaseAwayAtBid, log }: AuctionOptions,
): Parameters<typeof KeptProcess.start>[0] {
  const task: ProcessTask = { places, port, bug: bug ?? null, crashAtBid, databaseAwayAtBid };
  return { name, entry: ENTRIES[name] as URL, task, log: (line) => log(`${name}: ${line}`) };
}

function embeddedPlaces({ folder }: AuctionOptions, building: AsyncDisposableStack): Places {
  const temporary = mkdtempSync(join(tmpdir(), "auction-"));
  building.defer(() => rmSync(temporary, { recursive: true, force: true }));
  const kept = folder ?? temporary;
  mkdirSync(kept, { recursive: true });
  return { parts: "embedded", folder: kept, temporary };
}

async function realPlaces(
  { redisUrl, natsUrl, databaseUrl, log }: AuctionOptions,
  building: AsyncDisposableStack,
  kept: Map<PartName, { readonly pid: number }>,
): Promise<Places> {
  const own = async <S extends { readonly server: AsyncDisposable & { readonly pid: number } }>(
    name: PartName,
    starting: Promise<S>,
  ): Promise<S> => {
    const started = await starting;
    kept.set(name, building.use(started.server));
    return started;
  };
  const [redis, nats, postgres] = await Promise.allSettled([
    redisUrl ?? own("redis", startRedis(log)).then(({ socketPath }) => socketPath),
    natsUrl ?? own("bus", startNats(log)).then(({ url }) => url),
    databaseUrl === undefined
      ? own("postgres", startPostgres(log)).then(({ connection }) => connection)
      : { connectionString: databaseUrl },
  ]);
  if (redis.status === "rejected") throw redis.reason;
  if (nats.status === "rejected") throw nats.reason;
  if (postgres.status === "rejected") throw postgres.reason;
  return { parts: "real", redis: redis.value, natsUrl: nats.value, postgres: postgres.value };
}
