/**
 * Where the parts of an auction are, as its processes are told when they are started; and how each is opened there. The
 * clients of the real ones are loaded when they are needed: they take as long as all the rest of a process.
 */
import type { PoolConfig } from "pg";
import type { ArchiveStore } from "./archive/archive-store.ts";
import type { PostgresArchive } from "./archive/archive-postgres.ts";
import { SqliteArchive } from "./archive/archive-sqlite.ts";
import { EmbeddedBook } from "./book/book-embedded.ts";
import type { RedisBook } from "./book/book-redis.ts";
import type { EventBus } from "./bus/bus.ts";
import { HubBus } from "./bus/hub-bus.ts";
import { REDIS_RETRIES_MAX, REDIS_RETRY_MS } from "./limits.ts";

/** Plain data: it travels to a process as JSON. */
export type Places =
  | {
      readonly parts: "embedded";
      /** The files of the book, the hub and the archive. */
      readonly folder: string;
      /** Where the hub's socket is, and all files unless they are kept elsewhere; the hub removes it at its end. */
      readonly temporary: string;
    }
  | {
      readonly parts: "real";
      /** A URL, or the path of a socket. */
      readonly redis: string;
      readonly natsUrl: string;
      readonly postgres: PoolConfig;
    };

export type OpenBook = (EmbeddedBook | RedisBook) & AsyncDisposable;

export async function openBook(places: Places, building: AsyncDisposableStack): Promise<OpenBook> {
  if (places.parts === "embedded") {
    return building.use(new EmbeddedBook(`${places.folder}/book.sqlite`, timeOfDay));
  }
  const { Redis } = await import("ioredis");
  const { RedisBook } = await import("./book/book-redis.ts");
  const redis = new Redis(places.redis, {
    // The older protocol, whose replies have one shape whatever the server's age.
    protocol: 2,
    enableAutoPipelining: true,
    maxRetriesPerRequest: REDIS_RETRIES_MAX,
    retryStrategy: () => REDIS_RETRY_MS,
  });
  // Without a listener a lost connection would end the process; requests fail by themselves.
  redis.on("error", () => undefined);
  building.defer(() => redis.disconnect());
  return building.use(new RedisBook(redis));
}

export async function openBus(places: Places, building: AsyncDisposableStack): Promise<EventBus> {
  if (places.parts === "embedded") return building.use(new HubBus(socketPathIn(places)));
  const { NatsBus } = await import("./bus/nats-bus.ts");
  return building.use(new NatsBus(places.natsUrl));
}

export async function openArchive(
  places: Places,
  building: AsyncDisposableStack,
): Promise<ArchiveStore & (SqliteArchive | PostgresArchive)> {
  if (places.parts === "embedded") {
    return building.use(new SqliteArchive(`${places.folder}/archive.sqlite`));
  }
  const { PostgresArchive } = await import("./archive/archive-postgres.ts");
  return building.use(new PostgresArchive(places.postgres));
}

/** A socket's path has to be short, and one's own folder may be deep. */
export function socketPathIn({ temporary }: Extract<Places, { parts: "embedded" }>): string {
  return `${temporary}/bus.sock`;
}

/** What closing times are held against. */
const timeOfDay = { nowMs: () => Date.now() };
