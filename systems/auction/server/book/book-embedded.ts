/**
 * The book inside the bid API's process. JavaScript runs one thing at a time, so code without an `await` in it cannot be
 * interrupted: `#decide` is as indivisible as a Lua script in Redis. What is decided in one turn of the event loop is
 * written in one SQLite transaction at the end of that turn, the price and the outbox together; only then is anybody
 * answered. After a kill −9 both are as they were when the last answer was given, or a little further.
 */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Clock } from "../../../ports/clock.ts";
import { eventOf, type AuctionEvent, type Bid, type Item } from "../event.ts";
import { ITEMS_MAX } from "../limits.ts";
import type {
  BidAnswer,
  ItemBook,
  ItemState,
  OpenAnswer,
  Outbox,
  OutboxEntry,
} from "./item-book.ts";
import { Sleepers } from "../../../ports/sleepers.ts";

/** What the book knows of an item, in plain sight for the planted bugs, which do wrong with it. */
export interface OpenItem {
  readonly item: Item;
  highest: number;
  seq: number;
  leader: ItemState["leader"];
  closesAtMs: number | null;
}

export class EmbeddedBook implements ItemBook, Outbox, AsyncDisposable {
  readonly items: Map<string, OpenItem> = new Map();
  readonly #clock: Clock;
  readonly #database: DatabaseSync;
  readonly #sql: Readonly<Record<"item" | "event" | "oldest" | "remove" | "count", StatementSync>>;
  #lastId: number;
  #turn: Turn = newTurn();
  readonly #sleepers = new Sleepers();

