/** The single calls, over Redis and PostgreSQL. */
import { eventFields, orderIdOf } from "../server/parts/order-event.ts";
import { columnsOf } from "../server/parts/order-store-postgres.ts";
import type { RealParts } from "../server/parts/real.ts";
import { orderKey, saleKey, stockKey } from "../server/parts/reservation-redis.ts";
import { accepted, type Pieces } from "./planted-bug.ts";
import { inPostgresTransaction } from "../../ports/transactions.ts";

const TAKE_ONE = `
  if tonumber(redis.call('GET', KEYS[1]) or '0') < 1 then return 0 end
  redis.call('DECR', KEYS[1])
  return 1
`;

const INSERT_BLINDLY = `
  WITH batch AS (
    SELECT batch.* FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::bigint[])
      AS batch (id, product_id, user_id, idempotency_key, created_at, sale)
    JOIN flash_sale.products ON products.id = batch.product_id AND products.sale = batch.sale
  ), inserted AS (
    INSERT INTO flash_sale.orders (id, product_id, user_id, idempotency_key, created_at)
    SELECT id, product_id, user_id, idempotency_key, created_at FROM batch
  )
  UPDATE flash_sale.products SET stock = stock - sold.units
  FROM (SELECT product_id, count(*)::integer AS units FROM batch GROUP BY product_id) AS sold
  WHERE products.id = sold.product_id`;

export function realPieces({ log, redis, pool, reservation }: RealParts): Pieces {
  return {
    stock: (productId) => reservation.stock(productId),
    setStock: async (productId, stock) => {
      await redis.set(stockKey(productId), stock);
    },
    takeOne: async (productId) => (await redis.eval(TAKE_ONE, 1, stockKey(productId))) === 1,
    decrement: (productId) => redis.decr(stockKey(productId)),
    answered: async ({ key, productId, userId }) => {
      const before = await redis.hgetall(orderKey(key));
      const { orderId } = before;
      if (orderId === undefined) return undefined;
      const same = before["productId"] === productId && before["userId"] === userId;
      return same ? accepted(orderId) : { answer: "key-taken" };
    },
    remember: async ({ key, productId, userId }, orderId) => {
      const sale = (await redis.get(saleKey(productId))) ?? "";
      await redis.hset(orderKey(key), { productId, userId, sale, orderId });
    },
    append: async (order) => {
      const sale = Number(await redis.get(saleKey(order.productId)));
      return orderIdOf(await log.append(eventFields(order, sale)));
    },
    setStoredStock: async (productId, stock) => {
      await pool.query("UPDATE flash_sale.products SET stock = $2 WHERE id = $1", [
        productId,
        stock,
      ]);
    },
    dropUniqueness: async () => {
      await pool.query("DROP INDEX flash_sale.orders_id");
    },
    insertBlindly: (events) =>
      inPostgresTransaction(pool, async (client) => {
        await client.query(INSERT_BLINDLY, columnsOf(events));
      }),
  };
}
