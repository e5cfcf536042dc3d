/**
 * The bus over NATS. Each event is one message on the subject of its item: core subscribers have it at once, and a
 * JetStream stream over all those subjects keeps it, with the archiver as its durable consumer.
 */
import {
  AckPolicy,
  DeliverPolicy,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type Consumer,
  type JetStreamClient,
  type JetStreamManager,
  type JsMsg,
} from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { eventOf, type AuctionEvent } from "../event.ts";
import {
  BUS_ANSWER_MS_MAX,
  BUS_PAGE_EVENTS_MAX,
  BUS_RETRY_MS,
  REDELIVER_AFTER_MS,
} from "../limits.ts";
import { BusAway, type ArchiveFeed, type Delivery, type EventBus } from "./bus.ts";

const STREAM = "AUCTION";
const ARCHIVE = "archive";
const NS_PER_MS = 1_000_000;
/** The shortest wait that the server takes. */
const PULL_MS_MIN = 1_000;

/** An item's id is one token of a subject: it holds no dot, star, bracket or space. */
const subjectOf = (itemId: string): string => `auction.items.${itemId}`;

interface Stream {
  readonly client: JetStreamClient;
  readonly manager: JetStreamManager;
  readonly archive: Consumer;
}

interface Listener {
  readonly onEvent: (event: AuctionEvent) => void;
  readonly onUp: () => void;
}

export class NatsBus implements EventBus {
  readonly feed: ArchiveFeed = {
    pull: (options) => this.#pull(options),
    acknowledge: (deliveries) => this.#acknowledge(deliveries),
    waiting: async () => {
      const { manager } = await this.#up();
      const { num_pending, num_ack_pending } = await manager.consumers.info(STREAM, ARCHIVE);
      return num_pending + num_ack_pending;
    },
  };
  readonly #connecting: Promise<NatsConnection>;
  #connection: NatsConnection | undefined;
  #stream: Stream | undefined;
  #isConnected = false;
  #closed = false;
  #listener: Listener | undefined;
  /** By place in the stream, what was pulled and is not acknowledged. */
  readonly #unacknowledged = new Map<number, JsMsg>();

