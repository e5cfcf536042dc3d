/**
 * How events get from the bid API to everybody else. Two ways, as they differ in what they promise:
 *
 *     relay ──publish──► bus ──► live: at once, at most once ──► broadcast
 *                         └────► stored: for ever, at least once ──► archiver, and whoever missed something live
 *
 * Whoever uses a bus must live without it: every promise rejects while it is away, and `isUp` says so. The connection
 * comes back by itself.
 */
import type { AuctionEvent } from "../event.ts";

export interface EventBus extends AsyncDisposable {
  readonly isUp: boolean;
  /** Resolves when all are stored. Publishing an event again (same item, same number) stores nothing new. */
  publish(events: readonly AuctionEvent[]): Promise<void>;
  /** From now on, every event that passes while the connection stands. `onUp`: it stands (again); some may be missing. */
  listen(onEvent: (event: AuctionEvent) => void, onUp: () => void): void;
  /** The stored events of an item with numbers above `after`, in the order in which they were stored. */
  stored(itemId: string, after: number): Promise<AuctionEvent[]>;
  /** The archiver's own reading of the stored events; where it stands is kept by the bus. */
  readonly feed: ArchiveFeed;
}

export interface ArchiveFeed {
  /** Up to `count` deliveries; waits at most `waitMs` for the first one. Not acknowledged, they come again. */
  pull(options: { count: number; waitMs: number }): Promise<Delivery[]>;
  acknowledge(deliveries: readonly Delivery[]): Promise<void>;
  /** Stored events that are not acknowledged. */
  waiting(): Promise<number>;
}

export interface Delivery {
  /** Its place in the stream. */
  readonly id: number;
  readonly event: AuctionEvent;
}

export class BusAway extends Error {
  constructor(why = "the bus is away") {
    super(why);
    this.name = "BusAway";
  }
}
