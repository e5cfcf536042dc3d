/**
 * The database: where orders end up, and where the audit reads them.
 *
 *     products(id, quantity, stock, sale)      orders(id, product_id, user_id, idempotency_key, created_at)
 *
 * Its stock is counted here, row by row, apart from the reservation's: that both agree in the end is a statement worth
 * checking. An order of an earlier sale is never inserted, however late it comes out of the log.
 */
import type { OrderEvent, Sale } from "./reservation.ts";

export interface OrderStore {
  /** Makes `quantity` the product's stock, deletes its orders, and gives back the number of the new sale. */
  openSale(productId: string, quantity: number): Promise<Sale>;
  /**
   * Inserts what is not there yet and takes as many from the stock, in one transaction: a repeated delivery changes
   * nothing. Gives how many were new.
   */
  insert(orders: readonly OrderEvent[]): Promise<number>;
  stock(productId: string): Promise<number | undefined>;
  /** In order of insertion, after the row that `after` names. */
  orders(productId: string, page: { after: number; limit: number }): Promise<OrderPage>;
  /** The open sale of every product. */
  sales(): Promise<Sale[]>;
}

export interface OrderPage {
  readonly orders: readonly StoredOrder[];
  /** Pass it as `after` to get the next page; undefined on the last one. */
  readonly next: number | undefined;
}

export interface StoredOrder {
  readonly orderId: string;
  readonly userId: string;
  readonly idempotencyKey: string;
  readonly createdAt: string;
}
