/**
 * One item as its watchers see it: its last events in order, and who is watching.
 *
 * Events come over the bus at once but at most once; their numbers tell when one is missing. What came too early waits:
 *
 *     seen 0 1 2 3 │ 5 6 wait │ 4 comes ──► 4 5 6 go out, in this order
 *
 * Every event goes out once, to all who watch at that moment; who comes later gets the state, or what it missed.
 */
import type { AuctionEvent, BidEvent, OpenedEvent } from "../event.ts";
import { EARLY_EVENTS_MAX, EVENTS_KEPT_MAX } from "../limits.ts";

export interface Watcher {
  /** Takes one message; never waits and never throws. */
  send(message: Buffer): void;
}

/** How one message goes to all who watch. */
export type FanOut = (watchers: Iterable<Watcher>, message: Buffer, event: AuctionEvent) => void;

export const sendToAll: FanOut = (watchers, message) => {
  for (const watcher of watchers) watcher.send(message);
};

export class WatchedItem {
  readonly itemId: string;
  readonly watchers: Set<Watcher> = new Set();
  readonly #fanOut: FanOut;
  #opened: OpenedEvent | undefined;
  #highest: BidEvent | undefined;
  #closed = false;
  #seq = -1;
  /** The messages of the last events; the newest one's number is `#seq`. */
  #kept: Buffer[] = [];
  readonly #early = new Map<number, AuctionEvent>();
  #messagesSent = 0;

  constructor(itemId: string, fanOut: FanOut) {
    this.itemId = itemId;
    this.#fanOut = fanOut;
  }

  /** Number of the last event that went out; -1 before the opening is known. */
  get seq(): number {
    return this.#seq;
  }

  get isOpened(): boolean {
    return this.#opened !== undefined;
  }

  /** True when something came whose predecessor did not. */
  get isMissingEvents(): boolean {
    return this.#early.size > 0;
  }

  get messagesSent(): number {
    return this.#messagesSent;
  }

  /** Any event of this item, in any order, any number of times. */
  take(event: AuctionEvent): void {
    const isNext = event.seq === this.#seq + 1;
    if (event.seq <= this.#seq || (!isNext && this.#early.size >= EARLY_EVENTS_MAX)) return;
    this.#early.set(event.seq, event);
    for (let next = this.#next(); next !== undefined; next = this.#next()) this.#pass(next);
  }

  /**
   * A new watcher that has seen everything up to `after`, or nothing: it gets what it missed, or the state as it is now.
   * Gives how many messages it was sent. It is in `watchers` from here on, in the same breath: nothing can come between.
   */
  join(watcher: Watcher, after: number | undefined): number {
    const missed = after === undefined ? undefined : this.#messagesAfter(after);
    const messages = missed ?? [this.#state()];
    for (const message of messages) watcher.send(message);
    this.watchers.add(watcher);
    this.#messagesSent += messages.length;
    return messages.length;
  }

  #next(): AuctionEvent | undefined {
    const event = this.#early.get(this.#seq + 1);
    this.#early.delete(this.#seq + 1);
    return event;
  }

  #pass(event: AuctionEvent): void {
    this.#seq = event.seq;
    if (event.kind === "opened") this.#opened = event;
    if (event.kind === "bid") this.#highest = event;
    if (event.kind === "closed") this.#closed = true;
    const message = Buffer.from(JSON.stringify(event));
    this.#kept.push(message);
    if (this.#kept.length > 2 * EVENTS_KEPT_MAX) this.#kept = this.#kept.slice(-EVENTS_KEPT_MAX);
    this.#messagesSent += this.watchers.size;
    this.#fanOut(this.watchers, message, event);
  }

  /** Undefined when some of them are no longer kept. */
  #messagesAfter(after: number): Buffer[] | undefined {
    const missed = Math.max(0, this.#seq - after);
    return missed > this.#kept.length ? undefined : this.#kept.slice(this.#kept.length - missed);
  }

  #state(): Buffer {
    const { startPrice = 0, minimumIncrement = 1, closesAtMs = null } = this.#opened ?? {};
    const leader = this.#highest && {
      bidId: this.#highest.bidId,
      bidderId: this.#highest.bidderId,
    };
    return Buffer.from(
      JSON.stringify({
        kind: "state",
        itemId: this.itemId,
        seq: this.#seq,
        startPrice,
        minimumIncrement,
        closesAtMs,
        highest: this.#highest?.amount ?? startPrice,
        leader: leader ?? null,
        closed: this.#closed,
      }),
    );
  }
}
