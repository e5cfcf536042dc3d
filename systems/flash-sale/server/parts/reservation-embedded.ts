/**
 * The reservation inside the process. JavaScript runs one thing at a time, so code without an `await` in it cannot be
 * interrupted: `#decide` is as indivisible as a Lua script in Redis. Only then do we wait for the log to be durable.
 */
import type { SqliteEventLog } from "../../../ports/event-log-sqlite.ts";
import { eventFields, eventOf, orderIdOf } from "./order-event.ts";
import type { SqliteOrderStore } from "./order-store-sqlite.ts";
import type { Order, OrderEvent, Reservation, Reserved, Sale } from "./reservation.ts";

/** What the reservation knows, in plain sight for the planted bugs, which do wrong with it. */
export interface SaleBook {
  readonly sales: Map<string, OpenSale>;
  /** By idempotency key. */
  readonly accepted: Map<string, Accepted>;
}

interface OpenSale {
  readonly sale: number;
  stock: number;
  /** Keys of its accepted orders, to be forgotten when the next sale opens. */
  readonly keys: string[];
}

interface Accepted {
  readonly order: Order;
  readonly orderId: string;
  /** Undefined once it is. A repeat must not be answered before its original is safe. */
  readonly durable?: Promise<void>;
}

export class EmbeddedReservation implements Reservation {
  readonly book: SaleBook = { sales: new Map(), accepted: new Map() };
  readonly #log: SqliteEventLog;

  constructor(log: SqliteEventLog) {
    this.#log = log;
  }

  async open({ productId, quantity, sale }: Sale): Promise<void> {
    const last = this.book.sales.get(productId);
    if (last !== undefined && last.sale >= sale) return;
    for (const key of last?.keys ?? []) this.book.accepted.delete(key);
    this.book.sales.set(productId, { sale, stock: quantity, keys: [] });
  }

  async reserve(order: Order): Promise<Reserved> {
    const decided = this.#decide(order);
    if (!("orderId" in decided)) return decided;
    if (decided.durable !== undefined) await decided.durable;
    return { answer: "accepted", orderId: decided.orderId };
  }

  async stock(productId: string): Promise<number | undefined> {
    return this.book.sales.get(productId)?.stock;
  }

  /** After a restart: the open sales and stored orders from the database, and those still on their way from the log. */
  async recover(store: SqliteOrderStore): Promise<void> {
    for (const sale of await store.sales()) await this.open(sale);
    for (const event of store.everyOrder()) this.#remember(event);
    for (const entry of this.#log.unacknowledged()) this.#remember(eventOf(entry));
  }

  #decide(order: Order): Accepted | Exclude<Reserved, { orderId: string }> {
    const before = this.book.accepted.get(order.key);
    if (before !== undefined)
      return sameOrder(before.order, order) ? before : { answer: "key-taken" };
    const sale = this.book.sales.get(order.productId);
    if (sale === undefined) return { answer: "unknown-product" };
    if (sale.stock < 1) return { answer: "sold-out" };
    sale.stock -= 1;
    const { id, durable } = this.#log.appendNow(eventFields(order, sale.sale));
    const accepted = { order, orderId: orderIdOf(id), durable };
    sale.keys.push(order.key);
    this.book.accepted.set(order.key, accepted);
    return accepted;
  }

  #remember({ orderId, sale, ...order }: OrderEvent): void {
    const open = this.book.sales.get(order.productId);
    if (open === undefined || open.sale !== sale || this.book.accepted.has(order.key)) return;
    open.stock -= 1;
    open.keys.push(order.key);
    this.book.accepted.set(order.key, { order, orderId });
  }
}

export function sameOrder(one: Order, other: Order): boolean {
  return one.productId === other.productId && one.userId === other.userId;
}
