/**
 * The connections to one origin, of one virtual user or of a whole thread, and the queue of those who wait for one:
 * first come, first served. The connection used last is used next, so that a quiet pool lets the others grow cold.
 */
import type { ClientFamily } from "./client-family.ts";
import { Connection } from "./connection.ts";
import type { Exchange } from "./exchange.ts";
import { Failure } from "./failures.ts";
import { Fifo } from "./fifo.ts";
import { WAITING_MAX } from "./limits.ts";
import type { Origin } from "./origin.ts";
import { Http1Response } from "./response.ts";
import type { Shared } from "./shared.ts";

export class OriginPool {
  readonly origin: Origin;
  readonly #family: ClientFamily;
  readonly #shared: Shared;
  readonly #all = new Set<Connection>();
  readonly #idle: Connection[] = [];
  #waiting: Fifo<Exchange> | undefined;

  constructor(origin: Origin, family: ClientFamily) {
    this.origin = origin;
    this.#family = family;
    this.#shared = family.shared;
  }

  /** HOT. Sends the request now, or as soon as a connection is free. */
  send(exchange: Exchange): void {
    const nowNs = this.#shared.clock.nowNs();
    for (;;) {
      const connection = this.#idle.pop();
      if (connection === undefined) return this.#wait(exchange, nowNs);
      if (connection.usable(nowNs)) return connection.start(exchange, nowNs);
    }
  }

  #wait(exchange: Exchange, nowNs: number): void {
    const waiting = (this.#waiting ??= new Fifo());
    exchange.queuedNs = nowNs;
    if (waiting.size >= WAITING_MAX) {
      return this.failed(exchange, new Failure("HF_QUEUE_FULL", `${WAITING_MAX} already do`));
    }
    waiting.push(exchange);
    this.#openFor(exchange);
  }

  #openFor(exchange: Exchange): void {
    if (this.#all.size >= this.#family.settings.connectionsMax) return;
    const connection = new Connection(this, this.#family, exchange.route.timeouts.connect);
    this.#all.add(connection);
  }

  opened(connection: Connection): void {
    this.release(connection);
  }

  /** Whoever waits longest learns of the failure; the others have, or get, a try of their own. */
  openingFailed(failure: Failure): void {
    const exchange = this.#waiting?.shift();
    if (exchange !== undefined) this.failed(exchange, failure);
  }

  /** HOT. The connection is free. */
  release(connection: Connection): void {
    const next = this.#waiting?.shift();
    if (next === undefined) this.#idle.push(connection);
    else connection.start(next, this.#shared.clock.nowNs());
  }

  closed(connection: Connection): void {
    this.#all.delete(connection);
    const index = this.#idle.indexOf(connection);
    if (index >= 0) this.#idle.splice(index, 1);
  }

  retry(exchange: Exchange): void {
    exchange.state = "queued";
    this.send(exchange);
  }

  failed(exchange: Exchange, failure: Failure): void {
    const nowNs = this.#shared.clock.nowNs();
    exchange.failure = failure;
    exchange.endNs = nowNs;
    if (exchange.startNs === 0) exchange.startNs = nowNs;
    if (exchange.sentNs === 0) exchange.sentNs = nowNs;
    if (exchange.firstNs === 0) exchange.firstNs = nowNs;
    this.finished(exchange);
    exchange.settle(exchange);
  }

  /** HOT. Records the end of an exchange. */
  finished(exchange: Exchange): void {
    exchange.wire = "";
    exchange.state = "settled";
    exchange.response = new Http1Response(exchange);
    this.#shared.accounting.completed(exchange);
    this.#shared.accounting.counted(exchange);
  }

  close(): void {
    const failure = new Failure("HF_ABORTED", "the client was closed");
    for (const connection of this.#all) connection.abort(failure);
    for (;;) {
      const exchange = this.#waiting?.shift();
      if (exchange === undefined) return;
      this.failed(exchange, new Failure("HF_ABORTED_UNSENT", "the client was closed"));
    }
  }
}
