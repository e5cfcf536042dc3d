/**
 * Takes accepted bids from the bus to the archive. At least once in, exactly once in effect:
 *
 *     pull ──► insert what is new, commit ──► acknowledge
 *                                        ▲
 *                          a crash here: the batch comes again, and nothing in it is new
 *
 * When the bus or the database is away it waits and tries again; what was pulled and not acknowledged comes again. So
 * that this is more than a promise, two mishaps are planned in every run: at one bid it crashes at that very point, and
 * at another its database is away for a moment. The archive must come out right all the same.
 */
import { type ArchiveFeed, type Delivery } from "../bus/bus.ts";
import type { BidEvent } from "../event.ts";
import {
  ARCHIVE_BATCH_MAX,
  ARCHIVE_LINGER_MS,
  ARCHIVE_RETRY_MS,
  ARCHIVE_WAIT_MS,
} from "../limits.ts";
import type { ArchiveStore } from "./archive-store.ts";

/** Brings one batch home; gives how many bids were new. `mayCrash` stands between its two steps. */
export type Settle = (batch: readonly Delivery[], hands: ArchiverHands) => Promise<number>;

export interface ArchiverHands {
  readonly feed: ArchiveFeed;
  readonly store: Pick<ArchiveStore, "insert">;
  readonly mayCrash: () => void;
}

/** Commit first, acknowledge afterwards. */
export const settle: Settle = async (batch, { feed, store, mayCrash }) => {
  const inserted = await store.insert(bidsOf(batch));
  mayCrash();
  await feed.acknowledge(batch);
  return inserted;
};

/** Openings and closings are for the watchers. */
export function bidsOf(batch: readonly Delivery[]): BidEvent[] {
  return batch.map(({ event }) => event).filter((event) => event.kind === "bid");
}

export interface ArchiverOptions {
  readonly feed: ArchiveFeed;
  readonly store: Pick<ArchiveStore, "insert">;
  readonly settle: Settle;
  /** The bid at which it crashes, once. 0: never. */
  readonly crashAtBid: number;
  /** The bid from which the database is away, once, for three tries. 0: never. */
  readonly awayAtBid: number;
  readonly report: (event: ArchiverEvent) => void;
}

export type ArchiverEvent =
  | { readonly kind: "settled"; readonly pulled: number; readonly inserted: number }
  | { readonly kind: "crashed" }
  | { readonly kind: "failed"; readonly error: unknown };

class PlannedCrash extends Error {}

/** Until the signal; resolves when the last batch is put down. */
export async function runArchiver(options: ArchiverOptions, signal: AbortSignal): Promise<void> {
  const { feed, report } = options;
  const mayCrash = plannedCrash(options.crashAtBid);
  const store = awayOnce(options.store, options.awayAtBid);
  while (!signal.aborted) {
    try {
      const batch = await feed.pull({ count: ARCHIVE_BATCH_MAX, waitMs: ARCHIVE_WAIT_MS });
      if (batch.length === 0) continue;
      const bids = bidsOf(batch).length;
      const hands = { feed, store, mayCrash: () => mayCrash(bids) };
      const inserted = await options.settle(batch, hands);
      report({ kind: "settled", pulled: bids, inserted });
      await pause(ARCHIVE_LINGER_MS);
    } catch (error) {
      if (signal.aborted) return;
      report(error instanceof PlannedCrash ? { kind: "crashed" } : { kind: "failed", error });
      await pause(ARCHIVE_RETRY_MS);
    }
  }
}

function plannedCrash(atBid: number): (bids: number) => void {
  let seen = 0;
  let armed = atBid > 0;
  return (bids) => {
    seen += bids;
    if (!armed || seen < atBid) return;
    armed = false;
    throw new PlannedCrash("a crash between commit and acknowledgement, as planned");
  };
}

const TRIES_AWAY = 3;

function awayOnce(store: Pick<ArchiveStore, "insert">, atBid: number): ArchiverHands["store"] {
  let seen = 0;
  let triesLeft = atBid > 0 ? TRIES_AWAY : 0;
  return {
    insert: async (bids) => {
      seen += bids.length;
      if (seen >= atBid && triesLeft > 0) {
        triesLeft -= 1;
        throw new Error("the database is away, as planned");
      }
      return store.insert(bids);
    },
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
