/**
 * One keep-alive connection: the state machine between a socket and the exchange that is using it. This is the
 * callback core; promises are made above it.
 *
 *   state      event                            next        what happens
 *   opening    open                             idle        the pool hands over whoever waits longest
 *   opening    failure, too late                closed      the pool fails whoever waits longest
 *   idle       start(exchange)                  busy        invoke, write
 *   idle       bytes, end, error                closed      nobody's answer: the pool forgets the connection
 *   busy       answer whole, may be kept        idle        back to the pool, then the exchange is settled
 *   busy       answer whole, not to be kept     closed      the exchange is settled
 *   busy       malformed, too late, given up    closed      the exchange ends with the failure
 *   busy       end or error before any byte     closed      sent again once where that is safe, else as above
 *   busy       end or error later               closed      a body without a length is whole, else cut
 *   closed     anything                         closed      nothing
 *
 * An answer may be whole before the request is: then the rest is not sent, and the connection is not kept.
 */
import type { Socket } from "node:net";
import { NS_PER_S } from "../../base/units.ts";
import { BodyWriter } from "./body-writer.ts";
import type { ClientFamily } from "./client-family.ts";
import type { Expiring } from "./deadlines.ts";
import { Dial } from "./dial.ts";
import { endWith, type Exchange, type OpeningTimesNs } from "./exchange.ts";
import { Failure } from "./failures.ts";
import { NO_HEAD } from "./head.ts";
import { KEEP_ALIVE_MARGIN_NS } from "./limits.ts";
import type { HeldBack } from "./held-back.ts";
import type { Taker } from "./inbox.ts";
import type { OriginPool } from "./origin-pool.ts";
import type { ResponseParser } from "./parser.ts";
import { mayBeSentAgain } from "./retry.ts";
import type { Shared } from "./shared.ts";
import { brokenFailure } from "./socket-errors.ts";

export class Connection implements Expiring, Taker {
  deadlineNs: number = Number.POSITIVE_INFINITY;
  deadlineIndex = -1;
  readonly #pool: OriginPool;
  readonly #family: ClientFamily;
  readonly #shared: Shared;
  #state: "opening" | "idle" | "busy" | "closed" = "opening";
  #dial: Dial | undefined;
  #socket: Socket | undefined;
  #exchange: Exchange | undefined;
  #parser: ResponseParser | undefined;
  #writer: BodyWriter | HeldBack | undefined;
  /** How long opening took; whoever is first to use the connection takes it. */
  #opening: OpeningTimesNs | undefined;
  /** True once an answer has come: from then on the server may close it at any time. */
  #used = false;
  /** The write failed at once: no byte of the request was taken. */
  #untaken = false;
  #bestBeforeNs: number = Number.POSITIVE_INFINITY;

  constructor(pool: OriginPool, family: ClientFamily) {
    this.#pool = pool;
    this.#family = family;
    this.#shared = family.shared;
  }

