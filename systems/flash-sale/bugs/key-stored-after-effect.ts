import { accepted, decidingBy, meanwhile, SOLD_OUT, type Bug } from "./planted-bug.ts";

/** The key is there for the repeat that comes later, but not for the one that comes at the same time. */
export const keyStoredAfterEffect: Bug = {
  name: "key-stored-after-effect",
  invariant: "one effect per key",
  says: "The idempotency key is stored only after the order was made, so a simultaneous repeat makes another order.",
  suite: "retry-storm.load.ts",
  plant: ({ reservation }, pieces) =>
    decidingBy(reservation, async (order) => {
      const before = await pieces.answered(order);
      if (before !== undefined) return before;

      if (!(await pieces.takeOne(order.productId))) return SOLD_OUT;
      const orderId = await pieces.append(order);
      await meanwhile();
      await pieces.remember(order, orderId);
      return accepted(orderId);
    }),
};
