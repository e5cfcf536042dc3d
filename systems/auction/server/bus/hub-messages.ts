/**
 * What a hub and its clients say to each other over a local socket: one JSON object a line. A client numbers its requests
 * and gets one reply to each; lines that carry an `event` are what passes live.
 */
import type { Socket } from "node:net";
import type { AuctionEvent } from "../event.ts";
import { BUS_LINE_BYTES_MAX } from "../limits.ts";
import type { Delivery } from "./bus.ts";

export type HubRequest =
  | { readonly op: "publish"; readonly events: readonly AuctionEvent[] }
  | { readonly op: "listen" }
  | { readonly op: "stored"; readonly itemId: string; readonly after: number }
  | { readonly op: "pull"; readonly count: number; readonly waitMs: number }
  | { readonly op: "acknowledge"; readonly ids: readonly number[] }
  | { readonly op: "waiting" };

export interface HubReplies {
  publish: null;
  listen: null;
  stored: AuctionEvent[];
  pull: Delivery[];
  acknowledge: null;
  waiting: number;
}

export type HubLine =
  | { readonly id: number; readonly reply: unknown }
  | { readonly id: number; readonly problem: string }
  | { readonly event: AuctionEvent };

/** Calls back for each line; a line beyond BUS_LINE_BYTES_MAX ends the connection. */
export function eachLine(socket: Socket, onLine: (line: string) => void): void {
  let rest = "";
  socket.setEncoding("utf8").on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > BUS_LINE_BYTES_MAX) socket.destroy();
    for (const line of lines) onLine(line);
  });
}
