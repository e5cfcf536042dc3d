/**
 * The heart of a flash sale: one indivisible step that decides an order.
 *
 *     key seen before?  ── yes ──► the same answer as then (or a refusal, if it now asks for something else)
 *          │ no
 *     stock left?       ── no ───► sold out
 *          │ yes
 *     stock − 1, remember the key, append the order to the durable log ──► accepted
 *
 * Nothing can come between, and there is no second write to lose: whoever is told "accepted" is in the log. A sold-out
 * answer is not remembered, since asking again gives it again.
 */
export interface Order {
  readonly productId: string;
  readonly userId: string;
  /** The caller's own name for this order; repeats of one order share it. */
  readonly key: string;
}

export type Reserved =
  | { readonly answer: "accepted"; readonly orderId: string }
  | { readonly answer: "sold-out" }
  | { readonly answer: "unknown-product" }
  /** The key belongs to another order. */
  | { readonly answer: "key-taken" };

/** A sale is one opening of a product: `POST /init` starts the next one and makes the orders of the last one void. */
export interface Sale {
  readonly productId: string;
  readonly quantity: number;
  /** Larger for every new sale of a product; given out by the order store, from the time of day. */
  readonly sale: number;
}

export interface Reservation {
  /** Sets the stock and forgets all orders of earlier sales. A sale older than the current one changes nothing. */
  open(sale: Sale): Promise<void>;
  reserve(order: Order): Promise<Reserved>;
  /** What is left; undefined for an unknown product. */
  stock(productId: string): Promise<number | undefined>;
}

/** An accepted order as it stands in the log, from where the inventory worker takes it to the database. */
export interface OrderEvent {
  readonly orderId: string;
  readonly productId: string;
  readonly userId: string;
  readonly key: string;
  readonly sale: number;
  readonly createdAt: string;
}
