/** The answer as the author sees it: a thin view of the exchange, which reads headers and body only when asked. */
import { Buffer } from "node:buffer";
import { NS_PER_MS } from "../../base/units.ts";
import type { HttpFailure, HttpResponse, HttpResponseTimings } from "../http.ts";
import type { Exchange } from "./exchange.ts";
import { allHeaders, headerOf } from "./head-text.ts";

/** How much of a body that is no JSON an error shows. */
const SHOWN_CHARS = 80;
const BYTE_ORDER_MARK = 0xfeff;
const NOT_ASCII = /[\x80-\xff]/;

export class Http1Response implements HttpResponse {
  readonly #exchange: Exchange;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  get status(): number {
    const { failure, head } = this.#exchange;
    return failure === undefined ? head.status : 0;
  }

  get ok(): boolean {
    const { status } = this;
    return status >= 200 && status < 300;
  }

  get error(): HttpFailure | undefined {
    return this.#exchange.failure;
  }

  header(name: string): string | undefined {
    return headerOf(this.#head(), name.toLowerCase());
  }

  get headers(): Readonly<Record<string, string | readonly string[]>> {
    return allHeaders(this.#head());
  }

  text(): string {
    const { bytes, text } = this.#exchange;
    if (bytes === undefined && !NOT_ASCII.test(text)) return text;
    const decoded = (bytes ?? Buffer.from(text, "latin1")).toString("utf8");
    return decoded.charCodeAt(0) === BYTE_ORDER_MARK ? decoded.slice(1) : decoded;
  }

  json<T = unknown>(): T {
    const text = this.text();
    try {
      return JSON.parse(text) as T;
    } catch {
      const shown = text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}...` : text;
      throw new SyntaxError(
        `the answer of ${this.url} is no JSON (status ${this.status}): ${JSON.stringify(shown)}`,
      );
    }
  }

  bytes(): Uint8Array {
    const { bytes, text } = this.#exchange;
    return bytes ?? Buffer.from(text, "latin1");
  }

  get url(): string {
    return this.#exchange.route.url;
  }

  get redirects(): number {
    return this.#exchange.extras?.redirects ?? 0;
  }

  get timings(): HttpResponseTimings {
    return timingsOf(this.#exchange);
  }

  /** Of an exchange that failed after its head no header is shown: there was no answer. */
  #head(): string {
    const { failure, head } = this.#exchange;
    return failure === undefined ? head.text : "";
  }
}

function timingsOf(exchange: Exchange): HttpResponseTimings {
  const { startNs, sentNs, firstNs, endNs } = exchange;
  const opening = exchange.extras?.opening;
  const fromNs = Number.isNaN(exchange.intendedNs) ? startNs : exchange.intendedNs;
  return {
    blocked: blockedNs(exchange) / NS_PER_MS,
    lookingUp: (opening?.lookingUp ?? 0) / NS_PER_MS,
    connecting: (opening?.connecting ?? 0) / NS_PER_MS,
    tls: (opening?.tls ?? 0) / NS_PER_MS,
    sending: (sentNs - startNs) / NS_PER_MS,
    waiting: (firstNs - sentNs) / NS_PER_MS,
    receiving: (endNs - firstNs) / NS_PER_MS,
    duration: (endNs - fromNs) / NS_PER_MS,
  };
}

/** Time in the queue of a pool, without the opening of a connection. */
export function blockedNs({ extras, startNs }: Exchange): number {
  if (extras === undefined || extras.queuedNs === 0) return 0;
  const { queuedNs, opening } = extras;
  const openingNs =
    opening === undefined ? 0 : opening.lookingUp + opening.connecting + opening.tls;
  return Math.max(0, startNs - queuedNs - openingNs);
}
