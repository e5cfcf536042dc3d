/**
 * The HTTP/2 connections to one origin: mostly a single one, since it carries many requests at once. Another is opened
 * only where the client may have more, and every open one is at work. A request goes where the fewest are; when all
 * streams that the server allows are taken, it waits: first come, first served.
 */
import type { ClientFamily } from "../http1/client-family.ts";
import type { Expiring } from "../http1/deadlines.ts";
import { endWith, type Exchange } from "../http1/exchange.ts";
import { Failure } from "../http1/failures.ts";
import { Fifo } from "../http1/fifo.ts";
import { WAITING_MAX } from "../http1/limits.ts";
import type { Origin } from "../http1/origin.ts";
import type { Shared } from "../http1/shared.ts";
import { Http2Connection } from "./connection.ts";
import { HeaderEncoder } from "./header-encoder.ts";

export class Http2Pool implements Expiring {
  readonly origin: Origin;
  /** Of whoever must be served first; Infinity while nobody waits. */
  deadlineNs: number = Number.POSITIVE_INFINITY;
  deadlineIndex = -1;
  /** One for all: their requests are alike. */
  readonly encoder: HeaderEncoder;
  readonly #family: ClientFamily;
  readonly #shared: Shared;
  readonly #connectionsMax: number;
  /** Those that take requests; one that is going away has left already. */
  readonly #open: Http2Connection[] = [];
  /** Those of them that have nothing to do, the last one first. May name some that have found work since. */
  readonly #resting: Http2Connection[] = [];
  readonly #all = new Set<Http2Connection>();
  #opening = 0;
  readonly #waiting = new Fifo<Exchange>();
  #closed = false;

  constructor(origin: Origin, family: ClientFamily, connectionsMax: number) {
    this.origin = origin;
    this.encoder = new HeaderEncoder(origin.secure);
    this.#family = family;
    this.#shared = family.shared;
    this.#connectionsMax = connectionsMax;
  }

  /** HOT. Sends the request now, or as soon as a stream is free. */
  send(exchange: Exchange): void {
    const nowNs = this.#shared.clock.nowNs();
    const connection = this.#emptiest();
    if (connection === undefined) return this.#wait(exchange, nowNs);
    if (connection.busy > 0) this.#openAnother(exchange);
    connection.start(exchange, nowNs);
  }

