/** Where the parts of an auction are, as its processes are told when they are started; and how each is opened there. */
import { Redis } from "ioredis";
import type { PoolConfig } from "pg";
import type { ArchiveStore } from "./archive/archive-store.ts";
import { PostgresArchive } from "./archive/archive-postgres.ts";
import { SqliteArchive } from "./archive/archive-sqlite.ts";
import { EmbeddedBook } from "./book/book-embedded.ts";
import { RedisBook } from "./book/book-redis.ts";
import type { EventBus } from "./bus/bus.ts";
import { HubBus } from "./bus/hub-bus.ts";
import { NatsBus } from "./bus/nats-bus.ts";
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

export function openBook(places: Places, building: AsyncDisposableStack): OpenBook {
  if (places.parts === "embedded") {
    return building.use(new EmbeddedBook(`${places.folder}/book.sqlite`, timeOfDay));
  }
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

export function openBus(places: Places, building: AsyncDisposableStack): EventBus {
  const bus =
    places.parts === "embedded" ? new HubBus(socketPathIn(places)) : new NatsBus(places.natsUrl);
  return building.use(bus);
}

export function openArchive(
  places: Places,
  building: AsyncDisposableStack,
): ArchiveStore & (SqliteArchive | PostgresArchive) {
  const archive =
    places.parts === "embedded"
      ? new SqliteArchive(`${places.folder}/archive.sqlite`)
      : new PostgresArchive(places.postgres);
  return building.use(archive);
}

/** A socket's path has to be short, and one's own folder may be deep. */
export function socketPathIn({ temporary }: Extract<Places, { parts: "embedded" }>): string {
  return `${temporary}/bus.sock`;
}

/** What closing times are held against. */
const timeOfDay = { nowMs: () => Date.now() };
