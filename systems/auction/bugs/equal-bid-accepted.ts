import { decidingBy, type Bug } from "./planted-bug.ts";

/** One sign too many: "at least" where it must be "above". */
export const equalBidAccepted: Bug = {
  name: "equal-bid-accepted",
  invariant: "bids are linearizable per item",
  says: "A bid equal to the highest is accepted, so two bidders are told that the same amount leads.",
  suite: "write-contention.load.ts",
  book: (right, pieces) =>
    decidingBy(right, async (bid) => {
      const decided = await right.bid(bid);
      const isEqual = decided.answer === "too-low" && decided.highest === bid.amount;
      return isEqual ? { answer: "accepted", seq: await pieces.accept(bid) } : decided;
    }),
};
