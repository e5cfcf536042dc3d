/**
 * The log as a Redis stream with one consumer group. Acknowledged entries are deleted, so the stream's length is what
 * still waits. Reading waits inside Redis and would hold up everything else on its connection: it has one of its own.
 */
import type { Redis } from "ioredis";
import type { EventLog, Fields, LogEntry } from "./event-log.ts";

const GROUP = "workers";

/** As Redis sends an entry; null for one that was deleted meanwhile. */
type RawEntry = [id: string, fields: string[]] | null;

export class RedisEventLog implements EventLog, AsyncDisposable {
  readonly #redis: Redis;
  readonly #reader: Redis;
  readonly #stream: string;

  private constructor(redis: Redis, stream: string) {
    this.#redis = redis;
    this.#reader = redis.duplicate({ enableAutoPipelining: false });
    this.#reader.on("error", () => undefined);
    this.#stream = stream;
  }

  /** `redis` stays the caller's to close. */
  static async open(redis: Redis, stream: string): Promise<RedisEventLog> {
    try {
      await redis.xgroup("CREATE", stream, GROUP, "0", "MKSTREAM");
    } catch (error) {
      if (!String(error).includes("BUSYGROUP")) throw error;
    }
    return new RedisEventLog(redis, stream);
  }

  /** When the connection breaks in between, the client sends it again: the entry may be there twice. */
  async append(fields: Fields): Promise<string> {
    const id = await this.#redis.xadd(this.#stream, "*", ...Object.entries(fields).flat());
    return id ?? "";
  }

  async read(
    consumer: string,
    { count, waitMs }: { count: number; waitMs: number },
  ): Promise<LogEntry[]> {
    const wait = waitMs === 0 ? [] : (["BLOCK", String(waitMs)] as const);
    const streams = (await this.#reader.call("XREADGROUP", [
      "GROUP",
      GROUP,
      consumer,
      "COUNT",
      String(count),
      ...wait,
      "STREAMS",
      this.#stream,
      ">",
    ])) as [name: string, entries: RawEntry[]][] | null;
    return entriesOf(streams?.[0]?.[1] ?? []);
  }

  async claim(
    consumer: string,
    { count, idleMs }: { count: number; idleMs: number },
  ): Promise<LogEntry[]> {
    const [, entries] = (await this.#redis.xautoclaim(
      this.#stream,
      GROUP,
      consumer,
      idleMs,
      "0",
      "COUNT",
      count,
    )) as [next: string, entries: RawEntry[]];
    return entriesOf(entries);
  }

  async acknowledge(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.#redis
      .multi()
      .xack(this.#stream, GROUP, ...ids)
      .xdel(this.#stream, ...ids)
      .exec();
  }

  waiting(): Promise<number> {
    return this.#redis.xlen(this.#stream);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#reader.disconnect();
  }
}

function entriesOf(raw: readonly RawEntry[]): LogEntry[] {
  return raw.flatMap((entry) => {
    if (entry === null) return [];
    const [id, flat] = entry;
    const fields: Record<string, string> = {};
    for (let i = 0; i + 1 < flat.length; i += 2) fields[flat[i] ?? ""] = flat[i + 1] ?? "";
    return [{ id, fields }];
  });
}
