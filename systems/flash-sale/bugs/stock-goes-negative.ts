import {
  accepted,
  decidingBy,
  meanwhile,
  SOLD_OUT,
  UNKNOWN_PRODUCT,
  type Bug,
} from "./planted-bug.ts";

/** Nobody gets too much, but the books are wrong: whoever lost the race has taken from the stock all the same. */
export const stockGoesNegative: Bug = {
  name: "stock-goes-negative",
  invariant: "stock agrees",
  says: "A buyer who loses the race for the last unit is told no, but the stock is not put back and falls below zero.",
  suite: "flash-sale.load.ts",
  plant: ({ reservation }, pieces) =>
    decidingBy(reservation, async (order) => {
      const before = await pieces.answered(order);
      if (before !== undefined) return before;

      const stock = await pieces.stock(order.productId);
      if (stock === undefined) return UNKNOWN_PRODUCT;
      if (stock < 1) return SOLD_OUT;
      await meanwhile();
      if ((await pieces.decrement(order.productId)) < 0) return SOLD_OUT;

      const orderId = await pieces.append(order);
      await pieces.remember(order, orderId);
      return accepted(orderId);
    }),
};
