/**
 * A watcher of one item: it connects, notes what it hears, and comes back where it left off. What it hears is recorded,
 * so that the history can say of every bid and every watcher whether it arrived, once and in order.
 */
import {
  deliveredOnce,
  inOrder,
  operation,
  type LoadTest,
  type OperationKind,
  type Vu,
  type WebSocketConnection,
  type WebSocketMessage,
} from "holdfast";

/** A bid that arrived at a watcher. */
export const news: OperationKind = operation("news");
/** From here on somebody watches an item; a connection that is lost does not end it, for it is resumed. */
export const joins: OperationKind = operation("watch");
export const leaves: OperationKind = operation("leave");

/** Of every accepted bid: each watcher of its item has it, once, and all have them in the order of their numbers. */
export function reachesEveryWatcher(bid: OperationKind): NonNullable<LoadTest["invariants"]> {
  const delivery = { cause: bid, receipt: news, joins, leaves };
  return [
    deliveredOnce({ ...delivery, name: "every accepted bid reaches every watcher, once" }),
    inOrder({ ...delivery, name: "every watcher has the bids in order" }),
  ];
}

/** What the broadcast tells: how things stand, at first, and then every event with its number. */
export type News =
  | { readonly kind: "state"; readonly seq: number; readonly closed: boolean }
  | BidNews
  | { readonly kind: "closed" | "opened"; readonly seq: number };

export interface BidNews {
  readonly kind: "bid";
  readonly seq: number;
  readonly bidId: string;
  readonly bidderId: string;
}

/** What a watcher needs of its virtual user. */
type Hands = Pick<Vu, "ws" | "operation">;

/** A bid as it arrived. */
export interface Arrival {
  readonly bid: BidNews;
  /** Since the bidder sent it; undefined for one that had to wait until the watcher came back. */
  readonly latencyMs: number | undefined;
  /** How many numbers were left out before it. */
  readonly missing: number;
}

type OnBid = (arrival: Arrival) => void;

export class Watch {
  readonly itemId: string;
  /** Of the watcher, in the history. */
  readonly name: string;
  readonly #url: string;
  readonly #onBid: OnBid;
  #socket: WebSocketConnection | undefined;
  #connectedMs = 0;
  /** Of the last event that was seen; undefined before the first. */
  #seq: number | undefined;
  #isClosed = false;

  private constructor(broadcast: string, itemId: string, name: string, onBid: OnBid) {
    this.itemId = itemId;
    this.name = name;
    this.#url = `${broadcast}/ws/items/${itemId}`;
    this.#onBid = onBid;
  }

  /** Throws when it is not let in. */
  static async begin(
    hands: Hands,
    { broadcast, itemId, name }: { broadcast: string; itemId: string; name: string },
    onBid: OnBid,
  ): Promise<Watch> {
    const watch = new Watch(broadcast, itemId, name, onBid);
    await hands.operation(joins.on(itemId, { id: name }), async () => {
      await watch.#connect(hands);
      return { outcome: "ok" };
    });
    return watch;
  }

  get isConnected(): boolean {
    return this.#socket?.isOpen === true;
  }

  /** True when the item was closed. */
  get isOver(): boolean {
    return this.#isClosed;
  }

  async hangUp(): Promise<void> {
    await this.#socket?.close();
  }

  /** Goes on after the last event that was seen. */
  comeBack(hands: Hands): Promise<void> {
    return this.#connect(hands);
  }

  async end({ operation }: Hands): Promise<void> {
    await operation(leaves.on(this.itemId, { id: this.name }), async () => {
      await this.hangUp();
      return { outcome: "ok" };
    });
  }

  async #connect({ ws }: Hands): Promise<void> {
    const after = this.#seq === undefined ? "" : `?after=${this.#seq}`;
    const socket = await ws.connect(this.#url + after, { name: "watch", keep: "vu" });
    if (!socket.isOpen) {
      const why = socket.error?.message ?? `status ${socket.status}`;
      throw new Error(`${this.#url} must let watchers in, got ${why}`);
    }
    this.#socket = socket;
    this.#connectedMs = performance.now();
    socket.onMessage((message) => this.#take(ws, socket, message));
  }

  #take(ws: Hands["ws"], socket: WebSocketConnection, message: WebSocketMessage): void {
    const told = message.json<News>();
    const missing = this.#seq === undefined ? 0 : Math.max(0, told.seq - this.#seq - 1);
    this.#seq = told.seq;
    if (told.kind === "closed" || (told.kind === "state" && told.closed)) this.#isClosed = true;
    if (told.kind !== "bid") return;
    const { seq, bidId } = told;
    socket.record(message, news.on(this.itemId, { id: this.name, value: { id: bidId, seq } }));
    const tookMs = ws.latencyMs(message, bidId) ?? Number.POSITIVE_INFINITY;
    const isLive = tookMs < performance.now() - this.#connectedMs;
    // What was missed while away is as old as the absence, which says nothing of the broadcast.
    if (isLive) ws.received(bidId);
    this.#onBid({ bid: told, latencyMs: isLive ? tookMs : undefined, missing });
  }
}
