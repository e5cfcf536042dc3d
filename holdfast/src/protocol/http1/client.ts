/** A virtual user's HTTP: what the author calls. Small, because there may be a hundred thousand of them. */
import type { Tags } from "../../record/metric.ts";
import type { Actor } from "../../record/recorder.ts";
import type {
  Http,
  HttpMethod,
  HttpRequestOptions,
  HttpResponse,
  HttpTemplate,
  PreparedRequest,
} from "../http.ts";
import type { ClientFamily } from "./client-family.ts";
import { compose } from "./compose.ts";
import type { Exchange } from "./exchange.ts";
import type { Origin } from "./origin.ts";
import { OriginPool } from "./origin-pool.ts";
import { prepare } from "./prepared.ts";
import type { Routes } from "./routes.ts";

/** What all views of one virtual user's client share: connections, cookies, who is acting. */
export class Session {
  readonly family: ClientFamily;
  readonly actor: Actor;
  readonly #pools: OriginPool[] = [];

  constructor(family: ClientFamily, actor: Actor) {
    this.family = family;
    this.actor = actor;
  }

  /** HOT. Sends it, and promises its response. */
  send(exchange: Exchange): Promise<HttpResponse> {
    const { actor } = this;
    exchange.intendedNs = actor.intendedNs;
    actor.intendedNs = Number.NaN;
    exchange.settle = answer;
    const promise = new Promise(keepResolve);
    exchange.resolve = keptResolve;
    this.#pool(exchange.route.origin).send(exchange);
    return promise;
  }

  close(): void {
    for (const pool of this.#pools) pool.close();
  }

  /** HOT. Most virtual users talk to one origin, hence a list. */
  #pool(origin: Origin): OriginPool {
    if (this.family.settings.pool === "shared") return this.family.sharedPool(origin);
    for (const pool of this.#pools) if (pool.origin === origin) return pool;
    const pool = new OriginPool(origin, this.family);
    this.#pools.push(pool);
    return pool;
  }
}

type Resolve = (response: HttpResponse) => void;

/** One executor function for all promises, so that none needs a closure of its own: it runs before `new` returns. */
let keptResolve: Resolve;
function keepResolve(resolve: Resolve): void {
  keptResolve = resolve;
}

function answer(exchange: Exchange): void {
  exchange.resolve(exchange.response as HttpResponse);
}

export interface HttpClient extends Http, AsyncDisposable {
  /** The same connections and cookies under other tags. Closing either closes both. */
  tagged(tags: Tags): HttpClient;
  /** Drops every connection; what is under way ends as given up. */
  close(): Promise<void>;
}

const NOTHING: HttpRequestOptions = Object.freeze({});

export class Http1Client implements HttpClient {
  readonly #session: Session;
  readonly #routes: Routes;

  constructor(session: Session, routes: Routes) {
    this.#session = session;
    this.#routes = routes;
  }

  request(
    method: HttpMethod,
    url: string,
    options: HttpRequestOptions = NOTHING,
  ): Promise<HttpResponse> {
    const session = this.#session;
    return session.send(compose(this.#routes, session.actor, method, url, options));
  }

  get(url: string, options?: HttpRequestOptions): Promise<HttpResponse> {
    return this.request("GET", url, options);
  }

  head(url: string, options?: HttpRequestOptions): Promise<HttpResponse> {
    return this.request("HEAD", url, options);
  }

  post(url: string, options?: HttpRequestOptions): Promise<HttpResponse> {
    return this.request("POST", url, options);
  }

  put(url: string, options?: HttpRequestOptions): Promise<HttpResponse> {
    return this.request("PUT", url, options);
  }

  patch(url: string, options?: HttpRequestOptions): Promise<HttpResponse> {
    return this.request("PATCH", url, options);
  }

  delete(url: string, options?: HttpRequestOptions): Promise<HttpResponse> {
    return this.request("DELETE", url, options);
  }

  prepare(template: HttpTemplate): PreparedRequest {
    return prepare(this.#session, this.#routes, template);
  }

  tagged(tags: Tags): HttpClient {
    return new Http1Client(this.#session, this.#session.family.routes(tags));
  }

  close(): Promise<void> {
    this.#session.close();
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
