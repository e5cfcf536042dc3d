/**
 * An author's event stream: bytes become events, waits and receipts, and it asks again when it breaks.
 *
 *   state    event                          next     what happens
 *   opening  a stream's head                open     whoever opened it goes on
 *   opening  refused, failed                ended    … the first time; later as if it had broken
 *   open     event                          open     handed on
 *   open     ends, breaks, cannot be read   waiting  if it may reconnect, else ended
 *   waiting  the delay is over              opening  asks from the last event on
 *   any      close, 204, tried too often    ended    whoever waits is told
 */
import { Buffer } from "node:buffer";
import { type Duration, NS_PER_MS } from "../../base/units.ts";
import type { OperationStart } from "../../record/operation.ts";
import type { Actor } from "../../record/recorder.ts";
import type { Value } from "../../record/value.ts";
import type { Expiring } from "../http1/deadlines.ts";
import { Failure } from "../http1/failures.ts";
import type { Shared } from "../http1/shared.ts";
import type { EventStream, EventStreamOptions, ServerEvent } from "../sse.ts";
import type { Leaving } from "../websocket/belongings.ts";
import { countsConnections, type Hub } from "../websocket/hub.ts";
import { ANSWER_TIMEOUT_NS } from "../websocket/limits.ts";
import { Mailbox } from "../websocket/mailbox.ts";
import { misuse } from "../websocket/misuse.ts";
import { received } from "../websocket/operation-record.ts";
import type { SocketSeries } from "../websocket/series.ts";
import { spanOf } from "../websocket/settings.ts";
import { Event } from "./event.ts";
import { EventParser, type ParsedEvent } from "./event-parser.ts";
import { RETRIES_MAX, RETRY_NS, RETRY_NS_MAX } from "./limits.ts";
import { StreamConnection, type StreamRequest, type StreamUser } from "./stream-connection.ts";

export interface StreamOptions {
  readonly hub: Hub;
  readonly request: StreamRequest;
  readonly series: SocketSeries;
  readonly reconnect: boolean;
  readonly lastEventId: string;
  readonly eventBytesMax: number;
  readonly unread: "close" | "drop";
  readonly idOf: EventStreamOptions["idOf"];
  /** It has ended: nobody need close it any more. */
  readonly gone: (stream: AuthorStream) => void;
}

export class AuthorStream implements EventStream, StreamUser, Expiring, Leaving {
  deadlineNs: number = Number.POSITIVE_INFINITY;
  deadlineIndex = -1;
  error: Failure | undefined;
  status = 0;
  reconnects = 0;
  readonly #options: StreamOptions;
  readonly #hub: Hub;
  readonly #actor: Actor;
  readonly #shared: Shared;
  readonly #mailbox: Mailbox<Event>;
  #parser: EventParser;
  #connection: StreamConnection;
  #state: "opening" | "open" | "waiting" | "ended" = "opening";
  #opened: ((stream: AuthorStream) => void) | undefined;
  #handler: ((event: ServerEvent) => void) | undefined;
  #startNs: number;
  #receivedNs = 0;
  #retries = 0;

  /** `opened`: called once it is open, or will never be. */
  constructor(options: StreamOptions, opened: (stream: AuthorStream) => void) {
    const { session } = options.request;
    this.#options = options;
    this.#hub = options.hub;
    this.#actor = session.actor;
    this.#shared = session.family.shared;
    this.#opened = opened;
    this.#mailbox = new Mailbox(this.#shared);
    this.#startNs = this.#shared.clock.nowNs();
    this.#parser = new EventParser(options.eventBytesMax, options.lastEventId);
    this.#connection = this.#connect();
  }

  get isOpen(): boolean {
    return this.#state === "open";
  }

  get lastEventId(): string {
    return this.#parser.lastEventId;
  }

  next(options?: { within?: Duration }): Promise<Event | undefined> {
    return this.#wait(() => true, spanOf(options?.within, "sse next", Number.POSITIVE_INFINITY));
  }

  expect(
    event: string | ((event: ServerEvent) => boolean),
    options?: { within?: Duration },
  ): Promise<Event | undefined> {
    if (typeof event !== "string" && typeof event !== "function") {
      throw misuse("sse expect", "event", "a type or a function of an event", event);
    }
    const fits = typeof event === "function" ? event : (one: Event) => one.type === event;
    return this.#wait(fits, spanOf(options?.within, "sse expect", ANSWER_TIMEOUT_NS));
  }

