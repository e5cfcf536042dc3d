import {
  accepted,
  decidingBy,
  meanwhile,
  SOLD_OUT,
  UNKNOWN_PRODUCT,
  type Bug,
} from "./planted-bug.ts";

/** The classic: by the time the new stock is written, others have read the old one, too. */
export const checkThenDecrement: Bug = {
  name: "check-then-decrement",
  invariant: "no oversell",
  says: "The stock is read, checked and written back in separate steps, so two buyers can take the same unit.",
  suite: "flash-sale.load.ts",
  plant: ({ reservation }, pieces) =>
    decidingBy(reservation, async (order) => {
      const before = await pieces.answered(order);
      if (before !== undefined) return before;

      const stock = await pieces.stock(order.productId);
      if (stock === undefined) return UNKNOWN_PRODUCT;
      if (stock < 1) return SOLD_OUT;
      await meanwhile();
      await pieces.setStock(order.productId, stock - 1);

      const orderId = await pieces.append(order);
      await pieces.remember(order, orderId);
      return accepted(orderId);
    }),
};