  /** Gives one exchange up, wherever it is. */
  abort(exchange: Exchange): void {
    if (exchange.state === "queued") this.#fail(exchange, new Failure("HF_ABORTED_UNSENT"));
    else if (exchange.state === "sent") {
      for (const connection of this.#all) connection.abort(exchange, new Failure("HF_ABORTED"));
    }
  }

  /** A connection is open, and takes requests. */
  opened(connection: Http2Connection): void {
    this.#opening -= 1;
    this.#open.push(connection);
    this.serve();
  }

  /** It was to serve all who wait: unless there is another, all of them learn of the failure. */
  openingFailed(connection: Http2Connection, failure: Failure): void {
    this.#opening -= 1;
    this.#all.delete(connection);
    if (this.#open.length > 0) return;
    for (let left = this.#waiting.size; left > 0; left--) {
      const exchange = this.#next();
      if (exchange !== undefined) this.#fail(exchange, failure);
    }
  }

  /** HOT. A connection has answered all that it was asked. */
  rest(connection: Http2Connection): void {
    if (this.#resting.length < this.#open.length) this.#resting.push(connection);
  }

  /** HOT. A stream is free, or the server allows more of them. */
  serve(): void {
    while (this.#waiting.size > 0) {
      const connection = this.#emptiest();
      if (connection === undefined) return this.#refuseRacers();
      const exchange = this.#next();
      if (exchange === undefined) return;
      connection.start(exchange, this.#shared.clock.nowNs());
    }
  }

  /** It takes no more requests; those that it has it may still answer. */
  retired(connection: Http2Connection): void {
    const index = this.#open.indexOf(connection);
    if (index >= 0) this.#open.splice(index, 1);
    this.#openForWaiting();
  }

  /** An open connection is no more. */
  closed(connection: Http2Connection): void {
    this.#all.delete(connection);
    this.retired(connection);
  }

  /** Sends again what the server has certainly not seen, or what may be sent twice. */
  retry(exchange: Exchange): void {
    exchange.state = "queued";
    this.send(exchange);
  }

  /** The whole deadlines of those who wait. */
  expire(nowNs: number): void {
    const late: Exchange[] = [];
    this.deadlineNs = Number.POSITIVE_INFINITY;
    this.#waiting.keep((exchange) => {
      if (exchange.state !== "queued") return false;
      if (exchange.deadlineNs <= nowNs) return late.push(exchange) === 0;
      this.deadlineNs = Math.min(this.deadlineNs, exchange.deadlineNs);
      return true;
    });
    if (this.deadlineNs === Number.POSITIVE_INFINITY) this.#shared.deadlines.remove(this);
    for (const exchange of late) {
      this.#fail(exchange, new Failure("HF_TIMEOUT_UNSENT", this.origin.url));
    }
  }

  close(): void {
    this.#closed = true;
    for (const connection of this.#all) connection.close(new Failure("HF_ABORTED", CLOSED));
    this.#shared.deadlines.remove(this);
    for (;;) {
      const exchange = this.#next();
      if (exchange === undefined) return;
      this.#fail(exchange, new Failure("HF_ABORTED_UNSENT", CLOSED));
    }
  }

  /** HOT. */
  #emptiest(): Http2Connection | undefined {
    for (;;) {
      const resting = this.#resting.pop();
      if (resting === undefined) break;
      if (resting.busy === 0 && resting.hasRoom) return resting;
    }
    let best: Http2Connection | undefined;
    for (const connection of this.#open) {
      if (!connection.hasRoom) continue;
      if (best === undefined || connection.busy < best.busy) best = connection;
    }
    return best;
  }

  #wait(exchange: Exchange, nowNs: number): void {
    const { extra } = exchange;
    if (extra.queuedNs === 0) extra.queuedNs = nowNs;
    if (extra.deadlineNs === 0) extra.deadlineNs = nowNs + exchange.route.timeouts.whole;
    if (this.#closed) return this.#fail(exchange, new Failure("HF_ABORTED_UNSENT", CLOSED));
    if (this.#waiting.size >= WAITING_MAX) {
      return this.#fail(exchange, new Failure("HF_QUEUE_FULL", `${WAITING_MAX} already do`));
    }
    this.#waiting.push(exchange);
    this.deadlineNs = Math.min(this.deadlineNs, exchange.deadlineNs);
    if (this.deadlineIndex < 0) this.#shared.deadlines.add(this);
    else this.#shared.deadlines.tighten(this.deadlineNs);
    this.#openForWaiting();
    if (extra.held !== undefined) this.#refuseRacers();
  }

  /** Racers cannot wait for each other's streams: none would be released before the last has one. */
  #refuseRacers(): void {
    if (this.#open.length === 0) return;
    this.#waiting.keep((exchange) => {
      const isRacer = exchange.state === "queued" && exchange.extras?.held !== undefined;
      if (isRacer) this.#fail(exchange, new Failure("HF_RACE_UNRELEASED", TOO_FEW_STREAMS));
      return exchange.state === "queued";
    });
  }

  /** The first that still waits: those given up meanwhile are passed over. */
  #next(): Exchange | undefined {
    for (;;) {
      const exchange = this.#waiting.shift();
      if (exchange === undefined || exchange.state === "queued") return exchange;
    }
  }

  #openForWaiting(): void {
    const { first } = this.#waiting;
    if (first !== undefined) this.#openAnother(first);
  }

  /** One at a time: the next request may find a stream on the one that is about to open. */
  #openAnother({ route }: Exchange): void {
    if (this.#closed || this.#opening > 0 || this.#open.length >= this.#connectionsMax) return;
    const connection = new Http2Connection(this, this.#family);
    this.#opening += 1;
    this.#all.add(connection);
    connection.open(route.timeouts.connect);
  }

  /** Ends an exchange that is on no connection. */
  #fail(exchange: Exchange, failure: Failure): void {
    endWith(exchange, failure, this.#shared.clock.nowNs());
  }
}

const TOO_FEW_STREAMS = "the server allows fewer streams than there are racers";
const CLOSED = "the client was closed";