  /** Returns at once; the connection comes when the server does. */
  constructor(url: string) {
    this.#connecting = connect({
      servers: url,
      waitOnFirstConnect: true,
      maxReconnectAttempts: -1,
      reconnectTimeWait: BUS_RETRY_MS,
      reconnectJitter: BUS_RETRY_MS,
      timeout: BUS_ANSWER_MS_MAX,
      ignoreClusterUpdates: true,
    });
    this.#connecting.then((connection) => this.#settle(connection)).catch(() => undefined);
  }

  get isUp(): boolean {
    return this.#isConnected && this.#stream !== undefined;
  }

  async publish(events: readonly AuctionEvent[]): Promise<void> {
    const { client } = await this.#up();
    const sent = events.map((event) =>
      client.publish(subjectOf(event.itemId), JSON.stringify(event), {
        msgID: `${event.itemId}/${event.seq}`,
        timeout: BUS_ANSWER_MS_MAX,
      }),
    );
    const results = await Promise.allSettled(sent);
    const failed = results.find((result) => result.status === "rejected");
    if (failed !== undefined) throw new BusAway(String(failed.reason));
  }

  listen(onEvent: Listener["onEvent"], onUp: Listener["onUp"]): void {
    this.#listener = { onEvent, onUp };
    if (this.#connection !== undefined) this.#subscribe(this.#connection);
    if (this.isUp) void this.#tellUp();
  }

  async stored(itemId: string, after: number): Promise<AuctionEvent[]> {
    const { client } = await this.#up();
    const filter = { filter_subjects: subjectOf(itemId), deliver_policy: DeliverPolicy.All };
    const consumer = await client.consumers.get(STREAM, filter);
    try {
      const events: AuctionEvent[] = [];
      for (let left = (await consumer.info()).num_pending; left > 0;) {
        const page = {
          max_messages: Math.min(left, BUS_PAGE_EVENTS_MAX),
          expires: BUS_ANSWER_MS_MAX,
        };
        for await (const message of await consumer.fetch(page)) {
          left = message.info.pending;
          events.push(eventOf(message.string()));
        }
      }
      return events.filter(({ seq }) => seq > after);
    } finally {
      consumer.delete().catch(() => undefined);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    // A connection that was never made cannot be given up; it does not keep the process alive once it is told to end.
    await this.#connection?.close();
  }

  async #settle(connection: NatsConnection): Promise<void> {
    if (this.#closed) return connection.close();
    this.#connection = connection;
    this.#isConnected = true;
    void this.#watch(connection);
    if (this.#listener !== undefined) this.#subscribe(connection);
    await this.#ensureStream(connection);
  }

  /** Tried until it is there: right after its start the server may not have its streams yet. */
  async #ensureStream(connection: NatsConnection): Promise<void> {
    while (!this.#closed && this.#stream === undefined) {
      try {
        this.#stream = await openStream(connection);
        await this.#tellUp();
      } catch {
        await new Promise((resolve) => setTimeout(resolve, BUS_RETRY_MS));
      }
    }
  }

  async #watch(connection: NatsConnection): Promise<void> {
    for await (const { type } of connection.status()) {
      if (type === "disconnect") this.#isConnected = false;
      if (type !== "reconnect") continue;
      this.#isConnected = true;
      if (this.isUp) void this.#tellUp();
    }
  }

  /** The server has the subscription when it has answered what was sent after it. */
  async #tellUp(): Promise<void> {
    try {
      await this.#connection?.flush();
      this.#listener?.onUp();
    } catch {
      // It went away meanwhile; when it is back we are here again.
    }
  }

  #subscribe(connection: NatsConnection): void {
    connection.subscribe(subjectOf("*"), {
      callback: (error, message) => {
        if (error === null) this.#listener?.onEvent(eventOf(message.string()));
      },
    });
  }

  async #pull({ count, waitMs }: { count: number; waitMs: number }): Promise<Delivery[]> {
    const { archive } = await this.#up();
    const { num_pending, num_ack_pending } = await archive.info();
    // What is not acknowledged comes again in a while; who asks for more than there is waits for the whole time.
    const max_messages = Math.min(count, Math.max(1, num_pending + num_ack_pending));
    const expires = Math.max(PULL_MS_MIN, waitMs);
    const messages: JsMsg[] = [];
    try {
      for await (const message of await archive.fetch({ max_messages, expires })) {
        messages.push(message);
      }
    } catch (error) {
      // Late signs of life from a busy server: what has come, has come.
      if (!this.#isConnected) throw error;
    }
    for (const message of messages) this.#unacknowledged.set(message.seq, message);
    return messages.map((message) => ({ id: message.seq, event: eventOf(message.string()) }));
  }

  async #acknowledge(deliveries: readonly Delivery[]): Promise<void> {
    await this.#up();
    for (const { id } of deliveries) {
      this.#unacknowledged.get(id)?.ack();
      this.#unacknowledged.delete(id);
    }
  }

  async #up(): Promise<Stream> {
    if (!this.#isConnected || this.#stream === undefined) throw new BusAway();
    return this.#stream;
  }
}

async function openStream(connection: NatsConnection): Promise<Stream> {
  const manager = await jetstreamManager(connection);
  await manager.streams.add({
    name: STREAM,
    subjects: [subjectOf("*")],
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
  });
  await manager.consumers.add(STREAM, {
    durable_name: ARCHIVE,
    ack_policy: AckPolicy.Explicit,
    ack_wait: REDELIVER_AFTER_MS * NS_PER_MS,
    max_ack_pending: -1,
  });
  const client = manager.jetstream();
  return { client, manager, archive: await client.consumers.get(STREAM, ARCHIVE) };
}
