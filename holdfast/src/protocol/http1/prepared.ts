/** A request whose head was laid out once: sending it is one concatenation. */
import { Buffer } from "node:buffer";
import type { OperationStart } from "../../record/operation.ts";
import type { HttpResponse, HttpTemplate, PreparedRequest } from "../http.ts";
import { checkedName, checkedValue } from "./checked-header.ts";
import { checkOptionNames, cookieLine, exchangeOf, routeOf } from "./compose.ts";
import { Exchange, type Route } from "./exchange.ts";
import { misuse } from "./misuse.ts";
import { textPayload } from "./payload.ts";
import { queryText } from "./query.ts";
import { RedirectChain } from "./redirect-chain.ts";
import { bodyLines, type HeadParts, lengthLines, requestHead } from "./request-head.ts";
import type { Routes } from "./routes.ts";
import type { Session } from "./session.ts";

const WHERE = "prepare";
const NO_VALUES: readonly string[] = Object.freeze([]);
const TEMPLATE_OPTIONS: ReadonlySet<string> = new Set(["method", "url", "vary", "contentType"]);
/** A template has no body of its own, and an operation is begun by each `send`. */
const NOT_IN_TEMPLATE = ["json", "form", "multipart", "body", "operation"];

/** Throws a TypeError for a template that no request could be made of. */
export function prepare(session: Session, routes: Routes, template: HttpTemplate): PreparedRequest {
  checkOptionNames(template, WHERE, TEMPLATE_OPTIONS);
  for (const name of NOT_IN_TEMPLATE) {
    if (name in template) throw misuse(WHERE, `template.${name}`, "left to send", name);
  }
  const { vary = NO_VALUES, tags } = template;
  const names = vary.map((name) => checkedName(name, WHERE));
  const table = tags === undefined ? routes : session.family.routes({ ...routes.tags, ...tags });
  const line = table.line(template.method, template.url, template.name);
  const query = template.query === undefined ? "" : queryText(template.query, WHERE);
  const typeLine = typeLineOf(template);
  const parts: HeadParts = {
    line,
    query,
    defaults: session.family.defaults,
    headers: template.headers,
    typeLine,
    crossed: false,
    later: names,
    closes: false,
  };
  const head = requestHead(parts, WHERE);
  const route = routeOf(line.route, template, query, WHERE);
  return new Prepared(session, table, template, route, head, parts.closes);
}

class Prepared implements PreparedRequest {
  readonly #session: Session;
  readonly #routes: Routes;
  readonly #template: HttpTemplate;
  readonly #route: Route;
  readonly #names: readonly string[];
  /** Up to where the first value goes. */
  readonly #lead: string;
  /** What follows each value: the end of its line, and the name of the next. */
  readonly #seams: readonly string[];
  readonly #closes: boolean;
  readonly #isPlain: boolean;

  constructor(
    session: Session,
    routes: Routes,
    template: HttpTemplate,
    route: Route,
    head: string,
    closes: boolean,
  ) {
    const { vary: names = NO_VALUES } = template;
    this.#session = session;
    this.#routes = routes;
    this.#template = template;
    this.#route = route;
    this.#names = names;
    this.#lead = names.length === 0 ? head : `${head}${names[0]}: `;
    this.#seams = names.map((_, i) => (i + 1 < names.length ? `\r\n${names[i + 1]}: ` : "\r\n"));
    this.#closes = closes;
    this.#isPlain = template.redirect !== "follow" && template.signal === undefined && !closes;
  }

  /** HOT. Laid out as if all were ASCII; where that proves wrong, the body is measured and the request made again. */
  send(body: string, values = NO_VALUES, operation?: OperationStart): Promise<HttpResponse> {
    const names = this.#names;
    if (typeof body !== "string") throw misuse("send", "body", "text", body);
    if (values.length !== names.length) {
      throw misuse("send", "values", `${names.length} texts, one for each of vary`, values);
    }
    let head = this.#lead;
    for (let i = 0; i < names.length; i++) {
      head += checkedValue(values[i], names[i] as string, "send") + (this.#seams[i] as string);
    }
    const session = this.#session;
    const route = this.#route;
    if (session.jar !== undefined) head += cookieLine(session, route, this.#template.headers);
    const lines = body === "" ? bodyLines(route.method, undefined) : lengthLines(body.length);
    const wire = head + lines + body;
    if (Buffer.byteLength(wire) === wire.length) {
      const exchange = new Exchange(route, session, wire, "latin1", operation);
      if (this.#isPlain) return session.ask(exchange);
      return this.#ask(exchange, body, values);
    }
    const payload = textPayload(body, "");
    head += bodyLines(route.method, payload);
    return this.#ask(exchangeOf(session, route, head, payload, operation), body, values);
  }

  #ask(exchange: Exchange, body: string, values: readonly string[]): Promise<HttpResponse> {
    const {
      method: _method,
      url: _url,
      vary: _vary,
      contentType: _contentType,
      ...options
    } = this.#template;
    if (options.redirect === "follow") {
      const varied = this.#names.map((name, i) => [name, values[i] as string] as const);
      const headers = { ...options.headers, ...Object.fromEntries(varied) };
      const payload = textPayload(body, typeLineOf(this.#template));
      const { operation } = exchange;
      const whole = { ...options, headers, ...(operation === undefined ? {} : { operation }) };
      exchange.extra.chain = new RedirectChain(this.#routes, whole, payload);
    }
    if (this.#closes) exchange.extra.closes = true;
    const { signal } = options;
    const session = this.#session;
    return signal === undefined ? session.ask(exchange) : session.askUntil(exchange, signal);
  }
}

function typeLineOf({ contentType }: HttpTemplate): string {
  if (contentType === undefined) return "";
  return `content-type: ${checkedValue(contentType, "content-type", WHERE)}\r\n`;
}