  /** `clock` tells the time of day. Goes on from what the file holds. */
  constructor(path: string, clock: Clock) {
    this.#clock = clock;
    this.#database = new DatabaseSync(path);
    // NORMAL: a commit is with the kernel, so it survives our death, though not the machine's.
    this.#database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      CREATE TABLE IF NOT EXISTS items (id TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT;
      CREATE TABLE IF NOT EXISTS outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL) STRICT;
    `);
    const prepare = (sql: string): StatementSync => this.#database.prepare(sql);
    this.#sql = {
      item: prepare("INSERT OR REPLACE INTO items (id, state) VALUES (?, ?)"),
      event: prepare("INSERT INTO outbox (id, event) VALUES (?, ?)"),
      oldest: prepare("SELECT id, event FROM outbox ORDER BY id LIMIT ?"),
      remove: prepare("DELETE FROM outbox WHERE id = ?"),
      count: prepare("SELECT count(*) AS events FROM outbox"),
    };
    const last = prepare("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'").get();
    this.#lastId = Number(last?.["seq"] ?? 0);
    for (const row of prepare("SELECT id, state FROM items").all()) {
      this.items.set(String(row["id"]), JSON.parse(String(row["state"])) as OpenItem);
    }
  }

  async open(item: Item): Promise<OpenAnswer> {
    if (this.items.has(item.itemId)) return "exists";
    if (this.items.size >= ITEMS_MAX) return "full";
    const { startPrice, closesAtMs } = item;
    const open: OpenItem = { item, highest: startPrice, seq: 0, leader: null, closesAtMs };
    this.items.set(item.itemId, open);
    await this.append(open, { kind: "opened", seq: 0, at: this.#now(), ...item });
    return "opened";
  }

  async bid(bid: Bid): Promise<BidAnswer> {
    const { answer, durable } = this.#decide(bid);
    await durable;
    return answer;
  }

  async close(itemId: string): Promise<ItemState | undefined> {
    const open = this.items.get(itemId);
    if (open === undefined) return undefined;
    if (!this.isClosed(open)) {
      open.closesAtMs = this.#clock.nowMs();
      open.seq += 1;
      await this.append(open, { kind: "closed", itemId, seq: open.seq, at: this.#now() });
    }
    return this.#stateOf(open);
  }

  async item(itemId: string): Promise<ItemState | undefined> {
    const open = this.items.get(itemId);
    return open && this.#stateOf(open);
  }

  isClosed({ closesAtMs }: OpenItem): boolean {
    return closesAtMs !== null && this.#clock.nowMs() >= closesAtMs;
  }

  /** Makes a bid the highest. Resolves when it is durable. */
  accept(open: OpenItem, { itemId, bidId, bidderId, amount }: Bid): Promise<void> {
    open.highest = amount;
    open.leader = { bidId, bidderId };
    open.seq += 1;
    const { seq } = open;
    return this.append(open, {
      kind: "bid",
      itemId,
      seq,
      bidId,
      bidderId,
      amount,
      at: this.#now(),
    });
  }

  /** Writes an item as it is now, and its latest event, at the end of this turn. */
  append(open: OpenItem, event: AuctionEvent): Promise<void> {
    if (this.#turn.events.length === 0) setImmediate(() => this.#commit());
    this.#turn.items.add(open);
    this.#turn.events.push(event);
    return this.#turn.durable;
  }

  async oldest({ count, waitMs }: { count: number; waitMs: number }): Promise<OutboxEntry[]> {
    const entries = this.#oldestNow(count);
    if (entries.length > 0) return entries;
    await this.#sleepers.wait(waitMs);
    return this.#oldestNow(count);
  }

  async remove(entries: readonly OutboxEntry[]): Promise<void> {
    this.#database.exec("BEGIN IMMEDIATE");
    for (const { id } of entries) this.#sql.remove.run(Number(id));
    this.#database.exec("COMMIT");
  }

  async waiting(): Promise<number> {
    return Number(this.#sql.count.get()?.["events"] ?? 0) + this.#turn.events.length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#turn.events.length > 0) await this.#turn.durable;
    this.#sleepers.wake();
    this.#database.close();
  }

  #decide(bid: Bid): { answer: BidAnswer; durable?: Promise<void> | undefined } {
    const open = this.items.get(bid.itemId);
    if (open === undefined) return { answer: { answer: "unknown-item" } };
    const { highest, item } = open;
    if (this.isClosed(open)) return { answer: { answer: "closed", highest } };
    if (bid.amount < highest + item.minimumIncrement) {
      // The price that is quoted may be that of a bid of this turn, which is not safe yet.
      const durable = this.#turn.events.length > 0 ? this.#turn.durable : undefined;
      return { answer: { answer: "too-low", highest }, durable };
    }
    const durable = this.accept(open, bid);
    return { answer: { answer: "accepted", seq: open.seq }, durable };
  }

  #stateOf(open: OpenItem): ItemState {
    const { item, highest, seq, leader, closesAtMs } = open;
    return { ...item, closesAtMs, highest, seq, leader, closed: this.isClosed(open) };
  }

  #now(): string {
    return new Date(this.#clock.nowMs()).toISOString();
  }

  #oldestNow(count: number): OutboxEntry[] {
    return this.#sql.oldest
      .all(count)
      .map((row) => ({ id: String(row["id"]), event: eventOf(String(row["event"])) }));
  }

  /** A failure here leaves memory ahead of the disk: it is thrown out of the event loop and ends the process. */
  #commit(): void {
    const turn = this.#turn;
    this.#turn = newTurn();
    this.#database.exec("BEGIN IMMEDIATE");
    for (const open of turn.items) this.#sql.item.run(open.item.itemId, JSON.stringify(open));
    for (const event of turn.events) {
      this.#lastId += 1;
      this.#sql.event.run(this.#lastId, JSON.stringify(event));
    }
    this.#database.exec("COMMIT");
    turn.resolve();
    this.#sleepers.wake();
  }
}

/** What one turn of the event loop decided. */
interface Turn {
  readonly items: Set<OpenItem>;
  readonly events: AuctionEvent[];
  readonly durable: Promise<void>;
  readonly resolve: () => void;
}

function newTurn(): Turn {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { items: new Set(), events: [], durable: promise, resolve };
}
