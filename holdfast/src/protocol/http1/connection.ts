/**
 * One keep-alive connection: the state machine between a socket and the exchange that is using it. This is the
 * callback core; promises are made above it.
 *
 *   state      event                            next        what happens
 *   opening    open                             idle        the pool hands over whoever waits longest
 *   opening    failure, too late                closed      the pool fails whoever waits longest
 *   idle       start(exchange)                  busy        invoke, write
 *   idle       bytes, end, error                closed      nobody's answer: the pool forgets the connection
 *   busy       answer whole, may be kept        idle        complete, count, back to the pool, settle
 *   busy       answer whole, not to be kept     closed      the same, without the pool
 *   busy       malformed, too late, aborted     closed      complete with the failure, settle
 *   busy       end or error before any byte     closed      retried once where that is safe, else as above
 *   busy       end or error later               closed      a body without a length is whole, else cut
 *   closed     anything                         closed      nothing
 */
import type { Socket } from "node:net";
import type { ClientFamily } from "./client-family.ts";
import type { Expiring } from "./deadlines.ts";
import { Dial } from "./dial.ts";
import type { Exchange, OpeningTimesNs } from "./exchange.ts";
import { Failure } from "./failures.ts";
import { NO_HEAD } from "./head.ts";
import { KEEP_ALIVE_MARGIN_NS } from "./limits.ts";
import type { OriginPool } from "./origin-pool.ts";
import type { ResponseParser } from "./parser.ts";
import type { Shared } from "./shared.ts";
import { brokenFailure } from "./socket-errors.ts";
import { NS_PER_S } from "../../base/units.ts";

export class Connection implements Expiring {
  state: "opening" | "idle" | "busy" | "closed" = "opening";
  deadlineNs: number;
  deadlineIndex = -1;
  readonly #pool: OriginPool;
  readonly #shared: Shared;
  #dial: Dial | undefined;
  #socket: Socket | undefined;
  #exchange: Exchange | undefined;
  #parser: ResponseParser | undefined;
  /** How long opening took; whoever is first to use the connection takes it. */
  #opening: OpeningTimesNs | undefined;
  /** True once an answer has come: from then on the server may close it at any time. */
  #used = false;
  /** The write failed at once: no byte of the request was taken. */
  #untaken = false;
  #bestBeforeNs: number = Number.POSITIVE_INFINITY;

