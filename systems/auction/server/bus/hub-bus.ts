/** A client of the hub. It calls again whenever the line is cut; what was asked meanwhile has failed. */
import { connect, type Socket } from "node:net";
import type { AuctionEvent } from "../event.ts";
import { BUS_ANSWER_MS_MAX, BUS_PAGE_EVENTS_MAX, BUS_RETRY_MS } from "../limits.ts";
import { BusAway, type ArchiveFeed, type EventBus } from "./bus.ts";
import { eachLine, type HubLine, type HubReplies, type HubRequest } from "./hub-messages.ts";

interface Asked {
  readonly resolve: (reply: never) => void;
  readonly reject: (error: Error) => void;
  readonly late: NodeJS.Timeout;
}

interface Listener {
  readonly onEvent: (event: AuctionEvent) => void;
  readonly onUp: () => void;
}

export class HubBus implements EventBus {
  readonly feed: ArchiveFeed = {
    pull: ({ count, waitMs }) => this.#ask({ op: "pull", count, waitMs }),
    acknowledge: async (deliveries) => {
      await this.#ask({ op: "acknowledge", ids: deliveries.map(({ id }) => id) });
    },
    waiting: () => this.#ask({ op: "waiting" }),
  };
  readonly #path: string;
  #socket: Socket;
  #isUp = false;
  #closed = false;
  #lastId = 0;
  readonly #asked = new Map<number, Asked>();
  #listener: Listener | undefined;
  #again: NodeJS.Timeout | undefined;

  constructor(socketPath: string) {
    this.#path = socketPath;
    this.#socket = this.#dial();
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  async publish(events: readonly AuctionEvent[]): Promise<void> {
    await this.#ask({ op: "publish", events });
  }

  listen(onEvent: Listener["onEvent"], onUp: Listener["onUp"]): void {
    this.#listener = { onEvent, onUp };
    if (this.#isUp) this.#tune();
  }

  async stored(itemId: string, after: number): Promise<AuctionEvent[]> {
    const events: AuctionEvent[] = [];
    for (let from = after; ; from = events.at(-1)?.seq ?? after) {
      const page = await this.#ask({ op: "stored", itemId, after: from });
      events.push(...page);
      if (page.length < BUS_PAGE_EVENTS_MAX) return events;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#again);
    this.#socket.destroy();
  }

  #dial(): Socket {
    const socket = connect(this.#path);
    socket.on("error", () => undefined);
    socket.on("connect", () => {
      this.#isUp = true;
      this.#tune();
    });
    socket.on("close", () => {
      this.#isUp = false;
      for (const { reject, late } of this.#asked.values()) {
        clearTimeout(late);
        reject(new BusAway());
      }
      this.#asked.clear();
      if (this.#closed) return;
      this.#again = setTimeout(() => (this.#socket = this.#dial()), BUS_RETRY_MS);
    });
    eachLine(socket, (line) => this.#take(JSON.parse(line) as HubLine));
    return socket;
  }

  #tune(): void {
    const { onUp } = this.#listener ?? {};
    if (onUp !== undefined) this.#ask({ op: "listen" }).then(onUp, () => undefined);
  }

  #ask<R extends HubRequest>(request: R): Promise<HubReplies[R["op"]]> {
    if (!this.#isUp) return Promise.reject(new BusAway());
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        this.#asked.delete(id);
        reject(new BusAway("the bus does not answer"));
      }, BUS_ANSWER_MS_MAX);
      this.#asked.set(id, { resolve, reject, late });
      this.#socket.write(`${JSON.stringify({ id, ...request })}\n`);
    });
  }

  #take(line: HubLine): void {
    if ("event" in line) return this.#listener?.onEvent(line.event);
    const asked = this.#asked.get(line.id);
    if (asked === undefined) return;
    this.#asked.delete(line.id);
    clearTimeout(asked.late);
    if ("problem" in line) asked.reject(new BusAway(line.problem));
    else asked.resolve(line.reply as never);
  }
}
