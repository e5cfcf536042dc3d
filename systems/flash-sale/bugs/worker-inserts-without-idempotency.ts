import type { Settle } from "../server/inventory-worker.ts";
import { eventOf } from "../server/parts/order-event.ts";
import type { Bug } from "./planted-bug.ts";

/** "At least once" taken for "once". */
export const workerInsertsWithoutIdempotency: Bug = {
  name: "worker-inserts-without-idempotency",
  invariant: "every acknowledged write is stored, once",
  says: "The worker inserts every delivery it gets, so a batch that is delivered again makes two rows of each order.",
  suite: "flash-sale.load.ts",
  plant: async (_parts, pieces) => {
    await pieces.dropUniqueness();
    const settle: Settle = async (batch, { log, mayCrash }) => {
      await pieces.insertBlindly(batch.map(eventOf));
      mayCrash();
      await log.acknowledge(batch.map(({ id }) => id));
      return batch.length;
    };
    return { settle };
  },
};
