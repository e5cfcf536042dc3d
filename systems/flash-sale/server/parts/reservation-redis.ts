/** The reservation in Redis: one Lua script, run for every order, and two keys for every product. */
import { readFileSync } from "node:fs";
import type { Redis } from "ioredis";
import { KEY_REMEMBERED_SECONDS } from "../limits.ts";
import type { Order, Reservation, Reserved, Sale } from "./reservation.ts";

export const stockKey = (productId: string): string => `product:${productId}:stock`;
export const saleKey = (productId: string): string => `product:${productId}:sale`;
export const orderKey = (key: string): string => `order-key:${key}`;

/** An init that was overtaken by a later one must not undo it. */
const OPEN_SALE = `
  local current = redis.call('GET', KEYS[2])
  if current and tonumber(current) >= tonumber(ARGV[2]) then return end
  redis.call('MSET', KEYS[1], ARGV[1], KEYS[2], ARGV[2])
`;

const RESERVE = readFileSync(new URL("./reserve.lua", import.meta.url), "utf8");

type Commands = Redis & {
  openSale(stock: string, sale: string, quantity: number, number: number): Promise<null>;
  reserveOrder(
    ...keysAndArguments: [
      stock: string,
      sale: string,
      order: string,
      stream: string,
      productId: string,
      userId: string,
      key: string,
      createdAt: string,
      rememberSeconds: number,
    ]
  ): Promise<[answer: Reserved["answer"], orderId?: string]>;
};

export class RedisReservation implements Reservation {
  readonly #redis: Commands;
  readonly #stream: string;

  /** Appends accepted orders to `stream`. */
  constructor(redis: Redis, stream: string) {
    redis.defineCommand("openSale", { numberOfKeys: 2, lua: OPEN_SALE });
    redis.defineCommand("reserveOrder", { numberOfKeys: 4, lua: RESERVE });
    this.#redis = redis as Commands;
    this.#stream = stream;
  }

  async open({ productId, quantity, sale }: Sale): Promise<void> {
    await this.#redis.openSale(stockKey(productId), saleKey(productId), quantity, sale);
  }

  async reserve({ productId, userId, key }: Order): Promise<Reserved> {
    const [answer, orderId = ""] = await this.#redis.reserveOrder(
      stockKey(productId),
      saleKey(productId),
      orderKey(key),
      this.#stream,
      productId,
      userId,
      key,
      new Date().toISOString(),
      KEY_REMEMBERED_SECONDS,
    );
    return answer === "accepted" ? { answer, orderId } : { answer };
  }

  async stock(productId: string): Promise<number | undefined> {
    const stock = await this.#redis.get(stockKey(productId));
    return stock === null ? undefined : Number(stock);
  }
}
