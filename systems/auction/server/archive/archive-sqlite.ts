/** The archive as a SQLite file: the archiver writes it, the bid API reads it from its own process. */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { BidEvent } from "../event.ts";
import { DATABASE_ANSWER_MS_MAX } from "../limits.ts";
import type { ArchivedBid, ArchiveStore, BidPage } from "./archive-store.ts";

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS bids (
    row INTEGER PRIMARY KEY, item_id TEXT NOT NULL, seq INTEGER NOT NULL, bid_id TEXT NOT NULL,
    bidder_id TEXT NOT NULL, amount INTEGER NOT NULL, created_at TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX IF NOT EXISTS bids_number ON bids (item_id, seq);
  CREATE INDEX IF NOT EXISTS bids_item ON bids (item_id, row);
`;

const INSERT = `
  INSERT INTO bids (item_id, seq, bid_id, bidder_id, amount, created_at) VALUES (?, ?, ?, ?, ?, ?)`;

export class SqliteArchive implements ArchiveStore {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #page: StatementSync;

  constructor(path: string) {
    this.#database = new DatabaseSync(path, { timeout: DATABASE_ANSWER_MS_MAX });
    this.#database.exec(SCHEMA);
    this.#insert = this.#database.prepare(`${INSERT} ON CONFLICT (item_id, seq) DO NOTHING`);
    this.#page = this.#database.prepare(
      "SELECT * FROM bids WHERE item_id = ? AND row > ? ORDER BY row LIMIT ?",
    );
  }

  async insert(bids: readonly BidEvent[]): Promise<number> {
    return this.#insertAll(bids, this.#insert);
  }

  async bids(itemId: string, { after, limit }: { after: number; limit: number }): Promise<BidPage> {
    const rows = this.#page.all(itemId, after, limit);
    const next = rows.length === limit ? Number(rows.at(-1)?.["row"]) : undefined;
    return { bids: rows.map(archivedBid), next };
  }

  async ping(): Promise<void> {
    this.#database.exec("SELECT 1");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#database.close();
  }

  /** For a planted bug: from here on the same bid is taken any number of times. */
  async insertBlindly(bids: readonly BidEvent[]): Promise<number> {
    this.#database.exec("DROP INDEX IF EXISTS bids_number");
    return this.#insertAll(bids, this.#database.prepare(INSERT));
  }

  #insertAll(bids: readonly BidEvent[], statement: StatementSync): number {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      let inserted = 0;
      for (const { itemId, seq, bidId, bidderId, amount, at } of bids) {
        inserted += Number(statement.run(itemId, seq, bidId, bidderId, amount, at).changes);
      }
      this.#database.exec("COMMIT");
      return inserted;
    } catch (error) {
      this.#database.exec("ROLLBACK");
      throw error;
    }
  }
}

function archivedBid(row: Record<string, unknown>): ArchivedBid {
  return {
    seq: Number(row["seq"]),
    bidId: String(row["bid_id"]),
    bidderId: String(row["bidder_id"]),
    amount: Number(row["amount"]),
    at: String(row["created_at"]),
  };
}
