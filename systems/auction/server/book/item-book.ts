/**
 * The heart of an auction: one indivisible step that decides a bid.
 *
 *     closed?                          ── yes ──► closed
 *          │ no
 *     at least highest + increment?    ── no ───► too low, and what the highest is at this very moment
 *          │ yes
 *     highest := amount, take the next number, append the event to the outbox ──► accepted
 *
 * Nothing can come between, and there is no second write to lose: whoever is told "accepted" is in the outbox, from
 * where the relay takes it to the bus whenever the bus is there.
 */
import type { AuctionEvent, Bid, Item } from "../event.ts";

export type BidAnswer =
  | { readonly answer: "accepted"; readonly seq: number }
  | { readonly answer: "too-low"; readonly highest: number }
  | { readonly answer: "closed"; readonly highest: number }
  | { readonly answer: "unknown-item" };

/** An item as it stands. */
export interface ItemState extends Item {
  readonly highest: number;
  /** The number of the last event. */
  readonly seq: number;
  /** Who bid the highest; null as long as nobody did. */
  readonly leader: { readonly bidId: string; readonly bidderId: string } | null;
  readonly closed: boolean;
}

/** `exists`: there is an item of that name, which stays as it is. `full`: there are ITEMS_MAX of them. */
export type OpenAnswer = "opened" | "exists" | "full";

export interface ItemBook {
  open(item: Item): Promise<OpenAnswer>;
  bid(bid: Bid): Promise<BidAnswer>;
  /** Ends the auction now. Resolves when no later bid can be accepted; undefined for an unknown item. */
  close(itemId: string): Promise<ItemState | undefined>;
  item(itemId: string): Promise<ItemState | undefined>;
}

/** Events that are decided and not yet on the bus, in the order in which they were decided. */
export interface Outbox {
  /** The oldest, up to `count`; waits at most `waitMs` for the first one. The same again until they are removed. */
  oldest(options: { count: number; waitMs: number }): Promise<OutboxEntry[]>;
  remove(entries: readonly OutboxEntry[]): Promise<void>;
  waiting(): Promise<number>;
}

export interface OutboxEntry {
  readonly id: string;
  readonly event: AuctionEvent;
}
