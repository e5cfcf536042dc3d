/**
 * A planted bug: a mistake that real systems have made, built in on purpose, so that the suite can prove it would see
 * it. Each is one file that says which part of the right system is replaced, and by what.
 */
import type { ArchiveStore } from "../server/archive/archive-store.ts";
import type { Settle } from "../server/archive/archiver.ts";
import type { ItemBook } from "../server/book/item-book.ts";
import type { FanOut } from "../server/broadcast/watched-item.ts";
import type { Bid, BidEvent } from "../server/event.ts";

export interface Bug {
  readonly name: string;
  /** Name of the invariant that must catch it. */
  readonly invariant: string;
  /** What is wrong, one sentence. */
  readonly says: string;
  /** The file in `load/` under which it shows within a minute. */
  readonly suite: string;
  /** What replaces the right part; the others stay right. */
  readonly book?: (right: ItemBook, pieces: Pieces) => ItemBook;
  readonly fanOut?: () => FanOut;
  readonly resumeAfter?: (after: number) => number;
  readonly settle?: (store: BlindStore) => Settle;
}

/** The book taken apart into single calls, as careless code would make them one by one. */
export interface Pieces {
  /** Makes it the highest bid, whatever is the highest now. Gives its number. */
  accept(bid: Bid): Promise<number>;
}

export interface BlindStore extends ArchiveStore {
  /** From here on the same bid is taken any number of times. */
  insertBlindly(bids: readonly BidEvent[]): Promise<number>;
}

/** A book that is right in all but how it decides a bid. */
export function decidingBy(right: ItemBook, bid: ItemBook["bid"]): ItemBook {
  return {
    open: (item) => right.open(item),
    close: (itemId) => right.close(itemId),
    item: (itemId) => right.item(itemId),
    bid,
  };
}

/** What a round trip to a busy server takes. */
const MEANWHILE_MS = 2;

/**
 * The moment in which others get in: the round trip between two calls. The embedded parts answer without one, so it is
 * put back here.
 */
export function meanwhile(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, MEANWHILE_MS));
}
