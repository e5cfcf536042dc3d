/** A request whose head was laid out once: sending it is one concatenation. */
import type { OperationStart } from "../../record/operation.ts";
import type { HttpResponse, HttpTemplate, PreparedRequest } from "../http.ts";
import { checkedName, checkedValue } from "./checked-header.ts";
import { checkOptionNames, cookieLine, exchangeOf, routeOf } from "./compose.ts";
import type { Exchange, Route } from "./exchange.ts";
import { misuse } from "./misuse.ts";
import { textPayload } from "./payload.ts";
import { queryText } from "./query.ts";
import { RedirectChain } from "./redirect-chain.ts";
import { bodyLines, type HeadParts, requestHead } from "./request-head.ts";
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
  const { contentType = "" } = template;
  const parts: HeadParts = {
    line,
    query,
    defaults: session.family.defaults,
    headers: template.headers,
    contentType: checkedValue(contentType, "content-type", WHERE),
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
  readonly #head: string;
  readonly #names: readonly string[];
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
    this.#session = session;
    this.#routes = routes;
    this.#template = template;
    this.#route = route;
    this.#head = head;
    this.#names = template.vary ?? NO_VALUES;
    this.#closes = closes;
    this.#isPlain = template.redirect !== "follow" && template.signal === undefined;
  }

  send(body: string, values = NO_VALUES, operation?: OperationStart): Promise<HttpResponse> {
    const session = this.#session;
    const names = this.#names;
    if (typeof body !== "string") throw misuse("send", "body", "text", body);
    if (values.length !== names.length) {
      throw misuse("send", "values", `${names.length} texts, one for each of vary`, values);
    }
    let head = this.#head;
    for (let i = 0; i < names.length; i++) {
      const name = names[i] as string;
      head += `${name}: ${checkedValue(values[i], name, "send")}\r\n`;
    }
    const { jar } = session;
    if (jar !== undefined) head += cookieLine(session, this.#route, this.#template.headers);
    const payload = textPayload(body, "");
    head += bodyLines(this.#route.method, payload);
    const exchange = exchangeOf(session, this.#route, head, payload, operation);
    exchange.closes = this.#closes;
    return this.#isPlain ? session.ask(exchange) : this.#ask(exchange, body, values);
  }

  #ask(exchange: Exchange, body: string, values: readonly string[]): Promise<HttpResponse> {
    const {
      method: _method,
      url: _url,
      vary: _vary,
      contentType = "",
      ...options
    } = this.#template;
    if (options.redirect === "follow") {
      const varied = this.#names.map((name, i) => [name, values[i] as string] as const);
      const headers = { ...options.headers, ...Object.fromEntries(varied) };
      const payload = textPayload(body, contentType);
      const { operation } = exchange;
      const whole = { ...options, headers, ...(operation === undefined ? {} : { operation }) };
      exchange.chain = new RedirectChain(this.#routes, whole, payload);
    }
    const { signal } = options;
    const session = this.#session;
    return signal === undefined ? session.ask(exchange) : session.askUntil(exchange, signal);
  }
}
