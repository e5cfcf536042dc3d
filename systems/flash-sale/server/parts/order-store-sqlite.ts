/** The database inside the process: SQLite in WAL mode, one writer. */
import { DatabaseSync } from "node:sqlite";
import type { OrderPage, OrderStore, StoredOrder } from "./order-store.ts";
import type { OrderEvent, Sale } from "./reservation.ts";
import { inSqliteTransaction } from "../../../ports/transactions.ts";

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS products (
    id TEXT PRIMARY KEY, quantity INTEGER NOT NULL, stock INTEGER NOT NULL, sale INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS orders (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL, product_id TEXT NOT NULL, user_id TEXT NOT NULL,
    idempotency_key TEXT NOT NULL, created_at TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX IF NOT EXISTS orders_id ON orders (id);
  CREATE INDEX IF NOT EXISTS orders_product ON orders (product_id);
`;

export class SqliteOrderStore implements OrderStore, AsyncDisposable {
  /** Open to the planted bugs, which do wrong with it. */
  readonly database: DatabaseSync;
  readonly #sql: ReturnType<typeof prepared>;

  constructor(path: string) {
    this.database = new DatabaseSync(path);
    this.database.exec(SCHEMA);
    this.#sql = prepared(this.database);
  }

  async openSale(productId: string, quantity: number): Promise<Sale> {
    return inSqliteTransaction(this.database, () => {
      this.#sql.deleteOrders.run(productId);
      const row = this.#sql.upsertProduct.get(productId, quantity, quantity, Date.now());
      return { productId, quantity, sale: Number(row?.["sale"]) };
    });
  }

  async insert(orders: readonly OrderEvent[]): Promise<number> {
    return inSqliteTransaction(this.database, () => {
      let inserted = 0;
      for (const order of orders) {
        if (this.#sql.saleOf.get(order.productId)?.["sale"] !== order.sale) continue;
        const { orderId, productId, userId, key, createdAt } = order;
        const { changes } = this.#sql.insertOrder.run(orderId, productId, userId, key, createdAt);
        if (changes === 0) continue;
        this.#sql.takeOne.run(productId);
        inserted += 1;
      }
      return inserted;
    });
  }

  async stock(productId: string): Promise<number | undefined> {
    const row = this.#sql.stockOf.get(productId);
    return row === undefined ? undefined : Number(row["stock"]);
  }

  async orders(
    productId: string,
    { after, limit }: { after: number; limit: number },
  ): Promise<OrderPage> {
    const rows = this.#sql.page.all(productId, after, limit);
    const next = rows.length === limit ? Number(rows.at(-1)?.["row"]) : undefined;
    return { orders: rows.map(storedOrder), next };
  }

  async sales(): Promise<Sale[]> {
    return this.#sql.sales.all().map((row) => ({
      productId: String(row["id"]),
      quantity: Number(row["quantity"]),
      sale: Number(row["sale"]),
    }));
  }

  /** Every order of every product, oldest first: what a reservation starts again from. */
  *everyOrder(): Iterable<OrderEvent> {
    for (const row of this.#sql.everyOrder.iterate()) {
      const { idempotencyKey, ...order } = storedOrder(row);
      const productId = String(row["product_id"]);
      yield { ...order, productId, key: idempotencyKey, sale: Number(row["sale"]) };
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.database.close();
  }
}

// oxlint-disable-next-line typescript/explicit-module-boundary-types
function prepared(database: DatabaseSync) {
  return {
    deleteOrders: database.prepare("DELETE FROM orders WHERE product_id = ?"),
    upsertProduct: database.prepare(`
      INSERT INTO products (id, quantity, stock, sale) VALUES (?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET quantity = excluded.quantity, stock = excluded.stock, sale = max(sale + 1, excluded.sale)
      RETURNING sale`),
    saleOf: database.prepare("SELECT sale FROM products WHERE id = ?"),
    insertOrder: database.prepare(`
      INSERT INTO orders (id, product_id, user_id, idempotency_key, created_at) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (id) DO NOTHING`),
    takeOne: database.prepare("UPDATE products SET stock = stock - 1 WHERE id = ?"),
    stockOf: database.prepare("SELECT stock FROM products WHERE id = ?"),
    page: database.prepare(
      "SELECT * FROM orders WHERE product_id = ? AND row > ? ORDER BY row LIMIT ?",
    ),
    sales: database.prepare("SELECT id, quantity, sale FROM products"),
    everyOrder: database.prepare(
      "SELECT orders.*, products.sale FROM orders JOIN products ON products.id = orders.product_id ORDER BY row",
    ),
  };
}

function storedOrder(row: Record<string, unknown>): StoredOrder {
  return {
    orderId: String(row["id"]),
    userId: String(row["user_id"]),
    idempotencyKey: String(row["idempotency_key"]),
    createdAt: String(row["created_at"]),
  };
}