  open(timeoutNs: number): void {
    const { clock, deadlines } = this.#shared;
    this.deadlineNs = clock.nowNs() + timeoutNs;
    deadlines.add(this);
    this.#dial = new Dial({
      origin: this.#pool.origin,
      family: this.#family,
      onRead: (bytes) => this.#read(bytes),
      onOpen: (socket, times) => this.#opened(socket, times),
      onFailure: (failure) => this.#openingFailed(failure),
    });
  }

  /** HOT. False when the server is about to close it, by its own word; then it is closed from here. */
  usable(nowNs: number): boolean {
    if (nowNs < this.#bestBeforeNs) return true;
    this.#close();
    return false;
  }

  /** HOT. Sends the request; gives the time when it was sent. The connection must be idle. */
  start(exchange: Exchange, nowNs: number): number {
    const { clock, accounting, deadlines } = this.#shared;
    const socket = this.#socket as Socket;
    this.#state = "busy";
    this.#exchange = exchange;
    exchange.state = "sent";
    exchange.attempts += 1;
    if (exchange.attempts === 1) exchange.startNs = nowNs;
    if (this.#opening !== undefined) this.#tellOpening(exchange);
    accounting.began(exchange);
    const held = exchange.extras?.held;
    const wire = held === undefined ? exchange.wire : held.lead;
    socket.write(wire, exchange.encoding);
    this.#untaken = socket.errored !== null;
    exchange.bytesSent += wire.length;
    const sentNs = clock.nowNs();
    exchange.sentNs = sentNs;
    const { timeouts } = exchange.route;
    this.deadlineNs = Math.min(nowNs + timeouts.headers, exchange.deadlineNs);
    if (exchange.extras?.source !== undefined) this.#sendSource(exchange, socket);
    if (held !== undefined) this.#holdBack(held, socket);
    deadlines.tighten(this.deadlineNs);
    return sentNs;
  }

  expire(nowNs: number): void {
    const dial = this.#dial;
    if (dial !== undefined) {
      const failure = dial.late();
      dial.cancel();
      this.#openingFailed(failure);
      return;
    }
    const exchange = this.#exchange;
    if (exchange === undefined) return;
    const { head } = this.#parser ?? { head: NO_HEAD };
    const part = head === NO_HEAD ? "HF_TIMEOUT_HEADERS" : "HF_TIMEOUT_BODY";
    this.#broke(new Failure(nowNs >= exchange.deadlineNs ? "HF_TIMEOUT" : part, sentTo(exchange)));
  }

  /** Gives the exchange up, if it is on this connection. */
  abort(exchange: Exchange, failure: Failure): void {
    if (this.#exchange === exchange) this.#broke(failure);
  }

  /** Ends the connection in whatever state it is. */
  close(failure: Failure): void {
    if (this.#dial === undefined) return this.#broke(failure);
    this.#dial.cancel();
    this.#openingFailed(failure);
  }

  #tellOpening(exchange: Exchange): void {
    exchange.extra.opening = this.#opening;
    this.#opening = undefined;
  }

  #sendSource(exchange: Exchange, socket: Socket): void {
    this.deadlineNs = exchange.deadlineNs;
    this.#writer = new BodyWriter(
      socket,
      exchange,
      () => {
        const nowNs = this.#shared.clock.nowNs();
        if (this.#exchange !== exchange || exchange.firstNs !== 0) return;
        exchange.sentNs = nowNs;
        this.deadlineNs = Math.min(nowNs + exchange.route.timeouts.headers, exchange.deadlineNs);
        this.#shared.deadlines.tighten(this.deadlineNs);
      },
      (thrown) => {
        exchange.extra.thrown = thrown;
        this.abort(exchange, new Failure("HF_BODY_SOURCE"));
      },
    );
  }

  /** The end of the request follows when the race is released. */
  #holdBack(held: HeldBack, socket: Socket): void {
    const { exchange } = held;
    this.#writer = held;
    this.deadlineNs = exchange.deadlineNs;
    held.ready(
      () => socket.write(held.tail, exchange.encoding),
      () => {
        if (this.#exchange !== exchange) return;
        const headersNs = exchange.sentNs + exchange.route.timeouts.headers;
        this.deadlineNs = Math.min(headersNs, exchange.deadlineNs);
        this.#shared.deadlines.tighten(this.deadlineNs);
      },
    );
  }

  #opened(socket: Socket, times: OpeningTimesNs): void {
    this.#dial = undefined;
    this.#socket = socket;
    this.#opening = times;
    this.#state = "idle";
    this.deadlineNs = Number.POSITIVE_INFINITY;
    socket.on("end", () => this.#ended());
    socket.on("close", () => this.#ended());
    socket.on("error", (error) => this.#lost(brokenFailure(error, this.#pool.origin.url)));
    this.#pool.opened(this);
  }

  #openingFailed(failure: Failure): void {
    this.#dial = undefined;
    this.#state = "closed";
    this.#shared.deadlines.remove(this);
    this.#pool.openingFailed(this, failure);
  }

  /** HOT. The kernel has put so many bytes into the read buffer. */
  #read(bytes: number): boolean {
    const { clock, inbox, outbox } = this.#shared;
    const nowNs = clock.nowNs();
    // Before the outbox: the one is emptied before the other.
    const isKept = this.#exchange !== undefined && inbox.keep(this, bytes, nowNs);
    outbox.open();
    if (!isKept) {
      inbox.empty();
      this.take(0, bytes, nowNs);
    }
    return this.#state !== "closed";
  }

  /** HOT. `[from, to)` of the read buffer came at `nowNs`. */
  take(from: number, to: number, nowNs: number): void {
    const exchange = this.#exchange;
    if (exchange === undefined) return this.#close();
    exchange.bytesReceived += to - from;
    const parser = this.#parser ?? this.#beginAnswer(exchange);
    const at = parser.read(this.#shared.readBuffer.all, from, to);
    if (exchange.firstNs === 0) exchange.firstNs = nowNs;
    if (parser.state === "done") {
      this.#answered(exchange, parser, nowNs, at === to);
    } else if (parser.failure !== undefined) {
      this.#broke(parser.failure);
    } else if (parser.head !== NO_HEAD) {
      const { timeouts } = exchange.route;
      this.deadlineNs = Math.min(nowNs + timeouts.body, exchange.deadlineNs);
      this.#shared.deadlines.tighten(this.deadlineNs);
    }
  }

  #beginAnswer({ route }: Exchange): ResponseParser {
    const parser = this.#shared.borrowParser();
    parser.begin(route.method === "HEAD", route.keepBody, route.responseBytesMax, route.memo);
    this.#parser = parser;
    return parser;
  }

  /** HOT. `clean`: nothing came after the answer. */
  #answered(exchange: Exchange, parser: ResponseParser, nowNs: number, clean: boolean): void {
    const { head } = parser;
    exchange.head = head;
    exchange.text = parser.text;
    exchange.bytes = parser.bytes;
    exchange.endNs = nowNs;
    this.#exchange = undefined;
    this.#parser = undefined;
    this.#shared.giveBackParser(parser);
    this.#used = true;
    let keep = clean && parser.keepAlive && head.keepAliveRequests > 0;
    if (exchange.extras?.closes === true) keep = false;
    if (this.#writer !== undefined) keep = this.#endSource(exchange, keep);
    if (keep) {
      this.#state = "idle";
      this.deadlineNs = Number.POSITIVE_INFINITY;
      if (head.keepAliveSeconds !== Number.POSITIVE_INFINITY) {
        this.#bestBeforeNs = bestBefore(nowNs, head.keepAliveSeconds);
      }
      this.#pool.release(this);
    } else {
      this.#close();
    }
    exchange.session.ended(exchange);
  }

  /** After an early answer the connection is of no more use: the server still waits for the rest of the body. */
  #endSource(exchange: Exchange, keep: boolean): boolean {
    const sent = this.#writer?.isSent === true;
    this.#writer?.stop();
    this.#writer = undefined;
    if (!sent) exchange.sentNs = exchange.firstNs;
    return keep && sent;
  }

  /** The server ended the connection in order. */
  #ended(): void {
    this.#shared.inbox.empty();
    const parser = this.#parser;
    if (parser === undefined || this.#exchange === undefined) {
      return this.#lost(new Failure("HF_TCP_CLOSED", this.#pool.origin.url));
    }
    parser.end();
    if (parser.state === "done") {
      this.#answered(this.#exchange, parser, this.#shared.clock.nowNs(), false);
    } else {
      this.#broke(parser.failure ?? new Failure("HF_ANSWER_CUT"));
    }
  }

  /** The connection is gone. Before the first byte of an answer that may be a mere race with an idle timeout. */
  #lost(failure: Failure): void {
    this.#shared.inbox.empty();
    const exchange = this.#exchange;
    const race = this.#used && this.#parser === undefined;
    if (exchange === undefined || !race || !mayBeSentAgain(exchange, this.#untaken)) {
      return this.#broke(failure);
    }
    this.#exchange = undefined;
    this.#close();
    this.#pool.retry(exchange);
  }

  /** Ends the exchange under way, if any, with a failure, and closes the connection. */
  #broke(failure: Failure): void {
    const exchange = this.#exchange;
    const parser = this.#parser;
    const why = exchange?.extras?.held?.failure(failure) ?? failure;
    this.#exchange = undefined;
    this.#parser = undefined;
    if (parser !== undefined) {
      if (exchange !== undefined) exchange.head = parser.head;
      this.#shared.giveBackParser(parser);
    }
    this.#close();
    if (exchange !== undefined) endWith(exchange, why, this.#shared.clock.nowNs());
  }

  #close(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#writer?.stop();
    this.#shared.deadlines.remove(this);
    this.#socket?.destroy();
    this.#pool.closed(this);
  }
}

/** Not used for the last second that the server promised, or half of it when it promised less than two. */
function bestBefore(nowNs: number, seconds: number): number {
  const keptNs = seconds * NS_PER_S;
  return nowNs + keptNs - Math.min(KEEP_ALIVE_MARGIN_NS, keptNs / 2);
}

function sentTo({ route }: Exchange): string {
  return `${route.method} ${route.url}`;
}
