import type { Settle } from "../server/inventory-worker.ts";
import { eventOf } from "../server/parts/order-event.ts";
import type { Bug } from "./planted-bug.ts";

/** The two steps of the worker, the wrong way round: a crash between them loses the batch for good. */
export const workerAcknowledgesBeforeCommit: Bug = {
  name: "worker-acknowledges-before-commit",
  invariant: "every acknowledged write is stored, once",
  says: "The worker acknowledges a batch before it is in the database, so a crash in between loses its orders.",
  suite: "flash-sale.load.ts",
  plant: () => {
    const settle: Settle = async (batch, { log, store, mayCrash }) => {
      await log.acknowledge(batch.map(({ id }) => id));
      mayCrash();
      return store.insert(batch.map(eventOf));
    };
    return { settle };
  },
};
