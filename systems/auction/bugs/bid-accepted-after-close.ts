import { decidingBy, type Bug } from "./planted-bug.ts";

/** The door is shut, and those who are quick still get in. */
export const bidAcceptedAfterClose: Bug = {
  name: "bid-accepted-after-close",
  invariant: "bids are linearizable per item",
  says: "Whether the item is closed is not asked again when a bid is written, so bids are accepted after the close.",
  suite: "mixed.load.ts",
  book: (right, pieces) =>
    decidingBy(right, async (bid) => {
      const decided = await right.bid(bid);
      const isHigher = decided.answer === "closed" && bid.amount > decided.highest;
      return isHigher ? { answer: "accepted", seq: await pieces.accept(bid) } : decided;
    }),
};
