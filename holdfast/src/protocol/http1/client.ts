/** A virtual user's HTTP: what the author calls. Small, because there may be a hundred thousand of them. */
import type { Tags } from "../../record/metric.ts";
import type {
  Http,
  HttpMethod,
  HttpRequestOptions,
  HttpResponse,
  HttpTemplate,
  PreparedRequest,
} from "../http.ts";
import { checkOptionNames, compose } from "./compose.ts";
import { misuse } from "./misuse.ts";
import { payloadOf } from "./payload.ts";
import { prepare } from "./prepared.ts";
import { RedirectChain } from "./redirect-chain.ts";
import type { Routes } from "./routes.ts";
import type { Session } from "./session.ts";
import { StartingLine } from "./starting-line.ts";

export interface HttpClient extends Http, AsyncDisposable {
  /** The same connections and cookies under other tags. Closing either closes both. */
  tagged(tags: Tags): HttpClient;
  /** Where races of this virtual user begin: racers have its options and cookies, and connections of their own. */
  startingLine(): StartingLine;
  /** Drops every connection; what is under way ends as given up. */
  close(): Promise<void>;
  /** What it shares with the virtual user's sockets: cookies, TLS settings, addresses. */
  readonly session: Session;
}

const NOTHING: HttpRequestOptions = Object.freeze({});

export class Http1Client implements HttpClient {
  readonly session: Session;
  readonly #routes: Routes;

  constructor(session: Session, routes: Routes) {
    this.session = session;
    this.#routes = routes;
  }

  request(
    method: HttpMethod,
    url: string,
    options: HttpRequestOptions = NOTHING,
  ): Promise<HttpResponse> {
    const { session } = this;
    checkOptionNames(options, method);
    const payload = payloadOf(options, method, session.family.shared.random);
    const exchange = compose(session, this.#routes, method, url, options, payload, false);
    const { redirect, signal } = options;
    if (redirect === "follow") {
      exchange.extra.chain = new RedirectChain(this.#routes, options, payload);
    } else if (redirect !== undefined && redirect !== "manual") {
      throw misuse(method, "options.redirect", '"manual" or "follow"', redirect);
    }
    return signal === undefined ? session.ask(exchange) : session.askUntil(exchange, signal);
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
    return prepare(this.session, this.#routes, template);
  }

  tagged(tags: Tags): HttpClient {
    return new Http1Client(this.session, this.session.family.routes(tags));
  }

  startingLine(): StartingLine {
    const clientOf = (racer: Session): Http =>
      new Http1Client(racer, racer.family.routes(racer.actor.tags));
    return new StartingLine(this.session, clientOf);
  }

  close(): Promise<void> {
    this.session.close();
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
