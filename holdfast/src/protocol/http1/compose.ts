/** Puts a request together: its head, its cookies, then the body where that is text. */
import { Buffer } from "node:buffer";
import type { HttpRequestOptions } from "../http.ts";
import { Exchange, type Route } from "./exchange.ts";
import { misuse } from "./misuse.ts";
import type { Payload } from "./payload.ts";
import { queryText } from "./query.ts";
import { bodyLines, type HeadParts, requestHead } from "./request-head.ts";
import type { Routes } from "./routes.ts";
import type { Session } from "./session.ts";
import { requestTimeouts } from "./settings.ts";

const OPTIONS: ReadonlySet<string> = new Set([
  "name",
  "headers",
  "query",
  "json",
  "form",
  "multipart",
  "body",
  "tags",
  "operation",
  "redirect",
  "timeout",
  "expected",
  "signal",
  "keepBody",
]);

/** HOT. Throws a TypeError for what is no option: silently ignored, it would be a test of something else. */
export function checkOptionNames(
  options: object,
  where: string,
  more: ReadonlySet<string> = NO_MORE,
): void {
  for (const name in options) {
    if (OPTIONS.has(name) || more.has(name)) continue;
    const known = [...more, ...OPTIONS].join(", ");
    throw new TypeError(`http ${where}: options.${name} is not a known option; known are ${known}`);
  }
}

const NO_MORE: ReadonlySet<string> = new Set();
const NO_NAMES: readonly string[] = Object.freeze([]);

/**
 * HOT. The exchange that is ready to be sent. `crossed`: it goes to another origin than the author named. Throws a
 * TypeError for what cannot be sent.
 */
export function compose(
  session: Session,
  routes: Routes,
  method: string,
  url: string,
  options: HttpRequestOptions,
  payload: Payload | undefined,
  crossed: boolean,
): Exchange {
  const where = method;
  const table =
    options.tags === undefined
      ? routes
      : session.family.routes({ ...routes.tags, ...options.tags });
  const line = table.line(method, url, options.name);
  const query = options.query === undefined ? "" : queryText(options.query, where);
  const route = routeOf(line.route, options, query, where);
  const { defaults } = session.family;
  const parts: HeadParts = {
    line,
    query,
    defaults,
    headers: options.headers,
    typeLine: payload === undefined ? "" : payload.typeLine,
    crossed,
    later: NO_NAMES,
    closes: false,
  };
  const head = requestHead(parts, where);
  const cookies = session.jar === undefined ? "" : cookieLine(session, route, options.headers);
  const whole = head + cookies + bodyLines(method, payload);
  const exchange = exchangeOf(session, route, whole, payload, options.operation);
  if (parts.closes) exchange.extra.closes = true;
  return exchange;
}

/** HOT. */
export function exchangeOf(
  session: Session,
  route: Route,
  head: string,
  payload: Payload | undefined,
  operation: HttpRequestOptions["operation"],
): Exchange {
  if (payload === undefined) return new Exchange(route, session, head, "latin1", operation);
  const { text, size, source } = payload;
  if (source === undefined && (size === text.length || !NOT_ASCII.test(head))) {
    const encoding = size === text.length ? "latin1" : "utf8";
    return new Exchange(route, session, head + text, encoding, operation);
  }
  const exchange = new Exchange(route, session, head, "latin1", operation);
  exchange.extra.source = source ?? Buffer.from(text);
  exchange.extra.sourceBytes = size;
  return exchange;
}

/** Characters that are one byte in a header but two in a body. */
const NOT_ASCII = /[\x80-\xff]/;

/** The jar's cookies, unless the author gives a cookie header: then that is all there is. */
export function cookieLine(
  session: Session,
  route: Route,
  headers: HttpRequestOptions["headers"],
): string {
  const { family, jar } = session;
  if (jar === undefined || jar.isEmpty || family.defaults.hasCookie) return "";
  for (const name in headers) if (name.toLowerCase() === "cookie") return "";
  const value = jar.header(route.origin, route.path, family.shared.clock.nowNs());
  return value === "" ? "" : `cookie: ${value}\r\n`;
}

/** HOT. The route itself, unless this request has something of its own. */
export function routeOf(
  route: Route,
  options: HttpRequestOptions,
  query: string,
  where: string,
): Route {
  const { timeout, expected, keepBody } = options;
  const plain = timeout === undefined && expected === undefined && keepBody === undefined;
  if (plain && query === "") return route;
  if (keepBody !== undefined && typeof keepBody !== "boolean") {
    throw misuse(where, "options.keepBody", "true or false", keepBody);
  }
  return {
    ...route,
    url: query === "" ? route.url : `${route.url}${route.url.includes("?") ? "&" : "?"}${query}`,
    timeouts:
      timeout === undefined ? route.timeouts : requestTimeouts(timeout, route.timeouts, where),
    expected: expected === undefined ? route.expected : expectedOf(expected, where),
    keepBody: keepBody ?? route.keepBody,
  };
}

function expectedOf(
  expected: NonNullable<HttpRequestOptions["expected"]>,
  where: string,
): (status: number) => boolean {
  if (typeof expected === "function") return expected;
  if (Array.isArray(expected)) return (status) => expected.includes(status);
  throw misuse(where, "options.expected", "a list of statuses or a function of one", expected);
}
