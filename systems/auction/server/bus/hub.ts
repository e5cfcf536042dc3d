/**
 * The embedded bus: a hub on a local socket, in a process of its own. It stores what is published, passes it on to all
 * who listen, and keeps the archiver's place.
 */
import { createServer, type Server, type Socket } from "node:net";
import { systemClock } from "../../../ports/clock.ts";
import type { AuctionEvent } from "../event.ts";
import { WATCHER_BACKLOG_BYTES_MAX } from "../limits.ts";
import type { Delivery } from "./bus.ts";
import { eachLine, type HubLine, type HubReplies, type HubRequest } from "./hub-messages.ts";
import { HubStore } from "./hub-store.ts";
import { Sleepers } from "../../../ports/sleepers.ts";

/** Listens on a socket file until it is disposed of, and goes on from what the database file holds. */
export async function startHub(socketPath: string, databasePath: string): Promise<AsyncDisposable> {
  const hub = new Hub(new HubStore(databasePath, systemClock));
  const server = createServer((socket) => hub.welcome(socket));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(socketPath, resolve);
  });
  return { [Symbol.asyncDispose]: () => stop(server, hub) };
}

class Hub {
  readonly #store: HubStore;
  readonly #clients = new Set<Socket>();
  readonly #listeners = new Set<Socket>();
  readonly #sleepers = new Sleepers();

  constructor(store: HubStore) {
    this.#store = store;
  }

  welcome(socket: Socket): void {
    this.#clients.add(socket);
    socket
      .on("error", () => undefined)
      .on("close", () => {
        this.#clients.delete(socket);
        this.#listeners.delete(socket);
      });
    eachLine(socket, (line) => {
      const { id, ...request } = JSON.parse(line) as HubRequest & { id: number };
      void this.#answer(socket, id, request);
    });
  }

  close(): void {
    this.#sleepers.wake();
    for (const socket of this.#clients) socket.destroy();
    this.#store[Symbol.dispose]();
  }

  async #answer(socket: Socket, id: number, request: HubRequest): Promise<void> {
    try {
      say(socket, { id, reply: await this.#serve(socket, request) });
    } catch (error) {
      say(socket, { id, problem: String(error) });
    }
  }

  async #serve(socket: Socket, request: HubRequest): Promise<HubReplies[HubRequest["op"]]> {
    switch (request.op) {
      case "publish":
        this.#publish(request.events);
        return null;
      case "listen":
        this.#listeners.add(socket);
        return null;
      case "stored":
        return this.#store.ofItem(request.itemId, request.after);
      case "pull":
        return this.#pull(request.count, request.waitMs);
      case "acknowledge":
        this.#store.acknowledge(request.ids);
        return null;
      case "waiting":
        return this.#store.waiting();
    }
  }

  /** Stored first: what is live was never only live. */
  #publish(events: readonly AuctionEvent[]): void {
    for (const event of this.#store.add(events)) {
      const line = `${JSON.stringify({ event })}\n`;
      for (const socket of this.#listeners) {
        // At most once: a listener that cannot keep up is cut off, and reads up what it missed when it is back.
        if (socket.writableLength > WATCHER_BACKLOG_BYTES_MAX) socket.destroy();
        else socket.write(line);
      }
    }
    this.#sleepers.wake();
  }

  async #pull(count: number, waitMs: number): Promise<Delivery[]> {
    const deliveries = this.#store.pull(count);
    if (deliveries.length > 0) return deliveries;
    await this.#sleepers.wait(waitMs);
    return this.#store.pull(count);
  }
}

function say(socket: Socket, line: HubLine): void {
  if (!socket.destroyed) socket.write(`${JSON.stringify(line)}\n`);
}

function stop(server: Server, hub: Hub): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    hub.close();
  });
}
