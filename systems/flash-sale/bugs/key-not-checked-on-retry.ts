import { accepted, decidingBy, SOLD_OUT, type Bug } from "./planted-bug.ts";

/** The key is asked for, stored, and never looked at. */
export const keyNotCheckedOnRetry: Bug = {
  name: "key-not-checked-on-retry",
  invariant: "one effect per key",
  says: "The idempotency key is stored but never looked up, so every repeat of an order makes another one.",
  suite: "retry-storm.load.ts",
  plant: ({ reservation }, pieces) =>
    decidingBy(reservation, async (order) => {
      if (!(await pieces.takeOne(order.productId))) return SOLD_OUT;
      const orderId = await pieces.append(order);
      await pieces.remember(order, orderId);
      return accepted(orderId);
    }),
};
