/**
 * Follows redirects (RFC 9110 §15.4). Each hop is a request of its own in the numbers, as in k6; an operation spans
 * all of them, from the first byte of the first to the last byte of the last.
 *
 *   status     becomes
 *   301, 302   GET when it was a POST, else the same again
 *   303        GET, unless it was a HEAD
 *   307, 308   the same again, body and all
 *
 * Handed back as it is: a redirect too many, one without a location, and one that wants a stream sent again which is
 * already used up. To another origin no `authorization` or `cookie` header of the author's goes along.
 */
import type { HttpRequestOptions } from "../http.ts";
import { compose } from "./compose.ts";
import type { Exchange } from "./exchange.ts";
import { Failure } from "./failures.ts";
import { headerOf } from "./head-text.ts";
import type { Payload } from "./payload.ts";
import type { Routes } from "./routes.ts";

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

export class RedirectChain {
  readonly #routes: Routes;
  readonly #options: HttpRequestOptions;
  #payload: Payload | undefined;
  /** Once credentials have been left behind they stay there. */
  #crossed = false;

  constructor(routes: Routes, options: HttpRequestOptions, payload: Payload | undefined) {
    const { query: _query, ...rest } = options;
    this.#routes = routes;
    this.#options = rest;
    this.#payload = payload;
  }

  /** Sends the next request; false when this exchange is the last. */
  follows(exchange: Exchange): boolean {
    const { head, failure, route, session } = exchange;
    if (failure !== undefined || !REDIRECTS.has(head.status)) return false;
    if (exchange.extra.redirects >= session.family.settings.redirectsMax) return false;
    const location = headerOf(head.text, "location");
    if (location === undefined) return false;
    const url = URL.parse(location, route.url);
    if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) {
      exchange.failure = new Failure("HF_REDIRECT_LOCATION", JSON.stringify(location));
      return false;
    }
    const method = methodAfter(head.status, route.method);
    if (method !== route.method) this.#payload = undefined;
    else if (usedUp(this.#payload)) return false;
    if (url.origin !== route.origin.url) this.#crossed = true;
    this.#send(exchange, method, url);
    return true;
  }

  #send(before: Exchange, method: string, url: URL): void {
    const { session } = before;
    session.family.shared.accounting.counted(before);
    const next = compose(
      session,
      this.#routes,
      method,
      url.href,
      this.#options,
      this.#payload,
      this.#crossed,
    );
    next.slot = before.slot;
    next.process = before.process;
    next.extra.invokedNs = before.extra.invokedNs === 0 ? before.startNs : before.extra.invokedNs;
    next.extra.redirects = before.extra.redirects + 1;
    next.extra.deadlineNs = before.deadlineNs;
    next.extra.chain = this;
    next.resolve = before.resolve;
    before.extra.successor = next;
    session.send(next);
  }
}

function methodAfter(status: number, method: string): string {
  if (status === 303) return method === "HEAD" ? "HEAD" : "GET";
  return status <= 302 && method === "POST" ? "GET" : method;
}

/** A stream can be read once. */
function usedUp(payload: Payload | undefined): boolean {
  return payload?.source !== undefined && !(payload.source instanceof Uint8Array);
}
