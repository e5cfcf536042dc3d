/**
 * One HTTP/2 connection (RFC 9113): many exchanges at once, each a stream. The receiving side and the life of the
 * connection are here; what goes out is `outgoing.ts`.
 *
 *   state      event                            next        what happens
 *   opening    socket open                      greeting    preface and SETTINGS are sent
 *   opening    failure, too late                closed      the pool fails those who wait
 *   greeting   the server's SETTINGS            open        the pool may begin
 *   greeting   anything else, too late          closed      the server speaks no HTTP/2; nothing was asked of it
 *   open       start(exchange)                  open        a stream
 *   open       GOAWAY, or out of stream ids     leaving     what the server will not do goes elsewhere
 *   open, leaving   the rules are broken        closed      every exchange ends with the failure
 *   leaving    the last answer                  closed
 *   closed     anything                         closed      nothing
 *
 * Definite failures, and the only ones: RST_STREAM with REFUSED_STREAM, a stream beyond GOAWAY's last, and a request
 * that has not been written yet.
 */
import { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { ClientFamily } from "../http1/client-family.ts";
import type { Expiring } from "../http1/deadlines.ts";
import { Dial } from "../http1/dial.ts";
import { endWith, type Exchange, type OpeningTimesNs } from "../http1/exchange.ts";
import { Failure } from "../http1/failures.ts";
import { NO_HEAD } from "../http1/head.ts";
import type { Gathering, HeldBack } from "../http1/held-back.ts";
import { RULE } from "../../record/outcome.ts";
import { mayBeSentAgain } from "../http1/retry.ts";
import type { Shared } from "../http1/shared.ts";
import { brokenFailure } from "../http1/socket-errors.ts";
import { ConnectionError, type ErrorName, errorName } from "./errors.ts";
import { SETTING } from "./frames.ts";
import { FrameReader } from "./frame-reader.ts";
import { Incoming, type StreamOwner } from "./incoming.ts";
import {
  CONNECTION_WINDOW_BYTES,
  FIRST_WINDOW_BYTES,
  STREAM_ID_MAX,
  STREAM_WINDOW_BYTES,
} from "./limits.ts";
import { Outgoing } from "./outgoing.ts";
import { PeerSettings } from "./peer-settings.ts";
import type { Http2Pool } from "./pool.ts";
import { pumpBody } from "./pump-body.ts";
import { Stream } from "./stream.ts";
import { StreamTable } from "./stream-table.ts";

export class Http2Connection implements Expiring, StreamOwner, Gathering {
  deadlineNs: number = Number.POSITIVE_INFINITY;
  deadlineIndex = -1;
  readonly #pool: Http2Pool;
  readonly #family: ClientFamily;
  readonly #shared: Shared;
  readonly #peer = new PeerSettings();
  readonly streams: StreamTable = new StreamTable();
  /** Racers' requests of which not even the head was sent: they have no stream yet. */
  readonly #heldHeads = new Set<Exchange>();
  readonly #pings = new Map<string, () => void>();
  #state: "opening" | "greeting" | "open" | "leaving" | "closed" = "opening";
  #dial: Dial | undefined;
  #socket: Socket | undefined;
  #out: Outgoing | undefined;
  #reader: FrameReader | undefined;
  #opening: OpeningTimesNs | undefined;
  nextId = 1;
  #pingCount = 0;
  /** True once an answer has come: from then on the server may close an idle connection at any time. */
  #used = false;
  /** When the bytes came that are being read. */
  readNs = 0;

  constructor(pool: Http2Pool, family: ClientFamily) {
    this.#pool = pool;
    this.#family = family;
    this.#shared = family.shared;
  }

  /** Requests under way. */
  get busy(): number {
    return this.streams.size + this.#heldHeads.size;
  }

  /** HOT. Whether another request may be begun. */
  get hasRoom(): boolean {
    return this.#state === "open" && this.busy < this.#peer.streamsMax;
  }

  open(timeoutNs: number): void {
    const { clock, deadlines } = this.#shared;
    this.deadlineNs = clock.nowNs() + timeoutNs;
    deadlines.add(this);
    this.#dial = new Dial({
      origin: this.#pool.origin,
      family: this.#family,
      alpn: "h2",
      onRead: (bytes, buffer) => this.#read(bytes, buffer),
      onOpen: (socket, times) => this.#greet(socket, times),
      onFailure: (failure) => this.#openingFailed(failure),
    });
  }

  /** HOT. Sends the request. There must be room. */
  start(exchange: Exchange, nowNs: number): void {
    exchange.state = "sent";
    exchange.attempts += 1;
    if (exchange.attempts === 1) exchange.startNs = nowNs;
    if (this.#opening !== undefined) {
      exchange.extra.opening = this.#opening;
      this.#opening = undefined;
    }
    this.#shared.accounting.began(exchange);
    const held = exchange.extras?.held;
    if (held !== undefined) this.#holdBack(held);
    else this.#send(exchange, exchange.wire.length, true);
  }

  expire(nowNs: number): void {
    if (this.#dial !== undefined) {
      const failure = this.#dial.late();
      this.#dial.cancel();
      return this.#openingFailed(failure);
    }
    if (this.#state === "greeting") return this.#openingFailed(this.#unsupported("no SETTINGS"));
    this.deadlineNs = Number.POSITIVE_INFINITY;
    for (const exchange of this.#heldHeads) {
      if (exchange.deadlineNs > nowNs) this.#await(exchange.deadlineNs);
      else this.#dropHeld(exchange, new Failure("HF_TIMEOUT", sentTo(exchange)));
    }
    for (const stream of this.streams.all()) {
      if (stream.deadlineNs > nowNs) this.#await(stream.deadlineNs);
      else this.fail(stream, lateness(stream, nowNs), "CANCEL");
    }
  }

  /** Gives the exchange up, if it is on this connection. */
  abort(exchange: Exchange, failure: Failure): void {
    this.#dropHeld(exchange, failure);
    for (const stream of this.streams.all()) {
      if (stream.exchange === exchange) this.fail(stream, failure, "CANCEL");
    }
  }

  /** Ends the connection in whatever state it is. */
  close(failure: Failure): void {
    if (this.#state === "opening" || this.#state === "greeting") {
      this.#dial?.cancel();
      return this.#openingFailed(failure);
    }
    this.#end(failure, "NO_ERROR");
  }

  flush(): void {
    this.#out?.flush();
  }

  arrived(then: () => void): void {
    if (this.#out === undefined || this.#state === "closed") return then();
    const opaque = String(++this.#pingCount)
      .padStart(8, "0")
      .slice(-8);
    this.#pings.set(opaque, then);
    this.#out.frames.ping(opaque, false);
    this.#out.flush();
  }

  /** The server has greeted. */
  ready(): void {
    this.#state = "open";
    this.deadlineNs = Number.POSITIVE_INFINITY;
    this.#pool.opened(this);
  }

  changed(): void {
    this.#pool.serve();
  }

  pong(opaque: string): void {
    const then = this.#pings.get(opaque);
    this.#pings.delete(opaque);
    then?.();
  }

  progressed(stream: Stream): void {
    const { exchange } = stream;
    stream.deadlineNs = Math.min(this.readNs + exchange.route.timeouts.body, exchange.deadlineNs);
    this.#await(stream.deadlineNs);
  }

  wasReset(stream: Stream, code: number): void {
    const name = errorName(code);
    const refused = name === "REFUSED_STREAM";
    this.fail(
      stream,
      new Failure(
        refused ? "HF_HTTP2_REFUSED" : "HF_HTTP2_STREAM",
        `${name}, ${sentTo(stream.exchange)}`,
      ),
    );
  }

  /** What the server has not begun goes elsewhere once, when it leaves in peace; else it has certainly failed. */
  goaway(lastId: number, code: number): void {
    this.#leave();
    for (const exchange of this.#heldHeads) {
      this.#dropHeld(exchange, new Failure("HF_HTTP2_GOAWAY", errorName(code)));
    }
    for (const stream of this.streams.all()) {
      if (stream.id <= lastId) continue;
      this.#forget(stream);
      if (code === 0 && mayBeSentAgain(stream.exchange, true)) this.#pool.retry(stream.exchange);
      else this.#settle(stream.exchange, new Failure("HF_HTTP2_GOAWAY", errorName(code)));
    }
    this.#endIfDone();
  }

  /** HOT. Of its text what stands before `upTo`; `isLast`: nothing follows. */
  #send(exchange: Exchange, upTo: number, isLast: boolean): Stream {
    const id = this.nextId;
    this.nextId += 2;
    const source = exchange.extras?.source;
    const ends = isLast && (source === undefined || source instanceof Uint8Array);
    const stream = new Stream(id, exchange, this.#peer.windowBytes, ends);
    this.streams.add(stream);
    if (this.nextId > STREAM_ID_MAX) this.#leave();
    const headersNs = exchange.startNs + exchange.route.timeouts.headers;
    stream.deadlineNs = ends ? Math.min(headersNs, exchange.deadlineNs) : exchange.deadlineNs;
    this.#await(stream.deadlineNs);
    this.#writer.request(stream, upTo);
    if (source !== undefined && !ends) this.#pump(stream, source as AsyncIterable<Uint8Array>);
    return stream;
  }

  #pump(stream: Stream, source: AsyncIterable<Uint8Array>): void {
    void pumpBody(stream, source, this.#writer).catch((thrown: unknown) => {
      if (stream.isOver) return;
      stream.exchange.extra.thrown = thrown;
      this.fail(stream, new Failure("HF_BODY_SOURCE"), "CANCEL");
    });
  }

  /** The end of the request, or all of it, follows when the race is released. */
  #holdBack(held: HeldBack): void {
    const { exchange } = held;
    held.gathering = this;
    if (held.hold === "head") {
      this.#heldHeads.add(exchange);
      this.#await(exchange.deadlineNs);
      held.ready(
        () => this.#heldHeads.delete(exchange) && this.#send(exchange, exchange.wire.length, true),
        () => undefined,
      );
      return;
    }
    const { wire, encoding } = exchange;
    const isBare = wire.endsWith("\r\n\r\n");
    const rest = isBare ? "" : held.tail;
    const stream = this.#send(exchange, wire.length - rest.length, false);
    held.ready(
      () => {
        stream.isLast = true;
        this.#writer.body(stream, Buffer.from(rest, encoding));
      },
      () => {
        const headersNs = exchange.startNs + exchange.route.timeouts.headers;
        stream.deadlineNs = Math.min(headersNs, exchange.deadlineNs);
        this.#await(stream.deadlineNs);
      },
    );
  }

  /** HOT. */
  #read(length: number, buffer: Buffer): boolean {
    this.readNs = this.#shared.clock.nowNs();
    try {
      this.#reader?.read(buffer, length);
    } catch (error) {
      if (!(error instanceof ConnectionError)) throw error;
      this.#broke(error);
    }
    return this.#state !== "closed";
  }

  #greet(socket: Socket, times: OpeningTimesNs): void {
    this.#dial = undefined;
    this.#socket = socket;
    const { origin } = this.#pool;
    socket.on("error", (error) => this.#lost(brokenFailure(error, origin.url)));
    socket.on("end", () => this.#lost(new Failure("HF_TCP_CLOSED", origin.url)));
    socket.on("close", () => this.#lost(new Failure("HF_TCP_CLOSED", origin.url)));
    this.#state = "greeting";
    if (origin.secure && (socket as TLSSocket).alpnProtocol !== "h2") {
      return this.#openingFailed(this.#unsupported("it did not choose h2"));
    }
    this.#opening = times;
    const out = new Outgoing(this.#shared, this.#pool.encoder, this.#peer, socket);
    this.#out = out;
    this.#reader = new FrameReader(new Incoming(this, out, this.#peer));
    out.frames.preface();
    out.frames.settings([
      [SETTING.enablePush, 0],
      [SETTING.initialWindowSize, STREAM_WINDOW_BYTES],
    ]);
    out.frames.windowUpdate(0, CONNECTION_WINDOW_BYTES - FIRST_WINDOW_BYTES);
    out.flush();
  }

  #openingFailed(failure: Failure): void {
    if (this.#state === "closed") return;
    this.#dial = undefined;
    this.#state = "closed";
    this.#drop("NO_ERROR");
    this.#pool.openingFailed(this, failure);
  }

  /** The server broke the rules. */
  #broke(error: ConnectionError): void {
    if (this.#state === "greeting") return this.#openingFailed(this.#unsupported(error.message));
    this.#end(new Failure("HF_HTTP2_CONNECTION", error.message), error.code);
  }

  /** The connection is gone. What nobody has answered may be a mere race with an idle timeout. */
  #lost(failure: Failure): void {
    if (this.#state === "greeting") return this.#openingFailed(this.#unsupported(failure.message));
    this.#end(failure, "NO_ERROR");
  }

  #end(failure: Failure, code: ErrorName): void {
    if (this.#state === "closed") return;
    const aborted = failure.code === "HF_ABORTED";
    this.#state = "closed";
    const left = this.streams.all();
    const unwritten = this.#writer.unsent();
    this.#drop(code);
    this.#pool.closed(this);
    for (const exchange of this.#heldHeads) this.#dropHeld(exchange, failure);
    for (const stream of left) {
      const { exchange } = stream;
      const untaken = unwritten.has(exchange);
      this.#forget(stream);
      const raced = this.#used && stream.head === NO_HEAD && failure.rule === RULE.connectionLost;
      if (!aborted && (untaken || raced) && mayBeSentAgain(exchange, untaken)) {
        this.#pool.retry(exchange);
      } else {
        exchange.head = stream.head;
        this.#settle(
          exchange,
          untaken ? new Failure("HF_ABORTED_UNSENT", failure.message) : failure,
        );
      }
    }
  }

  #drop(code: ErrorName): void {
    this.#reader?.stop();
    this.#shared.deadlines.remove(this);
    this.#out?.close(code);
    this.#socket?.destroy();
    for (const then of this.#pings.values()) then();
    this.#pings.clear();
  }

  /** HOT. The answer is whole. */
  finish(stream: Stream): void {
    const failure = stream.finish();
    if (failure !== undefined) return this.fail(stream, failure, "PROTOCOL_ERROR");
    const { exchange } = stream;
    exchange.endNs = this.readNs;
    this.#used = true;
    this.#forget(stream);
    if (!stream.isSent) {
      // An answer before the request's end: the rest is not wanted.
      this.#writer.frames.rstStream(stream.id, "CANCEL");
      this.#writer.soon();
      exchange.sentNs = exchange.firstNs;
    }
    if (this.busy === 0) this.#pool.rest(this);
    this.#pool.serve();
    exchange.session.ended(exchange);
    this.#endIfDone();
  }

  /** Ends one exchange; the server is told, where it is not it who ended it. */
  fail(stream: Stream, failure: Failure, reset?: ErrorName): void {
    if (stream.isOver) return;
    this.#forget(stream);
    if (reset !== undefined) {
      this.#writer.frames.rstStream(stream.id, reset);
      this.#writer.soon();
    }
    const { exchange } = stream;
    exchange.head = stream.head;
    this.#pool.serve();
    this.#settle(exchange, failure);
    this.#endIfDone();
  }

  #dropHeld(exchange: Exchange, failure: Failure): void {
    if (this.#heldHeads.delete(exchange)) this.#settle(exchange, failure);
  }

  #settle(exchange: Exchange, failure: Failure): void {
    const held = exchange.extras?.held;
    const why = held === undefined ? failure : held.failure(failure);
    held?.stop();
    endWith(exchange, why, this.#shared.clock.nowNs());
  }

  #forget(stream: Stream): void {
    stream.isOver = true;
    this.streams.remove(stream);
    this.#writer.forget(stream);
    stream.exchange.extras?.held?.stop();
    stream.onDrained?.();
  }

  #leave(): void {
    if (this.#state !== "open") return;
    this.#state = "leaving";
    this.#pool.retired(this);
  }

  #endIfDone(): void {
    if (this.#state === "leaving" && this.busy === 0) {
      this.#end(new Failure("HF_TCP_CLOSED", this.#pool.origin.url), "NO_ERROR");
    }
  }

  /** HOT. */
  #await(deadlineNs: number): void {
    if (deadlineNs >= this.deadlineNs) return;
    this.deadlineNs = deadlineNs;
    this.#shared.deadlines.tighten(deadlineNs);
  }

  #unsupported(why: string): Failure {
    return new Failure("HF_HTTP2_UNSUPPORTED", `${this.#pool.origin.url}: ${why}`);
  }

  /** There from the greeting on. */
  get #writer(): Outgoing {
    return this.#out as Outgoing;
  }
}

function lateness({ exchange, head }: Stream, nowNs: number): Failure {
  const part = head === NO_HEAD ? "HF_TIMEOUT_HEADERS" : "HF_TIMEOUT_BODY";
  return new Failure(nowNs >= exchange.deadlineNs ? "HF_TIMEOUT" : part, sentTo(exchange));
}

function sentTo({ route }: Exchange): string {
  return `${route.method} ${route.url}`;
}
