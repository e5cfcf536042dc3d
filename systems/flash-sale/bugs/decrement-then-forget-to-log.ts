import { accepted, decidingBy, SOLD_OUT, type Bug } from "./planted-bug.ts";

/** One in this many orders is lost. */
const LOST_ONE_IN = 20;

/** Two writes where there should be one: when the second is lost, the unit is gone and nobody will ever get it. */
export const decrementThenForgetToLog: Bug = {
  name: "decrement-then-forget-to-log",
  invariant: "every acknowledged write is stored, once",
  says: "The stock goes down and the buyer is told yes, but some orders never reach the log, hence no database.",
  suite: "flash-sale.load.ts",
  plant: ({ reservation }, pieces) => {
    let orders = 0;
    return decidingBy(reservation, async (order) => {
      orders += 1;
      const number = orders;
      if (number % LOST_ONE_IN !== 0) return reservation.reserve(order);
      const before = await pieces.answered(order);
      if (before !== undefined) return before;

      if (!(await pieces.takeOne(order.productId))) return SOLD_OUT;
      const orderId = `o-unlogged-${number}`;
      await pieces.remember(order, orderId);
      return accepted(orderId);
    });
  },
};
