/** All planted bugs of the flash sale. */
import { checkThenDecrement } from "./check-then-decrement.ts";
import { decrementThenForgetToLog } from "./decrement-then-forget-to-log.ts";
import { initKeepsOldOrders } from "./init-keeps-old-orders.ts";
import { keyNotCheckedOnRetry } from "./key-not-checked-on-retry.ts";
import { keyStoredAfterEffect } from "./key-stored-after-effect.ts";
import type { Bug } from "./planted-bug.ts";
import { staleSoldOutCache } from "./stale-sold-out-cache.ts";
import { stockGoesNegative } from "./stock-goes-negative.ts";
import { workerAcknowledgesBeforeCommit } from "./worker-acknowledges-before-commit.ts";
import { workerInsertsWithoutIdempotency } from "./worker-inserts-without-idempotency.ts";

export const bugs: readonly Bug[] = [
  checkThenDecrement,
  decrementThenForgetToLog,
  keyStoredAfterEffect,
  keyNotCheckedOnRetry,
  staleSoldOutCache,
  workerInsertsWithoutIdempotency,
  workerAcknowledgesBeforeCommit,
  stockGoesNegative,
  initKeepsOldOrders,
];
