/**
 * The log inside the process: a SQLite table (WAL), and the state of its readers in memory.
 *
 * Group commit: what is appended in one turn of the event loop is written in one transaction at the end of that turn,
 * and only then do its appenders hear back. Under load a turn holds dozens of requests, so a durable append costs a
 * few microseconds; alone, it waits for nothing.
 *
 * Acknowledged entries are deleted. What a dead process had read and not acknowledged is therefore still in the table,
 * and is new again to the next one: at least once, without writing down who reads what.
 */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Clock } from "./clock.ts";
import type { EventLog, Fields, LogEntry } from "./event-log.ts";
import { Sleepers } from "./sleepers.ts";

interface Delivery {
  readAtMs: number;
}

export class SqliteEventLog implements EventLog, AsyncDisposable {
  readonly #database: DatabaseSync;
  readonly #clock: Clock;
  readonly #insert: StatementSync;
  readonly #selectAfter: StatementSync;
  readonly #selectOne: StatementSync;
  readonly #delete: StatementSync;
  readonly #count: StatementSync;
  #lastId: number;
  /** Entries up to this one have been read by someone. */
  #readThrough = 0;
  readonly #unacknowledged = new Map<number, Delivery>();
  #batch: Batch = newBatch();
  readonly #sleepers = new Sleepers();

  constructor(path: string, clock: Clock) {
    this.#clock = clock;
    this.#database = new DatabaseSync(path);
    // NORMAL: a commit is with the kernel, so it survives our death, though not the machine's.
    this.#database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      CREATE TABLE IF NOT EXISTS entries (id INTEGER PRIMARY KEY AUTOINCREMENT, fields TEXT NOT NULL) STRICT;
    `);
    const prepare = (sql: string): StatementSync => this.#database.prepare(sql);
    this.#insert = prepare("INSERT INTO entries (id, fields) VALUES (?, ?)");
    this.#selectAfter = prepare("SELECT id, fields FROM entries WHERE id > ? ORDER BY id LIMIT ?");
    this.#selectOne = prepare("SELECT id, fields FROM entries WHERE id = ?");
    this.#delete = prepare("DELETE FROM entries WHERE id = ?");
    this.#count = prepare("SELECT count(*) AS entries FROM entries");
    const sequence = prepare("SELECT seq FROM sqlite_sequence WHERE name = 'entries'").get();
    this.#lastId = Number(sequence?.["seq"] ?? 0);
  }

  async append(fields: Fields): Promise<string> {
    const { id, durable } = this.appendNow(fields);
    await durable;
    return id;
  }

  /** The id at once, for callers who must decide and append without a pause between; `durable` when it is safe. */
  appendNow(fields: Fields): { id: string; durable: Promise<void> } {
    this.#lastId += 1;
    if (this.#batch.rows.length === 0) setImmediate(() => this.#commit());
    this.#batch.rows.push({ id: this.#lastId, fields: JSON.stringify(fields) });
    return { id: String(this.#lastId), durable: this.#batch.durable };
  }

  async read(
    _consumer: string,
    { count, waitMs }: { count: number; waitMs: number },
  ): Promise<LogEntry[]> {
    const entries = this.#readNow(count);
    if (entries.length > 0 || waitMs === 0) return entries;
    await this.#sleepers.wait(waitMs);
    return this.#readNow(count);
  }

  async claim(
    _consumer: string,
    { count, idleMs }: { count: number; idleMs: number },
  ): Promise<LogEntry[]> {
    const nowMs = this.#clock.nowMs();
    const entries: LogEntry[] = [];
    for (const [id, delivery] of this.#unacknowledged) {
      if (entries.length === count) break;
      if (nowMs - delivery.readAtMs < idleMs) continue;
      const row = this.#selectOne.get(id);
      if (row !== undefined) entries.push(entryOf(row));
      delivery.readAtMs = nowMs;
    }
    return entries;
  }

  async acknowledge(ids: readonly string[]): Promise<void> {
    this.#database.exec("BEGIN IMMEDIATE");
    for (const id of ids) {
      this.#delete.run(Number(id));
      this.#unacknowledged.delete(Number(id));
    }
    this.#database.exec("COMMIT");
  }

  async waiting(): Promise<number> {
    return Number(this.#count.get()?.["entries"] ?? 0) + this.#batch.rows.length;
  }

  /** Everything not yet acknowledged, oldest first: what a reservation starts again from. */
  *unacknowledged(): Iterable<LogEntry> {
    const all = this.#database.prepare("SELECT id, fields FROM entries ORDER BY id");
    for (const row of all.iterate()) yield entryOf(row);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#batch.rows.length > 0) await this.#batch.durable;
    this.#sleepers.wake();
    this.#database.close();
  }

  #readNow(count: number): LogEntry[] {
    const entries = this.#selectAfter.all(this.#readThrough, count).map(entryOf);
    const readAtMs = this.#clock.nowMs();
    for (const { id } of entries) this.#unacknowledged.set(Number(id), { readAtMs });
    this.#readThrough = Number(entries.at(-1)?.id ?? this.#readThrough);
    return entries;
  }

  /** A failure here leaves memory ahead of the disk: it is thrown out of the event loop and ends the process. */
  #commit(): void {
    const batch = this.#batch;
    this.#batch = newBatch();
    this.#database.exec("BEGIN IMMEDIATE");
    for (const { id, fields } of batch.rows) this.#insert.run(id, fields);
    this.#database.exec("COMMIT");
    batch.resolve();
    this.#sleepers.wake();
  }
}

interface Batch {
  readonly rows: { id: number; fields: string }[];
  readonly durable: Promise<void>;
  readonly resolve: () => void;
}

function newBatch(): Batch {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { rows: [], durable: promise, resolve };
}

function entryOf(row: Record<string, unknown>): LogEntry {
  return { id: String(row["id"]), fields: JSON.parse(String(row["fields"])) as Fields };
}
