import { decidingBy, type Bug } from "./planted-bug.ts";

const CACHE_MS = 200;

/** The decision is right and the reason is not: the price that is quoted was another one's reason. */
export const rejectionQuotesOldPrice: Bug = {
  name: "rejection-quotes-old-price",
  invariant: "bids are linearizable per item",
  says: "A refused bidder is quoted a price that is cached for 200 ms, which may be below what was bid.",
  suite: "write-contention.load.ts",
  book: (right) => {
    const cache = new Map<string, { readonly highest: number; readonly untilMs: number }>();
    return decidingBy(right, async (bid) => {
      const decided = await right.bid(bid);
      if (decided.answer !== "too-low") return decided;
      const nowMs = performance.now();
      let cached = cache.get(bid.itemId);
      if (cached === undefined || nowMs >= cached.untilMs) {
        cached = { highest: decided.highest, untilMs: nowMs + CACHE_MS };
        cache.set(bid.itemId, cached);
      }
      return { answer: "too-low", highest: cached.highest };
    });
  },
};
