import { bidsOf, type Settle } from "../server/archive/archiver.ts";
import type { Bug } from "./planted-bug.ts";

/** "At least once" taken for "once". */
export const archiveWritesTwice: Bug = {
  name: "archive-writes-twice",
  invariant: "every acknowledged write is stored, once",
  says: "The archiver inserts every delivery it gets, so a batch that is delivered again makes two rows of each bid.",
  suite: "write-contention.load.ts",
  settle: (store) => {
    const settle: Settle = async (batch, { feed, mayCrash }) => {
      const inserted = await store.insertBlindly(bidsOf(batch));
      mayCrash();
      await feed.acknowledge(batch);
      return inserted;
    };
    return settle;
  },
};
