/** The single calls, over the embedded parts. */
import { eventFields, orderIdOf } from "../server/parts/order-event.ts";
import type { EmbeddedParts } from "../server/parts/embedded.ts";
import { sameOrder } from "../server/parts/reservation-embedded.ts";
import { accepted, type Pieces } from "./planted-bug.ts";

export function embeddedPieces({ log, reservation, store }: EmbeddedParts): Pieces {
  const { sales, accepted: orders } = reservation.book;
  const saleOf = (productId: string): { sale: number; stock: number; keys: string[] } => {
    const sale = sales.get(productId);
    if (sale === undefined) throw new Error(`${productId} was never opened`);
    return sale;
  };
  const { database } = store;
  return {
    stock: async (productId) => sales.get(productId)?.stock,
    setStock: async (productId, stock) => {
      saleOf(productId).stock = stock;
    },
    takeOne: async (productId) => {
      const sale = saleOf(productId);
      if (sale.stock < 1) return false;
      sale.stock -= 1;
      return true;
    },
    decrement: async (productId) => {
      const sale = saleOf(productId);
      sale.stock -= 1;
      return sale.stock;
    },
    answered: async (order) => {
      const before = orders.get(order.key);
      if (before === undefined) return undefined;
      return sameOrder(before.order, order) ? accepted(before.orderId) : { answer: "key-taken" };
    },
    remember: async (order, orderId) => {
      orders.set(order.key, { order, orderId });
      saleOf(order.productId).keys.push(order.key);
    },
    append: async (order) => {
      return orderIdOf(await log.append(eventFields(order, saleOf(order.productId).sale)));
    },
    setStoredStock: async (productId, stock) => {
      database.prepare("UPDATE products SET stock = ? WHERE id = ?").run(stock, productId);
    },
    dropUniqueness: async () => database.exec("DROP INDEX orders_id"),
    insertBlindly: async (events) => {
      const insert = database.prepare(
        "INSERT INTO orders (id, product_id, user_id, idempotency_key, created_at) VALUES (?, ?, ?, ?, ?)",
      );
      const takeOne = database.prepare("UPDATE products SET stock = stock - 1 WHERE id = ?");
      database.exec("BEGIN IMMEDIATE");
      for (const { orderId, productId, userId, key, createdAt, sale } of events) {
        if (saleOf(productId).sale !== sale) continue;
        insert.run(orderId, productId, userId, key, createdAt);
        takeOne.run(productId);
      }
      database.exec("COMMIT");
    },
  };
}
