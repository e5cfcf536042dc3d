/**
 * What is fixed about a kind of request, laid out once: where it goes, the first lines of its head, the series it is
 * counted under. One table for each set of tags; the text of a URL is the key, so a literal in a script costs one
 * look-up of an already hashed string.
 */
import { Buffer } from "node:buffer";
import { got } from "../../base/errors.ts";
import type { Tags } from "../../record/metric.ts";
import type { ClientFamily } from "./client-family.ts";
import type { Route } from "./exchange.ts";
import { HeadMemo } from "./head-memo.ts";
import { ROUTES_MAX, SERIES_REMEMBERED } from "./limits.ts";
import { RouteSeries } from "./series.ts";

/** A route, and the lines with which each of its requests begins. */
export interface Line {
  readonly method: string;
  readonly name: string | undefined;
  readonly route: Route;
  /** All lines of a request that brings no header of its own. */
  readonly lead: string;
  /** Path and query. */
  readonly target: string;
  /** `POST /order HTTP/1.1\r\n`. */
  readonly requestLine: string;
  /** `host: shop.test\r\n`. */
  readonly hostLine: string;
  /** What the URL's user and password make of `authorization`; "" without them. */
  readonly credentialsLine: string;
  readonly next: Line | undefined;
}

const METHOD = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

export class Routes {
  readonly tags: Tags;
  readonly family: ClientFamily;
  readonly #lines = new Map<string, Line>();
  readonly #series = new Map<string, RouteSeries>();

  constructor(family: ClientFamily, tags: Tags) {
    this.family = family;
    this.tags = tags;
  }

  /** HOT. Throws a TypeError for a URL or method that cannot be. */
  line(method: string, url: string, name: string | undefined): Line {
    const first = this.#lines.get(url);
    for (let line = first; line !== undefined; line = line.next) {
      if (line.method === method && line.name === name) return line;
    }
    return this.#add(method, url, name, first);
  }

  #add(method: string, url: string, name: string | undefined, next: Line | undefined): Line {
    if (!METHOD.test(method) || method === "CONNECT") {
      throw new TypeError(`http: method must be a method such as "GET", got ${got(method)}`);
    }
    const parsed = this.resolve(url);
    if (this.#lines.size >= ROUTES_MAX) this.#lines.clear();
    const { settings, shared } = this.family;
    const origin = shared.origins.of(parsed);
    const { username, password, pathname, search } = parsed;
    const { defaults } = this.family;
    const requestLine = `${method} ${pathname}${search} HTTP/1.1\r\n`;
    const host = defaults.host === "" ? origin.authority : defaults.host;
    const hostLine = `host: ${host}\r\n`;
    const credentialsLine = basicAuth(username, password);
    const line: Line = {
      method,
      name,
      route: {
        origin,
        method,
        url: `${origin.url}${pathname}${search}`,
        path: pathname,
        series: this.series(method, name ?? pathname),
        timeouts: settings.timeouts,
        expected: belowError,
        keepBody: true,
        responseBytesMax: settings.responseBytesMax,
        memo: new HeadMemo(),
      },
      lead: requestLine + hostLine + credentialsLine + defaults.lines,
      target: pathname + search,
      requestLine,
      hostLine,
      credentialsLine,
      next,
    };
    this.#lines.set(url, line);
    return line;
  }

  /** The absolute form of what an author wrote. */
  resolve(url: string): URL {
    const { baseUrl } = this.family;
    const parsed = typeof url === "string" ? URL.parse(url, baseUrl) : null;
    if (parsed === null || (parsed.protocol !== "http:" && parsed.protocol !== "https:")) {
      const expected =
        baseUrl === undefined
          ? 'an absolute URL such as "http://127.0.0.1:3000/health", since the test has no target'
          : 'a path such as "/health" or an http or https URL';
      throw new TypeError(`http: url must be ${expected}, got ${got(url)}`);
    }
    return parsed;
  }

  series(method: string, name: string): RouteSeries {
    const key = `${method} ${name}`;
    let series = this.#series.get(key);
    if (series === undefined) {
      series = new RouteSeries(this.family.shared.metrics, { ...this.tags, name, method });
      if (this.#series.size < SERIES_REMEMBERED) this.#series.set(key, series);
    }
    return series;
  }
}

/** The default of what is no failure; what an operation declares ok or rejected is none either. */
export function belowError(status: number): boolean {
  return status < 400;
}

function basicAuth(username: string, password: string): string {
  if (username === "" && password === "") return "";
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `authorization: Basic ${Buffer.from(pair, "utf8").toString("base64")}\r\n`;
}
