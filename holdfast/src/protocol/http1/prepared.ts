/** A request whose head was laid out once: sending it is one concatenation. */
import { Buffer } from "node:buffer";
import type { OperationStart } from "../../record/operation.ts";
import type { HttpResponse, HttpTemplate, PreparedRequest } from "../http.ts";
import type { Session } from "./client.ts";
import { Exchange, type Route } from "./exchange.ts";
import { checkedName, checkedValue } from "./header-lines.ts";
import { misuse } from "./misuse.ts";
import type { Routes } from "./routes.ts";

const NO_VALUES: readonly string[] = Object.freeze([]);

/** Throws a TypeError for a template that no request could be made of. */
export function prepare(session: Session, routes: Routes, template: HttpTemplate): PreparedRequest {
  const where = "http.prepare";
  const line = routes.line(template.method, template.url, template.name);
  let head = `${line.requestLine}${line.hostLines}`;
  for (const name in template.headers) {
    checkedName(name, where);
    head += `${name}: ${checkedValue(template.headers[name], name, where)}\r\n`;
  }
  if (template.contentType !== undefined) {
    head += `content-type: ${checkedValue(template.contentType, "content-type", where)}\r\n`;
  }
  const names = template.vary ?? NO_VALUES;
  for (const name of names) checkedName(name, where);
  return new Prepared(session, line.route, head, names);
}

class Prepared implements PreparedRequest {
  readonly #session: Session;
  readonly #route: Route;
  readonly #names: readonly string[];
  readonly #head: string;

  constructor(session: Session, route: Route, head: string, names: readonly string[]) {
    this.#session = session;
    this.#route = route;
    this.#head = head;
    this.#names = names;
  }

  send(body: string, values = NO_VALUES, operation?: OperationStart): Promise<HttpResponse> {
    const names = this.#names;
    if (values.length !== names.length) {
      throw misuse("send", "values", `${names.length} texts, one for each of vary`, values);
    }
    let head = this.#head;
    for (let i = 0; i < names.length; i++) {
      const name = names[i] as string;
      head += `${name}: ${checkedValue(values[i], name, "send")}\r\n`;
    }
    const bytes = Buffer.byteLength(body);
    const session = this.#session;
    const exchange = new Exchange(
      this.#route,
      session.actor,
      `${head}content-length: ${bytes}\r\n\r\n${body}`,
      bytes === body.length ? "latin1" : "utf8",
      operation,
    );
    return session.send(exchange);
  }
}
