/**
 * What the hub keeps: a SQLite table of all events in the order of their coming, and how far the archiver has got. An
 * item's number is unique in it, so publishing twice stores once.
 */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Clock } from "../../../ports/clock.ts";
import { eventOf, type AuctionEvent } from "../event.ts";
import { BUS_PAGE_EVENTS_MAX, REDELIVER_AFTER_MS } from "../limits.ts";
import type { Delivery } from "./bus.ts";
import { inSqliteTransaction } from "../../../ports/transactions.ts";

export class HubStore implements Disposable {
  readonly #database: DatabaseSync;
  readonly #clock: Clock;
  readonly #sql: Readonly<Record<"insert" | "ofItem" | "from" | "mark" | "count", StatementSync>>;
  /** Everything up to here is acknowledged. */
  #done: number;
  /** Beyond it, what is out for delivery and since when, and what is acknowledged already. */
  readonly #delivered = new Map<number, number>();
  readonly #acknowledged = new Set<number>();

  constructor(path: string, clock: Clock) {
    this.#clock = clock;
    this.#database = new DatabaseSync(path);
    this.#database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      CREATE TABLE IF NOT EXISTS events (
        id INTEGER PRIMARY KEY AUTOINCREMENT, item_id TEXT NOT NULL, seq INTEGER NOT NULL, event TEXT NOT NULL,
        UNIQUE (item_id, seq)
      ) STRICT;
      CREATE TABLE IF NOT EXISTS archived (one INTEGER PRIMARY KEY CHECK (one = 1), id INTEGER NOT NULL) STRICT;
      INSERT OR IGNORE INTO archived VALUES (1, 0);
    `);
    const prepare = (sql: string): StatementSync => this.#database.prepare(sql);
    this.#sql = {
      insert: prepare("INSERT OR IGNORE INTO events (item_id, seq, event) VALUES (?, ?, ?)"),
      ofItem: prepare("SELECT event FROM events WHERE item_id = ? AND seq > ? ORDER BY id LIMIT ?"),
      from: prepare("SELECT id, event FROM events WHERE id > ? ORDER BY id LIMIT ?"),
      mark: prepare("UPDATE archived SET id = ?"),
      count: prepare("SELECT count(*) AS events FROM events WHERE id > ?"),
    };
    this.#done = Number(prepare("SELECT id FROM archived").get()?.["id"]);
  }

  /** One transaction. Gives the events that are new. */
  add(events: readonly AuctionEvent[]): AuctionEvent[] {
    return inSqliteTransaction(this.#database, () =>
      events.filter((event) => {
        const { itemId, seq } = event;
        return this.#sql.insert.run(itemId, seq, JSON.stringify(event)).changes > 0;
      }),
    );
  }

  ofItem(itemId: string, after: number): AuctionEvent[] {
    return this.#sql.ofItem
      .all(itemId, after, BUS_PAGE_EVENTS_MAX)
      .map((row) => eventOf(String(row["event"])));
  }

  pull(count: number): Delivery[] {
    const nowMs = this.#clock.nowMs();
    const deliveries: Delivery[] = [];
    const out = this.#delivered.size + this.#acknowledged.size;
    for (const row of this.#sql.from.all(this.#done, count + out)) {
      const id = Number(row["id"]);
      const sinceMs = this.#delivered.get(id);
      const isOut = sinceMs !== undefined && nowMs - sinceMs < REDELIVER_AFTER_MS;
      if (isOut || this.#acknowledged.has(id)) continue;
      this.#delivered.set(id, nowMs);
      deliveries.push({ id, event: eventOf(String(row["event"])) });
      if (deliveries.length === count) break;
    }
    return deliveries;
  }

  acknowledge(ids: readonly number[]): void {
    for (const id of ids) {
      this.#delivered.delete(id);
      if (id > this.#done) this.#acknowledged.add(id);
    }
    while (this.#acknowledged.delete(this.#done + 1)) this.#done += 1;
    this.#sql.mark.run(this.#done);
  }

  waiting(): number {
    return Number(this.#sql.count.get(this.#done)?.["events"]) - this.#acknowledged.size;
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}
