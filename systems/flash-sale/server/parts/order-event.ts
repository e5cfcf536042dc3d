/** An order on its way through the log, where all fields are text. Its id is that of its log entry: unique by birth. */
import type { Fields, LogEntry } from "../../../ports/event-log.ts";
import type { Order, OrderEvent } from "./reservation.ts";

export function eventFields(order: Order, sale: number): Fields {
  const { productId, userId, key } = order;
  return { productId, userId, key, sale: String(sale), createdAt: new Date().toISOString() };
}

export function orderIdOf(logId: string): string {
  return `o-${logId}`;
}

export function eventOf({ id, fields }: LogEntry): OrderEvent {
  return {
    orderId: orderIdOf(id),
    productId: fields["productId"] ?? "",
    userId: fields["userId"] ?? "",
    key: fields["key"] ?? "",
    sale: Number(fields["sale"]),
    createdAt: fields["createdAt"] ?? "",
  };
}
