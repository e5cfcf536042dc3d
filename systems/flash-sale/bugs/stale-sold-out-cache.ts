import { decidingBy, type Bug } from "./planted-bug.ts";

const CACHE_MS = 5_000;

/** Fast, and right until the product comes back: the next sale opens behind a closed door. */
export const staleSoldOutCache: Bug = {
  name: "stale-sold-out-cache",
  invariant: "sold-out is honest",
  says: '"Sold out" is cached for five seconds and answered from there, also when a new sale has begun meanwhile.',
  suite: "flash-sale.load.ts",
  plant: ({ reservation }, _pieces, clock) => {
    const soldOutUntilMs = new Map<string, number>();
    return decidingBy(reservation, async (order) => {
      const untilMs = soldOutUntilMs.get(order.productId) ?? 0;
      if (clock.nowMs() < untilMs) return { answer: "sold-out" };

      const reserved = await reservation.reserve(order);
      if (reserved.answer === "sold-out") {
        soldOutUntilMs.set(order.productId, clock.nowMs() + CACHE_MS);
      }
      return reserved;
    });
  },
};
