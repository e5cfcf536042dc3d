import { bidsOf, type Settle } from "../server/archive/archiver.ts";
import type { Bug } from "./planted-bug.ts";

/** The error is caught, the batch is acknowledged, and the work goes on: without those bids. */
export const archiveLosesWhatCameWhileAway: Bug = {
  name: "archive-loses-what-came-while-away",
  invariant: "every acknowledged write is stored, once",
  says: "A batch that the database refuses, because it is away, is acknowledged all the same, and never stored.",
  suite: "write-contention.load.ts",
  settle: () => {
    const settle: Settle = async (batch, { feed, store, mayCrash }) => {
      let inserted = 0;
      try {
        inserted = await store.insert(bidsOf(batch));
      } catch {
        // "It is only an archive."
      }
      mayCrash();
      await feed.acknowledge(batch);
      return inserted;
    };
    return settle;
  },
};
