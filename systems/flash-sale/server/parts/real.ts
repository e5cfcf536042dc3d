/**
 * The parts as real servers: Redis for the reservation and the log, PostgreSQL for the orders. Each is started, watched
 * and stopped by us, unless REDIS_URL or DATABASE_URL names one that is up already: then it is used as it is, and what
 * it holds is left there.
 */
import { Redis } from "ioredis";
import { Pool, type PoolConfig } from "pg";
import { RedisEventLog } from "../../../ports/event-log-redis.ts";
import type { KeptServer } from "../../../servers/kept-server.ts";
import { startPostgres } from "../../../servers/postgres-server.ts";
import { startRedis } from "../../../servers/redis-server.ts";
import { settle } from "../inventory-worker.ts";
import { DATABASE_CONNECTIONS_MAX, REDIS_RETRIES_MAX, REDIS_RETRY_MS } from "../limits.ts";
import { PostgresOrderStore } from "./order-store-postgres.ts";
import type { FlashSaleParts } from "./parts.ts";
import { RedisReservation } from "./reservation-redis.ts";

export const STREAM = "flash-sale:orders";

export interface RealParts extends FlashSaleParts, AsyncDisposable {
  readonly kind: "real";
  readonly redis: Redis;
  readonly pool: Pool;
  /** The servers that are ours. */
  readonly servers: { readonly redis?: KeptServer; readonly postgres?: KeptServer };
}

export interface RealPartsOptions {
  readonly redisUrl: string | undefined;
  readonly databaseUrl: string | undefined;
  readonly log: (line: string) => void;
}

/** Throws one line that names the package to install when a server is neither named nor installed. */
export async function openRealParts(options: RealPartsOptions): Promise<RealParts> {
  await using building = new AsyncDisposableStack();
  const [redisStart, postgresStart] = await Promise.allSettled([
    connectRedis(options, building),
    connectPostgres(options, building),
  ]);
  if (redisStart.status === "rejected") throw redisStart.reason;
  if (postgresStart.status === "rejected") throw postgresStart.reason;
  const { redis, server: redisServer } = redisStart.value;
  const { pool, server: postgresServer } = postgresStart.value;
  const log = building.use(await RedisEventLog.open(redis, STREAM));
  const store = await PostgresOrderStore.open(pool);
  const running = building.move();
  return {
    kind: "real",
    redis,
    pool,
    servers: {
      ...(redisServer && { redis: redisServer }),
      ...(postgresServer && { postgres: postgresServer }),
    },
    log,
    reservation: new RedisReservation(redis, STREAM),
    store,
    settle,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function connectRedis(
  { redisUrl, log }: RealPartsOptions,
  building: AsyncDisposableStack,
): Promise<{ redis: Redis; server?: KeptServer }> {
  const options = {
    // The older protocol, whose replies have one shape whatever the server's age.
    protocol: 2,
    enableAutoPipelining: true,
    maxRetriesPerRequest: REDIS_RETRIES_MAX,
    retryStrategy: () => REDIS_RETRY_MS,
  } as const;
  const own = redisUrl === undefined ? await startRedis(log) : undefined;
  if (own !== undefined) building.use(own.server);
  const redis =
    own === undefined
      ? new Redis(redisUrl as string, options)
      : new Redis({ ...options, path: own.socketPath });
  building.defer(() => redis.disconnect());
  // Without a listener a lost connection would end the process; requests fail by themselves.
  let lastError: unknown;
  redis.on("error", (error) => {
    lastError = error;
  });
  const first = redis.ping().catch((error: unknown) => {
    throw lastError ?? error;
  });
  await answering("REDIS_URL", first);
  return own === undefined ? { redis } : { redis, server: own.server };
}

async function connectPostgres(
  { databaseUrl, log }: RealPartsOptions,
  building: AsyncDisposableStack,
): Promise<{ pool: Pool; server?: KeptServer }> {
  const own = databaseUrl === undefined ? await startPostgres(log) : undefined;
  if (own !== undefined) building.use(own.server);
  const where: PoolConfig = own?.connection ?? { connectionString: databaseUrl };
  const pool = new Pool({ ...where, max: DATABASE_CONNECTIONS_MAX });
  building.defer(() => pool.end());
  // As above, for connections that lie idle in the pool and for those that are in use when the server dies.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  await answering("DATABASE_URL", pool.query("SELECT 1"));
  return own === undefined ? { pool } : { pool, server: own.server };
}

/** The first word with a server. Its address may hold a password, so the message does not repeat it. */
async function answering(variable: string, first: Promise<unknown>): Promise<void> {
  try {
    await first;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`${variable} must name a server that answers, got: ${why}`);
  }
}