  constructor(pool: OriginPool, family: ClientFamily, connectTimeoutNs: number) {
    const { shared } = family;
    this.#pool = pool;
    this.#shared = shared;
    this.deadlineNs = shared.clock.nowNs() + connectTimeoutNs;
    shared.deadlines.add(this);
    this.#dial = new Dial({
      origin: pool.origin,
      tls: family.settings.tls,
      clock: shared.clock,
      readBuffer: shared.readBuffer.bytes,
      onRead: (bytes, buffer) => this.#read(bytes, buffer),
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

  /** HOT. Sends the request. The connection must be idle. */
  start(exchange: Exchange, nowNs: number): void {
    const { clock, accounting } = this.#shared;
    const socket = this.#socket as Socket;
    this.state = "busy";
    this.#exchange = exchange;
    exchange.state = "sent";
    exchange.attempts += 1;
    if (this.#opening !== undefined) {
      exchange.opening = this.#opening;
      this.#opening = undefined;
    }
    if (exchange.attempts === 1) exchange.startNs = nowNs;
    accounting.began(exchange);
    const { wire } = exchange;
    socket.write(wire, exchange.encoding);
    exchange.bytesSent += wire.length;
    this.#untaken = socket.errored !== null;
    exchange.sentNs = clock.nowNs();
    const { timeouts } = exchange.route;
    this.deadlineNs = nowNs + Math.min(timeouts.headers, timeouts.whole);
    this.#shared.deadlines.tighten(this.deadlineNs);
  }

  expire(): void {
    const dial = this.#dial;
    if (dial !== undefined) {
      dial.cancel();
      this.#openingFailed(dial.late());
      return;
    }
    const { head = NO_HEAD } = this.#parser ?? {};
    this.#broke(new Failure(head !== NO_HEAD ? "HF_TIMEOUT_BODY" : "HF_TIMEOUT_HEADERS"));
  }

  /** Gives up what is under way. */
  abort(failure: Failure): void {
    if (this.state === "opening") this.#dial?.cancel();
    this.#broke(failure);
  }

  #opened(socket: Socket, times: OpeningTimesNs): void {
    this.#dial = undefined;
    this.#socket = socket;
    this.#opening = times;
    this.state = "idle";
    this.deadlineNs = Number.POSITIVE_INFINITY;
    socket.on("end", () => this.#ended());
    socket.on("close", () => this.#ended());
    socket.on("error", (error) => this.#lost(brokenFailure(error, this.#pool.origin.url)));
    this.#pool.opened(this);
  }

  #openingFailed(failure: Failure): void {
    this.#close();
    this.#pool.openingFailed(failure);
  }

  /** HOT. */
  #read(bytes: number, buffer: Buffer): boolean {
    const exchange = this.#exchange;
    if (exchange === undefined) {
      this.#close();
      return false;
    }
    exchange.bytesReceived += bytes;
    let parser = this.#parser;
    if (parser === undefined) {
      const { route } = exchange;
      parser = this.#shared.borrowParser();
      parser.begin(route.method === "HEAD", route.keepBody, route.responseBytesMax, route.memo);
      this.#parser = parser;
    }
    const at = parser.read(buffer, 0, bytes);
    const nowNs = this.#shared.clock.nowNs();
    if (exchange.firstNs === 0) exchange.firstNs = nowNs;
    if (parser.state === "done") {
      this.#answered(exchange, parser, nowNs, at === bytes);
    } else if (parser.failure !== undefined) {
      this.#broke(parser.failure);
    } else if (parser.head !== NO_HEAD) {
      this.#awaitBody(exchange, nowNs);
    }
    return this.state !== "closed";
  }

  #awaitBody(exchange: Exchange, nowNs: number): void {
    const { timeouts } = exchange.route;
    this.deadlineNs = Math.min(nowNs + timeouts.body, exchange.startNs + timeouts.whole);
    this.#shared.deadlines.tighten(this.deadlineNs);
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
    this.#used = true;
    const keep = clean && head.keepAlive && head.keepAliveRequests > 0;
    if (keep) {
      this.state = "idle";
      this.deadlineNs = Number.POSITIVE_INFINITY;
      if (head.keepAliveSeconds !== Number.POSITIVE_INFINITY) {
        this.#bestBeforeNs = bestBefore(nowNs, head.keepAliveSeconds);
      }
    }
    this.#shared.giveBackParser(parser);
    this.#pool.finished(exchange);
    if (keep) this.#pool.release(this);
    else this.#close();
    exchange.settle(exchange);
  }

  /** The server ended the connection in order. */
  #ended(): void {
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
    const exchange = this.#exchange;
    const race = this.#used && this.#parser === undefined;
    if (exchange === undefined || !race || !retriable(exchange, this.#untaken)) {
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
    this.#exchange = undefined;
    this.#parser = undefined;
    this.#close();
    if (exchange === undefined) return;
    if (parser !== undefined) {
      exchange.head = parser.head;
      this.#shared.giveBackParser(parser);
    }
    this.#pool.failed(exchange, failure);
  }

  #close(): void {
    if (this.state === "closed") return;
    this.state = "closed";
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

const SAFE: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);
const IDEMPOTENT: ReadonlySet<string> = new Set([...SAFE, "PUT", "DELETE", "TRACE"]);

/**
 * A second sending must not be able to do a second thing. Methods that are idempotent by RFC 9110 may be sent again;
 * but where the history records the request, only those without any effect: two effects of one operation, one before
 * and one after somebody else's, would look like the system's fault.
 */
function retriable(exchange: Exchange, untaken: boolean): boolean {
  if (exchange.attempts > 1) return false;
  if (untaken) return true;
  const methods = exchange.operation === undefined ? IDEMPOTENT : SAFE;
  return methods.has(exchange.route.method);
}
