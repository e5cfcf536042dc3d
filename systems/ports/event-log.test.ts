/** What every log must do, over SQLite in the process and over a Redis stream. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startRedis, type PrivateRedis } from "../servers/redis-server.ts";
import { skipReason, titled } from "../servers/skip-reason.ts";
import { SimulatedClock } from "./clock.ts";
import { RedisEventLog } from "./event-log-redis.ts";
import { SqliteEventLog } from "./event-log-sqlite.ts";
import type { EventLog } from "./event-log.ts";

type OpenLog = (name: string) => Promise<EventLog & AsyncDisposable>;

const NEW = { count: 10, waitMs: 0 };
const ABANDONED = { count: 10, idleMs: 0 };

describe("the log over SQLite", () => {
  const folder = mkdtempSync(join(tmpdir(), "event-log-test-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  itIsALog(async (name) => new SqliteEventLog(join(folder, name), new SimulatedClock()));

  test("entries appended in one turn are read in the order of their ids", async () => {
    await using log = new SqliteEventLog(join(folder, "order"), new SimulatedClock());
    const ids = await Promise.all(["a", "b", "c"].map((name) => log.append({ name })));
    const entries = await log.read("worker", NEW);
    expect(entries.map(({ id }) => id)).toEqual(ids);
    expect(entries.map(({ fields }) => fields["name"])).toEqual(["a", "b", "c"]);
  });

  test("an entry is not claimed before it was idle for as long as asked", async () => {
    const clock = new SimulatedClock();
    await using log = new SqliteEventLog(join(folder, "idle"), clock);
    await log.append({ name: "a" });
    await log.read("first", NEW);

    clock.advance(499);
    expect(await log.claim("second", { count: 10, idleMs: 500 })).toEqual([]);
    clock.advance(1);
    expect(await log.claim("second", { count: 10, idleMs: 500 })).toHaveLength(1);
    expect(await log.claim("third", { count: 10, idleMs: 500 })).toEqual([]);
  });

  test("a reader that waits is woken by the next append", async () => {
    await using log = new SqliteEventLog(join(folder, "wake"), new SimulatedClock());
    const reading = log.read("worker", { count: 10, waitMs: 60_000 });
    await log.append({ name: "a" });
    expect(await reading).toHaveLength(1);
  });
});

const reason = skipReason();

describe.skipIf(reason !== undefined)(titled("the log over Redis", reason), () => {
  let started: PrivateRedis;
  let redis: Redis;
  beforeAll(async () => {
    started = await startRedis(() => undefined);
    redis = new Redis({ path: started.socketPath, protocol: 2 });
  });
  afterAll(async () => {
    redis.disconnect();
    await started.server[Symbol.asyncDispose]();
  });

  itIsALog((name) => RedisEventLog.open(redis, name));

  test("an entry is not claimed before it was idle for as long as asked", async () => {
    await using log = await RedisEventLog.open(redis, "idle");
    await log.append({ name: "a" });
    await log.read("first", NEW);
    expect(await log.claim("second", { count: 10, idleMs: 3_600_000 })).toEqual([]);
  });
});

function itIsALog(open: OpenLog): void {
  test("an entry is delivered with its fields, to one reader only", async () => {
    await using log = await open("deliver");
    const id = await log.append({ name: "a", city: "Österbymo" });
    expect(await log.read("first", NEW)).toEqual([
      { id, fields: { name: "a", city: "Österbymo" } },
    ]);
    expect(await log.read("second", NEW)).toEqual([]);
  });

  test("100 entries come in batches of the size asked for, each entry once", async () => {
    await using log = await open("batches");
    const ids = await Promise.all(
      Array.from({ length: 100 }, (_, i) => log.append({ number: String(i) })),
    );
    const seen: string[] = [];
    for (const size of [30, 30, 30, 10]) {
      const batch = await log.read("worker", { count: 30, waitMs: 0 });
      expect(batch).toHaveLength(size);
      seen.push(...batch.map(({ id }) => id));
    }
    expect(seen.sort()).toEqual(ids.sort());
  });

  test("an empty log gives no entries to a reader who does not wait, nor to one who waits 1 ms", async () => {
    await using log = await open("empty");
    expect(await log.read("worker", NEW)).toEqual([]);
    expect(await log.read("worker", { count: 10, waitMs: 1 })).toEqual([]);
  });

  test("what a dead reader left is claimed by the next one", async () => {
    await using log = await open("claim");
    const id = await log.append({ name: "a" });
    await log.read("dead", NEW);
    expect(await log.claim("next", ABANDONED)).toEqual([{ id, fields: { name: "a" } }]);
  });

  test("an acknowledged entry is never claimed, and the log has drained", async () => {
    await using log = await open("acknowledge");
    const kept = await log.append({ name: "a" });
    const done = await log.append({ name: "b" });
    await log.read("worker", NEW);
    expect(await log.waiting()).toBe(2);

    await log.acknowledge([done]);
    expect((await log.claim("next", ABANDONED)).map(({ id }) => id)).toEqual([kept]);
    await log.acknowledge([kept, done]);

    expect(await log.claim("next", ABANDONED)).toEqual([]);
    expect(await log.waiting()).toBe(0);
  });

  test("reopened, it delivers what was not acknowledged, read before or not, and nothing else", async () => {
    const names: (string | undefined)[] = [];
    {
      await using log = await open("reopen");
      const done = await log.append({ name: "done" });
      await log.append({ name: "read" });
      await log.read("dead", NEW);
      await log.append({ name: "unread" });
      await log.acknowledge([done]);
    }
    await using log = await open("reopen");
    const entries = [...(await log.read("next", NEW)), ...(await log.claim("next", ABANDONED))];
    for (const { fields } of entries) names.push(fields["name"]);
    expect(new Set(names)).toEqual(new Set(["read", "unread"]));
  });

  test("an id is not given out twice, not even after everything was acknowledged and it was reopened", async () => {
    const ids: string[] = [];
    for (let life = 0; life < 3; life++) {
      await using log = await open("ids");
      ids.push(await log.append({ life: String(life) }));
      await log.read("worker", NEW);
      await log.acknowledge(ids);
    }
    expect(new Set(ids).size).toBe(3);
  });
}
