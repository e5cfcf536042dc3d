/**
 * The database as a real one: PostgreSQL, tables in a schema of their own. Whoever inserts orders first locks their
 * products, so that a new sale (which deletes the orders of the old) comes wholly before or wholly after.
 */
import type { Pool } from "pg";
import type { OrderPage, OrderStore, StoredOrder } from "./order-store.ts";
import type { OrderEvent, Sale } from "./reservation.ts";
import { inPostgresTransaction } from "../../../ports/transactions.ts";

const SCHEMA = `
  CREATE SCHEMA IF NOT EXISTS flash_sale;
  CREATE TABLE IF NOT EXISTS flash_sale.products (
    id text PRIMARY KEY, quantity integer NOT NULL, stock integer NOT NULL, sale bigint NOT NULL
  );
  CREATE TABLE IF NOT EXISTS flash_sale.orders (
    row bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id text NOT NULL, product_id text NOT NULL,
    user_id text NOT NULL, idempotency_key text NOT NULL, created_at timestamptz NOT NULL
  );
  CREATE UNIQUE INDEX IF NOT EXISTS orders_id ON flash_sale.orders (id);
  CREATE INDEX IF NOT EXISTS orders_product ON flash_sale.orders (product_id, row);
`;

const LOCK_PRODUCTS = `
  SELECT id FROM flash_sale.products WHERE id = ANY($1) ORDER BY id FOR UPDATE`;

/** What conflicts is not returned, so the stock goes down by what was new. */
const INSERT_ORDERS = `
  WITH inserted AS (
    INSERT INTO flash_sale.orders (id, product_id, user_id, idempotency_key, created_at)
    SELECT batch.id, batch.product_id, batch.user_id, batch.idempotency_key, batch.created_at
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::bigint[])
      AS batch (id, product_id, user_id, idempotency_key, created_at, sale)
    JOIN flash_sale.products ON products.id = batch.product_id AND products.sale = batch.sale
    ON CONFLICT (id) DO NOTHING
    RETURNING product_id
  ), sold AS (
    SELECT product_id, count(*)::integer AS units FROM inserted GROUP BY product_id
  ), taken AS (
    UPDATE flash_sale.products SET stock = stock - sold.units
    FROM sold WHERE products.id = sold.product_id
  )
  SELECT count(*)::integer AS inserted FROM inserted`;

const UPSERT_PRODUCT = `
  INSERT INTO flash_sale.products AS old (id, quantity, stock, sale) VALUES ($1, $2, $2, $3)
  ON CONFLICT (id) DO UPDATE SET quantity = excluded.quantity, stock = excluded.stock,
    sale = greatest(old.sale + 1, excluded.sale)
  RETURNING sale`;

export class PostgresOrderStore implements OrderStore {
  readonly #pool: Pool;

  private constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** `pool` stays the caller's to close. */
  static async open(pool: Pool): Promise<PostgresOrderStore> {
    await pool.query(SCHEMA);
    return new PostgresOrderStore(pool);
  }

  openSale(productId: string, quantity: number): Promise<Sale> {
    return inPostgresTransaction(this.#pool, async (client) => {
      const { rows } = await client.query(UPSERT_PRODUCT, [productId, quantity, Date.now()]);
      await client.query("DELETE FROM flash_sale.orders WHERE product_id = $1", [productId]);
      return { productId, quantity, sale: Number(rows[0].sale) };
    });
  }

  insert(orders: readonly OrderEvent[]): Promise<number> {
    return inPostgresTransaction(this.#pool, async (client) => {
      await client.query(LOCK_PRODUCTS, [orders.map(({ productId }) => productId)]);
      const { rows } = await client.query(INSERT_ORDERS, columnsOf(orders));
      return Number(rows[0].inserted);
    });
  }

  async stock(productId: string): Promise<number | undefined> {
    const sql = "SELECT stock FROM flash_sale.products WHERE id = $1";
    const { rows } = await this.#pool.query(sql, [productId]);
    return rows[0]?.stock;
  }

  async orders(
    productId: string,
    { after, limit }: { after: number; limit: number },
  ): Promise<OrderPage> {
    const { rows } = await this.#pool.query(
      "SELECT * FROM flash_sale.orders WHERE product_id = $1 AND row > $2 ORDER BY row LIMIT $3",
      [productId, after, limit],
    );
    const next = rows.length === limit ? Number(rows.at(-1).row) : undefined;
    return { orders: rows.map(storedOrder), next };
  }

  async sales(): Promise<Sale[]> {
    const { rows } = await this.#pool.query("SELECT id, quantity, sale FROM flash_sale.products");
    return rows.map(({ id, quantity, sale }) => ({ productId: id, quantity, sale: Number(sale) }));
  }
}

/** The orders as one array for each column, in the order that INSERT_ORDERS takes them. */
export function columnsOf(orders: readonly OrderEvent[]): unknown[][] {
  return [
    orders.map(({ orderId }) => orderId),
    orders.map(({ productId }) => productId),
    orders.map(({ userId }) => userId),
    orders.map(({ key }) => key),
    orders.map(({ createdAt }) => createdAt),
    orders.map(({ sale }) => sale),
  ];
}

function storedOrder(row: {
  id: string;
  user_id: string;
  idempotency_key: string;
  created_at: Date;
}): StoredOrder {
  return {
    orderId: row.id,
    userId: row.user_id,
    idempotencyKey: row.idempotency_key,
    createdAt: row.created_at.toISOString(),
  };
}
