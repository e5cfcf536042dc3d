import { decidingBy, meanwhile, type Bug } from "./planted-bug.ts";

/** The classic: by the time the price is written, somebody else has written a higher one. */
export const compareAndSetInTwoSteps: Bug = {
  name: "compare-and-set-in-two-steps",
  invariant: "bids are linearizable per item",
  says: "The highest bid is read, compared and written in separate steps, so a lower bid can replace a higher one.",
  suite: "write-contention.load.ts",
  book: (right, pieces) =>
    decidingBy(right, async (bid) => {
      const item = await right.item(bid.itemId);
      if (item === undefined) return { answer: "unknown-item" };
      const { highest, closed, minimumIncrement } = item;
      if (closed) return { answer: "closed", highest };
      if (bid.amount < highest + minimumIncrement) return { answer: "too-low", highest };
      await meanwhile();
      return { answer: "accepted", seq: await pieces.accept(bid) };
    }),
};
