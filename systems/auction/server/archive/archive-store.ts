/**
 * The archive: every accepted bid, where the audit reads them.
 *
 *     bids(item_id, seq, bid_id, bidder_id, amount, created_at), one row for each item and number
 */
import type { BidEvent } from "../event.ts";

export interface ArchiveStore extends AsyncDisposable {
  /** Stores what is not there yet, in one transaction: a repeated delivery changes nothing. Gives how many were new. */
  insert(bids: readonly BidEvent[]): Promise<number>;
  /** In order of insertion, after the row that `after` names. */
  bids(itemId: string, page: { after: number; limit: number }): Promise<BidPage>;
  /** Resolves when the database answers. */
  ping(): Promise<void>;
}

export interface BidPage {
  readonly bids: readonly ArchivedBid[];
  /** Pass it as `after` to get the next page; undefined on the last one. */
  readonly next: number | undefined;
}

export interface ArchivedBid {
  readonly seq: number;
  readonly bidId: string;
  readonly bidderId: string;
  readonly amount: number;
  readonly at: string;
}
