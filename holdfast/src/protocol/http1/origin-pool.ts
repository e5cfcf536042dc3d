/**
 * The connections to one origin, of one virtual user or of a whole thread, and the queue of those who wait for one:
 * first come, first served. The connection used last is used next, so that a quiet pool lets the others grow cold.
 *
 * Invariant: while anybody waits, as many connections are open or opening as there may be, or as there are waiting.
 */
import type { ClientFamily } from "./client-family.ts";
import { Connection } from "./connection.ts";
import type { Expiring } from "./deadlines.ts";
import { endWith, type Exchange } from "./exchange.ts";
import { Failure } from "./failures.ts";
import { Fifo } from "./fifo.ts";
import { WAITING_MAX } from "./limits.ts";
import type { Origin } from "./origin.ts";
import type { Sender } from "./outbox.ts";
import type { Shared } from "./shared.ts";

export class OriginPool implements Expiring, Sender {
  readonly origin: Origin;
  /** Of whoever must be served first; Infinity while nobody waits. */
  deadlineNs: number = Number.POSITIVE_INFINITY;
  deadlineIndex = -1;
  readonly #family: ClientFamily;
  readonly #shared: Shared;
  readonly #all: Connection[] = [];
  readonly #idle: Connection[] = [];
  #opening = 0;
  #waiting: Fifo<Exchange> | undefined;
  #closed = false;

  constructor(origin: Origin, family: ClientFamily) {
    this.origin = origin;
    this.#family = family;
    this.#shared = family.shared;
  }

  /** HOT. Sends the request in this turn of the event loop, or as soon as a connection is free. */
  send(exchange: Exchange): void {
    const { clock, outbox } = this.#shared;
    if (outbox.isOpen) outbox.add(this, exchange);
    else this.sendNow(exchange, clock.nowNs());
  }

  sendNow(exchange: Exchange, nowNs: number): number {
    for (;;) {
      const connection = this.#idle.pop();
      if (connection === undefined) break;
      if (connection.usable(nowNs)) return connection.start(exchange, nowNs);
    }
    this.#wait(exchange, nowNs);
    return nowNs;
  }

  /** Gives one exchange up, wherever it is. */
  abort(exchange: Exchange): void {
    if (exchange.state === "queued") {
      this.#fail(exchange, new Failure("HF_ABORTED_UNSENT"));
    } else if (exchange.state === "sent") {
      for (const connection of this.#all) connection.abort(exchange, new Failure("HF_ABORTED"));
    }
  }

  /** A connection is open, and free for the first time. */
  opened(connection: Connection): void {
    this.#opening -= 1;
    this.release(connection);
  }

  /** Whoever waits longest learns of the failure; the others have, or get, a try of their own. */
  openingFailed(connection: Connection, failure: Failure): void {
    this.#opening -= 1;
    this.#forget(connection);
    const exchange = this.#next();
    if (exchange !== undefined) this.#fail(exchange, failure);
    this.#openForWaiting();
  }

  /** HOT. The connection is free. */
  release(connection: Connection): void {
    const next = this.#waiting === undefined ? undefined : this.#next();
    if (next === undefined) this.#idle.push(connection);
    else connection.start(next, this.#shared.clock.nowNs());
  }

  /** An open connection is no more. */
  closed(connection: Connection): void {
    this.#forget(connection);
    const index = this.#idle.indexOf(connection);
    if (index >= 0) this.#idle.splice(index, 1);
    this.#openForWaiting();
  }

  /** Sends again what an old connection lost. */
  retry(exchange: Exchange): void {
    exchange.state = "queued";
    this.send(exchange);
  }

  /** The whole deadlines of those who wait. */
  expire(nowNs: number): void {
    const late: Exchange[] = [];
    this.deadlineNs = Number.POSITIVE_INFINITY;
    this.#waiting?.keep((exchange) => {
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
    for (const connection of this.#all.slice()) connection.close(new Failure("HF_ABORTED", CLOSED));
    this.#shared.deadlines.remove(this);
    for (;;) {
      const exchange = this.#next();
      if (exchange === undefined) return;
      this.#fail(exchange, new Failure("HF_ABORTED_UNSENT", CLOSED));
    }
  }

  #wait(exchange: Exchange, nowNs: number): void {
    const waiting = (this.#waiting ??= new Fifo());
    const { extra } = exchange;
    if (extra.queuedNs === 0) extra.queuedNs = nowNs;
    if (extra.deadlineNs === 0) extra.deadlineNs = nowNs + exchange.route.timeouts.whole;
    if (this.#closed) {
      return this.#fail(exchange, new Failure("HF_ABORTED_UNSENT", CLOSED));
    }
    if (waiting.size >= WAITING_MAX) {
      return this.#fail(exchange, new Failure("HF_QUEUE_FULL", `${WAITING_MAX} already do`));
    }
    waiting.push(exchange);
    this.deadlineNs = Math.min(this.deadlineNs, exchange.deadlineNs);
    if (this.deadlineIndex < 0) this.#shared.deadlines.add(this);
    else this.#shared.deadlines.tighten(this.deadlineNs);
    this.#openForWaiting();
  }

  /** The first that still waits: those given up meanwhile are passed over. */
  #next(): Exchange | undefined {
    for (;;) {
      const exchange = this.#waiting?.shift();
      if (exchange === undefined || exchange.state === "queued") return exchange;
    }
  }

  #openForWaiting(): void {
    const waiting = this.#waiting;
    if (waiting === undefined || this.#closed) return;
    const { connectionsMax } = this.#family.settings;
    while (this.#opening < waiting.size && this.#all.length < connectionsMax) {
      const connection = new Connection(this, this.#family);
      this.#opening += 1;
      this.#all.push(connection);
      connection.open(waiting.first?.route.timeouts.connect ?? 0);
    }
  }

  #forget(connection: Connection): void {
    const index = this.#all.indexOf(connection);
    const last = this.#all.pop();
    if (last !== undefined && last !== connection) this.#all[index] = last;
  }

  /** Ends an exchange that is on no connection. */
  #fail(exchange: Exchange, failure: Failure): void {
    endWith(exchange, failure, this.#shared.clock.nowNs());
  }
}

const CLOSED = "the client was closed";
