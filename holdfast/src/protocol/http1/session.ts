/** What all views of one virtual user's client share: connections, cookies, who is acting. */
import { Buffer } from "node:buffer";
import type { Actor } from "../../record/recorder.ts";
import type { HttpResponse } from "../http.ts";
import type { ClientFamily } from "./client-family.ts";
import { CookieJar } from "./cookies.ts";
import { decodeBody } from "./decode-body.ts";
import type { Exchange } from "./exchange.ts";
import { Failure } from "./failures.ts";
import { headerOf, headerValues } from "./head-text.ts";
import type { Origin } from "./origin.ts";
import { openPool, type Pool } from "./pool.ts";
import { Http1Response } from "./response.ts";

export class Session {
  readonly family: ClientFamily;
  actor: Actor;
  /** Takes the first request of a racer; undefined for everybody else. */
  gate: ((exchange: Exchange) => void) | undefined = undefined;
  /** Undefined as long as no server has set a cookie. */
  jar: CookieJar | undefined;
  readonly #pools: Pool[] = [];
  readonly #racesWith: Session | "own" | undefined;

  /** `racesWith`: a racer's connections are its own, and HTTP/2 has one of them for all racers: the first one's. */
  constructor(family: ClientFamily, actor: Actor, racesWith?: Session | "own") {
    this.family = family;
    this.actor = actor;
    this.#racesWith = racesWith;
  }

  /** HOT. Sends what the author asked for, and promises its response. */
  ask(exchange: Exchange): Promise<HttpResponse> {
    const { actor } = this;
    exchange.intendedNs = actor.intendedNs;
    actor.intendedNs = Number.NaN;
    const promise = new Promise(keepResolve);
    exchange.resolve = keptResolve;
    if (this.gate !== undefined) this.gate(exchange);
    this.send(exchange);
    return promise;
  }

  /** The same, given up when the signal is aborted. */
  askUntil(exchange: Exchange, signal: AbortSignal): Promise<HttpResponse> {
    const abort = (): void => {
      let current = exchange;
      for (let next; (next = current.extras?.successor) !== undefined;) current = next;
      this.#pool(current.route.origin).abort(current);
    };
    const promise = this.ask(exchange);
    if (signal.aborted) abort();
    else {
      signal.addEventListener("abort", abort, { once: true });
      const forget = (): void => signal.removeEventListener("abort", abort);
      void promise.then(forget, forget);
    }
    return promise;
  }

  /** HOT. */
  send(exchange: Exchange): void {
    this.#pool(exchange.route.origin).send(exchange);
  }

  /** HOT. The connection, or the pool, is done with it. */
  ended(exchange: Exchange): void {
    const { head } = exchange;
    exchange.state = "settled";
    if (head.hasCookies) this.#takeCookies(exchange);
    if (head.hasContentEncoding && exchange.failure === undefined) this.#decode(exchange);
    const { extras } = exchange;
    if (extras?.chain?.follows(exchange) === true) {
      exchange.wire = "";
      return;
    }
    const response = new Http1Response(exchange);
    exchange.response = response;
    const { accounting } = this.family.shared;
    accounting.completed(exchange);
    exchange.wire = "";
    accounting.counted(exchange);
    if (extras?.thrown === undefined) exchange.resolve(response);
    else exchange.resolve(Promise.reject(extras.thrown));
  }

  close(): void {
    this.family.shared.sessions.delete(this);
    for (const pool of this.#pools) pool.close();
  }

  /** Takes the values of `set-cookie`; `date` is the answer's own. */
  keepCookies(
    lines: readonly string[],
    origin: Origin,
    path: string,
    date: string | undefined,
  ): void {
    const { settings, shared } = this.family;
    if (!settings.cookies) return;
    this.jar ??= new CookieJar();
    this.jar.take(lines, origin, path, date, shared.clock.nowNs());
  }

  #takeCookies(exchange: Exchange): void {
    const { text } = exchange.head;
    const { origin, path } = exchange.route;
    this.keepCookies(headerValues(text, "set-cookie"), origin, path, headerOf(text, "date"));
  }

  #decode(exchange: Exchange): void {
    const { head, route } = exchange;
    const body = exchange.bytes ?? Buffer.from(exchange.text, "latin1");
    if (body.length === 0) return;
    const encodings = headerValues(head.text, "content-encoding").join(",");
    const decoded = decodeBody(body, encodings, route.responseBytesMax);
    if (decoded instanceof Failure) exchange.failure = decoded;
    else exchange.bytes = decoded;
  }

  /** HOT. Most virtual users talk to one origin, hence a list. */
  #pool(origin: Origin): Pool {
    const isRacer = this.#racesWith !== undefined;
    if (this.family.settings.pool === "shared" && !isRacer) return this.family.sharedPool(origin);
    const first = this.#pools[0];
    if (first?.origin === origin) return first;
    for (const pool of this.#pools) if (pool.origin === origin) return pool;
    if (this.#pools.length === 0) this.family.shared.sessions.add(this);
    const pool = this.#openPool(origin);
    this.#pools.push(pool);
    return pool;
  }

  #openPool(origin: Origin): Pool {
    const first = this.#racesWith;
    const { version } = this.family.settings;
    if (version === "2" && first instanceof Session) return first.#pool(origin);
    return openPool(origin, this.family, first !== undefined);
  }
}

type Resolve = (response: HttpResponse | Promise<never>) => void;

/** One executor function for all promises, so that none needs a closure of its own: it runs before `new` returns. */
let keptResolve: Resolve;
function keepResolve(resolve: Resolve): void {
  keptResolve = resolve;
}