  onEvent(take: (event: ServerEvent) => void): void {
    if (typeof take !== "function") throw misuse("sse onEvent", "take", "a function", take);
    this.#handler = take;
    for (let old; (old = this.#mailbox.take()) !== undefined;) this.#handle(old);
  }

  record(event: ServerEvent, start: OperationStart, result?: Value): void {
    received(this.#hub, this.#actor, event, start, result);
  }

  close(): Promise<void> {
    this.#connection.close();
    this.#end(undefined);
    return Promise.resolve();
  }

  leave(): Promise<void> {
    return this.close();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Event> {
    for (let event; (event = await this.next()) !== undefined;) yield event;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** The delay is over. */
  expire(): void {
    this.#shared.deadlines.remove(this);
    this.#state = "opening";
    this.#parser = new EventParser(this.#options.eventBytesMax, this.#parser.lastEventId);
    this.#startNs = this.#shared.clock.nowNs();
    this.#connection = this.#connect();
  }

  // What the connection tells.

  opened(status: number): void {
    const { sseConnecting } = this.#hub.metrics;
    this.status = status;
    this.error = undefined;
    this.#state = "open";
    const tookMs = (this.#shared.clock.nowNs() - this.#startNs) / NS_PER_MS;
    this.#addOfConnection(sseConnecting, tookMs);
    if (this.#opened === undefined) this.reconnects += 1;
    this.#tellOpened();
  }

  received(bytes: number): void {
    this.#receivedNs = this.#shared.clock.nowNs();
    this.#addOfConnection(this.#hub.metrics.bytesReceived, bytes);
  }

  bytes(buffer: Buffer, start: number, end: number): void {
    this.#parser.read(buffer, start, end, (event) => this.#take(event));
    const { failure } = this.#parser;
    if (failure === undefined || this.#state === "ended") return;
    this.#connection.close();
    this.ended(failure, this.status);
  }

  ended(failure: Failure | undefined, status: number): void {
    this.status = status;
    if (failure !== undefined) this.#fail(failure);
    const wasOpen = this.#opened === undefined;
    const refused = failure?.code === "HF_SSE_STATUS" || failure?.code === "HF_SSE_TYPE";
    const mayReturn = this.#options.reconnect && wasOpen && !refused && status !== 204;
    if (!mayReturn || this.#retries >= RETRIES_MAX) return this.#end(failure);
    this.#retries += 1;
    this.#state = "waiting";
    this.error = failure;
    const { retryMs } = this.#parser;
    const delayNs = retryMs === undefined ? RETRY_NS : Math.min(RETRY_NS_MAX, retryMs * NS_PER_MS);
    this.deadlineNs = this.#shared.clock.nowNs() + delayNs;
    this.#shared.deadlines.add(this);
  }

  #connect(): StreamConnection {
    const { request } = this.#options;
    const { lastEventId } = this.#parser;
    const headers = lastEventId === "" ? {} : { "last-event-id": encode(lastEventId) };
    return new StreamConnection({ ...request, headers: { ...request.headers, ...headers } }, this);
  }

  /** HOT. */
  #take(parsed: ParsedEvent): void {
    if (this.#state !== "open") return;
    const event = new Event(parsed, this.#receivedNs);
    this.#retries = 0;
    this.#add(this.#hub.metrics.sseEvents, 1);
    const { idOf } = this.#options;
    if (idOf !== undefined) this.#time(idOf, event);
    if (this.#handler !== undefined) this.#handle(event);
    if (this.#mailbox.offer(event) || this.#handler !== undefined) return;
    this.#mailbox.keep(event, () => this.#overflow());
  }

  #handle(event: Event): void {
    try {
      this.#handler?.(event);
    } catch (error) {
      this.#actor.threw?.(error);
    }
  }

  #time(idOf: NonNullable<EventStreamOptions["idOf"]>, event: Event): void {
    try {
      const id = idOf(event);
      if (id === undefined) return;
      this.#hub.received(this.#options.series, this.#actor, id, event.receivedNs);
    } catch (error) {
      this.#actor.threw?.(error);
    }
  }

  #overflow(): void {
    if (this.#options.unread === "close") {
      const failure = new Failure("HF_WS_UNREAD", HOW_TO_READ);
      this.#connection.close();
      this.#fail(failure);
      return this.#end(failure);
    }
    while (this.#mailbox.isOverfull) {
      this.#mailbox.take();
      this.#hub.dropped(this.#options.series, this.#actor);
    }
  }

  #wait(fits: (event: Event) => boolean, withinNs: number): Promise<Event | undefined> {
    for (let old; (old = this.#mailbox.take()) !== undefined;) {
      if (fits(old)) return Promise.resolve(old);
    }
    if (this.#state === "ended") return Promise.resolve(undefined);
    return this.#mailbox.wait(fits, this.#shared.clock.nowNs() + withinNs);
  }

  #fail(failure: Failure): void {
    if (!countsConnections(this.#actor)) return;
    const { metrics } = this.#hub;
    metrics.sink.add(metrics.sseErrors, this.#options.series.error(failure), 1);
  }

  #end(failure: Failure | undefined): void {
    if (this.#state === "ended") return;
    this.#state = "ended";
    this.error = failure;
    this.#shared.deadlines.remove(this);
    this.#mailbox.end();
    this.#tellOpened();
    this.#options.gone(this);
  }

  #tellOpened(): void {
    this.#opened?.(this);
    this.#opened = undefined;
  }

  #add(metric: number, value: number): void {
    if (this.#actor.uncounted === true) return;
    this.#hub.metrics.sink.add(metric, this.#options.series.code, value);
  }

  #addOfConnection(metric: number, value: number): void {
    if (!countsConnections(this.#actor)) return;
    this.#hub.metrics.sink.add(metric, this.#options.series.code, value);
  }
}

const HOW_TO_READ = 'read them by for await, expect or onEvent, or open with unread: "drop"';

/** Its UTF-8, as a header carries it: one character a byte. */
function encode(id: string): string {
  return Buffer.from(id, "utf8").toString("latin1");
}
