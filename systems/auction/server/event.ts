/**
 * What happens to an item, as the bus carries it and watchers see it. Each event has its number: 0 is the opening, and
 * from there every accepted bid and the closing take the next one, in the very step that decides them. A gap in the
 * numbers is therefore a lost event, and nothing else.
 */
export type AuctionEvent = OpenedEvent | BidEvent | ClosedEvent;

export interface OpenedEvent extends Item {
  readonly kind: "opened";
  readonly seq: 0;
  readonly at: string;
}

export interface BidEvent {
  readonly kind: "bid";
  readonly itemId: string;
  readonly seq: number;
  readonly bidId: string;
  readonly bidderId: string;
  readonly amount: number;
  readonly at: string;
}

export interface ClosedEvent {
  readonly kind: "closed";
  readonly itemId: string;
  readonly seq: number;
  readonly at: string;
}

/** The terms of an auction. They never change, but for the time of closing, which may come early. */
export interface Item {
  readonly itemId: string;
  readonly startPrice: number;
  /** A bid must be at least this much above the highest. */
  readonly minimumIncrement: number;
  /** Milliseconds since 1970; null: open until it is closed. */
  readonly closesAtMs: number | null;
}

export interface Bid {
  readonly itemId: string;
  /** Unique among all bids; the bidder's own name for it, or ours. */
  readonly bidId: string;
  readonly bidderId: string;
  readonly amount: number;
}

export function eventOf(text: string): AuctionEvent {
  return JSON.parse(text) as AuctionEvent;
}
