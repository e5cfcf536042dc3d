/** The archive in PostgreSQL, its table in a schema of its own, made when the database is first met. */
import { Pool, type PoolConfig } from "pg";
import type { BidEvent } from "../event.ts";
import { DATABASE_ANSWER_MS_MAX, DATABASE_CONNECTIONS_MAX } from "../limits.ts";
import type { ArchivedBid, ArchiveStore, BidPage } from "./archive-store.ts";

/** Two processes may meet an empty database at once: the lock lets one of them make the table. */
const TABLE = `
  SELECT pg_advisory_xact_lock(7264811);
  CREATE SCHEMA IF NOT EXISTS auction;
  CREATE TABLE IF NOT EXISTS auction.bids (
    row bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, item_id text NOT NULL, seq bigint NOT NULL,
    bid_id text NOT NULL, bidder_id text NOT NULL, amount bigint NOT NULL, created_at timestamptz NOT NULL
  );
  CREATE INDEX IF NOT EXISTS bids_item ON auction.bids (item_id, row);
`;

/** What makes inserting idempotent: for whoever inserts. */
const UNIQUE_NUMBERS = `
  CREATE UNIQUE INDEX IF NOT EXISTS bids_number ON auction.bids (item_id, seq)`;

const INSERT = `
  INSERT INTO auction.bids (item_id, seq, bid_id, bidder_id, amount, created_at)
  SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::timestamptz[])`;

export class PostgresArchive implements ArchiveStore {
  readonly #pool: Pool;
  readonly #made = new Map<string, Promise<unknown>>();

  /** Connects when it is first asked for something, and again after the database was away. */
  constructor(where: PoolConfig) {
    this.#pool = new Pool({
      ...where,
      max: DATABASE_CONNECTIONS_MAX,
      connectionTimeoutMillis: DATABASE_ANSWER_MS_MAX,
      query_timeout: DATABASE_ANSWER_MS_MAX,
    });
    // Without a listener a lost connection would end the process; queries fail by themselves.
    this.#pool.on("error", () => undefined);
    this.#pool.on("connect", (client) => client.on("error", () => undefined));
  }

  async insert(bids: readonly BidEvent[]): Promise<number> {
    await this.#make(TABLE);
    await this.#make(UNIQUE_NUMBERS);
    const sql = `${INSERT} ON CONFLICT (item_id, seq) DO NOTHING`;
    return (await this.#pool.query(sql, columnsOf(bids))).rowCount ?? 0;
  }

  async bids(itemId: string, { after, limit }: { after: number; limit: number }): Promise<BidPage> {
    await this.#make(TABLE);
    const { rows } = await this.#pool.query(
      "SELECT * FROM auction.bids WHERE item_id = $1 AND row > $2 ORDER BY row LIMIT $3",
      [itemId, after, limit],
    );
    const next = rows.length === limit ? Number(rows.at(-1).row) : undefined;
    return { bids: rows.map(archivedBid), next };
  }

  async ping(): Promise<void> {
    await this.#pool.query("SELECT 1");
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#pool.end();
  }

  /** For a planted bug: from here on the same bid is taken any number of times. */
  async insertBlindly(bids: readonly BidEvent[]): Promise<number> {
    await this.#make(TABLE);
    await this.#pool.query("DROP INDEX IF EXISTS auction.bids_number");
    return (await this.#pool.query(INSERT, columnsOf(bids))).rowCount ?? 0;
  }

  /** Once, or until it succeeds. */
  async #make(schema: string): Promise<void> {
    const making = this.#made.get(schema) ?? this.#pool.query(schema);
    this.#made.set(schema, making);
    try {
      await making;
    } catch (error) {
      this.#made.delete(schema);
      throw error;
    }
  }
}

/** One array for each column, in the order that INSERT takes them. */
function columnsOf(bids: readonly BidEvent[]): unknown[][] {
  return [
    bids.map(({ itemId }) => itemId),
    bids.map(({ seq }) => seq),
    bids.map(({ bidId }) => bidId),
    bids.map(({ bidderId }) => bidderId),
    bids.map(({ amount }) => amount),
    bids.map(({ at }) => at),
  ];
}

function archivedBid(row: {
  seq: string;
  bid_id: string;
  bidder_id: string;
  amount: string;
  created_at: Date;
}): ArchivedBid {
  return {
    seq: Number(row.seq),
    bidId: row.bid_id,
    bidderId: row.bidder_id,
    amount: Number(row.amount),
    at: row.created_at.toISOString(),
  };
}
