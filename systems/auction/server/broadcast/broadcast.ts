/**
 * The items that somebody watches. An item is loaded from the stored events when its first watcher comes, and follows
 * the live ones from then on. Whenever something may be missing (a gap in the numbers, a bus that was away) the stored
 * events are read again; what is known already does nothing.
 */
import type { EventBus } from "../bus/bus.ts";
import type { AuctionEvent } from "../event.ts";
import { CATCH_UP_RETRY_MS, WATCHED_ITEMS_MAX } from "../limits.ts";
import { WatchedItem, type FanOut } from "./watched-item.ts";

export class Broadcast implements Disposable {
  readonly items: Map<string, WatchedItem> = new Map();
  readonly #bus: EventBus;
  readonly #fanOut: FanOut;
  readonly #loading = new Map<string, Promise<void>>();
  #closed = false;

  constructor(bus: EventBus, fanOut: FanOut) {
    this.#bus = bus;
    this.#fanOut = fanOut;
    bus.listen(
      (event) => this.#take(event),
      () => {
        for (const item of this.items.values()) void this.#repair(item);
      },
    );
  }

  /** The item, up to date when the bus is there; undefined when there is no such item. Rejects when nobody can know. */
  async item(itemId: string): Promise<WatchedItem | "full" | undefined> {
    const known = this.items.get(itemId);
    if (known?.isOpened === true) return known;
    if (known === undefined && this.items.size >= WATCHED_ITEMS_MAX) return "full";
    const item = known ?? new WatchedItem(itemId, this.#fanOut);
    // Before the stored events are read, so that none falls between those and the live ones.
    this.items.set(itemId, item);
    try {
      await this.#catchUp(item);
    } finally {
      if (!item.isOpened) this.items.delete(itemId);
    }
    return item.isOpened ? item : undefined;
  }

  [Symbol.dispose](): void {
    this.#closed = true;
  }

  #take(event: AuctionEvent): void {
    const item = this.items.get(event.itemId);
    if (item === undefined) return;
    item.take(event);
    if (item.isMissingEvents && item.isOpened) void this.#repair(item);
  }

  /** Reads the stored events until none is missing any more. */
  async #repair(item: WatchedItem): Promise<void> {
    if (this.#loading.has(item.itemId)) return;
    for (let again = true; again && !this.#closed; again = item.isMissingEvents) {
      try {
        await this.#catchUp(item);
      } catch {
        // The bus is away; when it is back we are told, and begin again.
        return;
      }
      if (item.isMissingEvents) {
        await new Promise((resolve) => setTimeout(resolve, CATCH_UP_RETRY_MS));
      }
    }
  }

  /** Whoever asks for an item that is being read waits for the same reading. */
  #catchUp(item: WatchedItem): Promise<void> {
    const already = this.#loading.get(item.itemId);
    if (already !== undefined) return already;
    const reading = this.#bus
      .stored(item.itemId, item.seq)
      .then((events) => {
        for (const event of events) item.take(event);
      })
      .finally(() => this.#loading.delete(item.itemId));
    this.#loading.set(item.itemId, reading);
    return reading;
  }
}
