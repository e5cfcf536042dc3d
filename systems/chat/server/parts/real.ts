/**
 * The parts over a real server: PostgreSQL for all that is kept and found, a folder for files. It is started, watched and
 * stopped by us, unless DATABASE_URL names one that is up already: then it is used as it is, and what it holds stays.
 */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Pool, type PoolConfig } from "pg";
import type { KeptServer } from "../../../servers/kept-server.ts";
import { startPostgres } from "../../../servers/postgres-server.ts";
import { DiskShelf } from "../files/shelf.ts";
import { rightWays } from "../gateway/fanout-ways.ts";
import { DATABASE_CONNECTIONS_MAX, POOL_END_MS_MAX } from "../limits.ts";
import { PostgresSearchIndex } from "../search/search-postgres.ts";
import { archiveIntoPostgres } from "./archive-postgres.ts";
import type { ChatParts } from "./parts.ts";
import { PostgresChatStore } from "./store-postgres.ts";

export interface RealParts extends ChatParts, AsyncDisposable {
  readonly kind: "real";
  readonly pool: Pool;
  readonly shelf: DiskShelf;
  /** The server, if it is ours. */
  readonly server: KeptServer | undefined;
}

export interface RealOptions {
  /** Where uploaded files are kept. */
  readonly folder: string;
  readonly databaseUrl: string | undefined;
  readonly log: (line: string) => void;
}

/** Throws one line that names the package to install when PostgreSQL is neither named nor installed. */
export async function openRealParts(options: RealOptions): Promise<RealParts> {
  const { folder, databaseUrl, log } = options;
  await using building = new AsyncDisposableStack();
  const own = databaseUrl === undefined ? await startPostgres(log) : undefined;
  if (own !== undefined) building.use(own.server);
  const where: PoolConfig = own?.connection ?? { connectionString: databaseUrl };
  const pool = new Pool({ ...where, max: DATABASE_CONNECTIONS_MAX });
  // An archive that is still coming would be waited for; with its server it is gone.
  building.defer(() =>
    Promise.race([pool.end(), sleep(POOL_END_MS_MAX, undefined, { ref: false })]),
  );
  // Without listeners a lost connection would end the process; requests fail by themselves.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  const store = await answering(PostgresChatStore.open(pool));
  const search = building.use(new PostgresSearchIndex(pool, log));
  const running = building.move();
  return {
    kind: "real",
    pool,
    server: own?.server,
    store,
    search,
    shelf: new DiskShelf(join(folder, "files")),
    ways: rightWays,
    attachArchive: (messages) => archiveIntoPostgres(pool, messages),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** The first word with a server. Its address may hold a password, so the message does not repeat it. */
async function answering<T>(first: Promise<T>): Promise<T> {
  try {
    return await first;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`DATABASE_URL must name a server that answers, got: ${why}`);
  }
}
