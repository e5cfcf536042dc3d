/** All planted bugs of the auction. */
import { archiveLosesWhatCameWhileAway } from "./archive-loses-what-came-while-away.ts";
import { archiveWritesTwice } from "./archive-writes-twice.ts";
import { bidAcceptedAfterClose } from "./bid-accepted-after-close.ts";
import { broadcastDropsSilently } from "./broadcast-drops-silently.ts";
import { broadcastReorders } from "./broadcast-reorders.ts";
import { compareAndSetInTwoSteps } from "./compare-and-set-in-two-steps.ts";
import { duplicatesAfterReconnect } from "./duplicates-after-reconnect.ts";
import { equalBidAccepted } from "./equal-bid-accepted.ts";
import type { Bug } from "./planted-bug.ts";
import { rejectionQuotesOldPrice } from "./rejection-quotes-old-price.ts";
import { staleMaximumPerWorker } from "./stale-maximum-per-worker.ts";

export const bugs: readonly Bug[] = [
  compareAndSetInTwoSteps,
  staleMaximumPerWorker,
  equalBidAccepted,
  rejectionQuotesOldPrice,
  bidAcceptedAfterClose,
  broadcastReorders,
  broadcastDropsSilently,
  duplicatesAfterReconnect,
  archiveLosesWhatCameWhileAway,
  archiveWritesTwice,
];
