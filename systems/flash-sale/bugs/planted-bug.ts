/**
 * A planted bug: a mistake that real systems have made, built in on purpose, so that the suite can prove it would see
 * it. Each is one file that takes the right parts and gives back parts of which one is wrong.
 *
 * To be wrong in the same way over any parts, the bugs about ordering work with `Pieces`: the reservation taken apart
 * into the single calls that it makes indivisible, as careless code would make them one by one.
 */
import type { Clock } from "../../ports/clock.ts";
import type { FlashSaleParts } from "../server/parts/parts.ts";
import type { Order, OrderEvent, Reservation, Reserved } from "../server/parts/reservation.ts";

export interface Bug {
  readonly name: string;
  /** Name of the invariant that must catch it. */
  readonly invariant: string;
  /** What is wrong, one sentence. */
  readonly says: string;
  /** The file in `load/` under which it shows within a minute. */
  readonly suite: string;
  plant(
    parts: FlashSaleParts,
    pieces: Pieces,
    clock: Clock,
  ): Partial<FlashSaleParts> | Promise<Partial<FlashSaleParts>>;
}

export interface Pieces {
  /** Undefined for an unknown product. */
  stock(productId: string): Promise<number | undefined>;
  setStock(productId: string, stock: number): Promise<void>;
  /** Takes one if there is one, indivisibly; false if there is none. */
  takeOne(productId: string): Promise<boolean>;
  /** Takes one, whether or not there is one. Gives what is left, below zero too. */
  decrement(productId: string): Promise<number>;
  /** What an order with this key was answered before; undefined if it is new. */
  answered(order: Order): Promise<Reserved | undefined>;
  remember(order: Order, orderId: string): Promise<void>;
  /** Gives the order's id. */
  append(order: Order): Promise<string>;

  setStoredStock(productId: string, stock: number): Promise<void>;
  /** From here on the database takes the same order any number of times. */
  dropUniqueness(): Promise<void>;
  insertBlindly(orders: readonly OrderEvent[]): Promise<void>;
}

/** A reservation that is right in all but how it decides an order. */
export function decidingBy(
  right: Reservation,
  reserve: (order: Order) => Promise<Reserved>,
): Pick<FlashSaleParts, "reservation"> {
  const open: Reservation["open"] = (sale) => right.open(sale);
  const stock: Reservation["stock"] = (productId) => right.stock(productId);
  return { reservation: { open, stock, reserve } };
}

/** What a round trip to a busy server takes. */
const MEANWHILE_MS = 2;

/**
 * The moment in which others get in: the round trip between two calls. The embedded parts answer without one, so it is
 * put back here.
 */
export function meanwhile(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, MEANWHILE_MS));
}

export const SOLD_OUT: Reserved = { answer: "sold-out" };
export const UNKNOWN_PRODUCT: Reserved = { answer: "unknown-product" };

export function accepted(orderId: string): Reserved {
  return { answer: "accepted", orderId };
}
