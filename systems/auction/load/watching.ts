/** A watcher of one item: connects, follows the numbers, and comes back where it left off. */
import type { WebSocketConnection, WebSocketMessage, WebSockets } from "holdfast";

/** What the broadcast tells: how things stand, at first, and then every event with its number. */
export type News =
  | { readonly kind: "state"; readonly seq: number; readonly highest: number }
  | BidNews
  | { readonly kind: "closed" | "opened"; readonly seq: number };

export interface BidNews {
  readonly kind: "bid";
  readonly itemId: string;
  readonly seq: number;
  readonly bidId: string;
  readonly bidderId: string;
  readonly amount: number;
}

export interface Watch {
  readonly url: string;
  socket: WebSocketConnection;
  /** Number of the last event it has seen; undefined before the first. */
  seq: number | undefined;
  /** Whether somebody takes what this socket brings. */
  isHeard: boolean;
}

/** Throws when it is not let in, which keeps its virtual user out. */
export async function watch(ws: WebSockets, broadcast: string, itemId: string): Promise<Watch> {
  const url = `${broadcast}/ws/items/${itemId}`;
  return { url, socket: await connected(ws, url), seq: undefined, isHeard: false };
}

/** Comes back to what it has seen. */
export async function comeBack(ws: WebSockets, watch: Watch): Promise<void> {
  const after = watch.seq === undefined ? "" : `?after=${watch.seq}`;
  watch.socket = await connected(ws, watch.url + after);
  watch.isHeard = false;
}

export function newsIn(message: WebSocketMessage): News {
  return message.json<News>();
}

async function connected(ws: WebSockets, url: string): Promise<WebSocketConnection> {
  const socket = await ws.connect(url, { name: "watch", keep: "vu" });
  if (socket.isOpen) return socket;
  throw new Error(`${url} must let watchers in, got ${socket.error?.message ?? socket.status}`);
}
