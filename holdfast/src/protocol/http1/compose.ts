/** Puts a request together: head lines in their order, then the body where that is text. */
import { Buffer } from "node:buffer";
import type { OperationStart } from "../../record/operation.ts";
import type { Actor } from "../../record/recorder.ts";
import type { HttpRequestOptions } from "../http.ts";
import { Exchange } from "./exchange.ts";
import { checkedName, checkedValue } from "./header-lines.ts";
import { misuse } from "./misuse.ts";
import type { Line, Routes } from "./routes.ts";

/** HOT. The request of the ergonomic form. */
export function compose(
  routes: Routes,
  actor: Actor,
  method: string,
  url: string,
  options: HttpRequestOptions,
): Exchange {
  const where = `http.${method.toLowerCase()}`;
  let lines = "";
  let contentType = "";
  let body: string | undefined;
  const { headers } = options;
  for (const name in headers) {
    const lower = checkedName(name, where);
    const value = checkedValue(headers[name], name, where);
    if (lower === "content-type") contentType = value;
    else lines += `${name}: ${value}\r\n`;
  }
  if (options.json !== undefined) {
    body = JSON.stringify(options.json);
    if (contentType === "") contentType = "application/json";
  } else if (options.body !== undefined) {
    if (typeof options.body !== "string") throw misuse(where, "options.body", "text", options.body);
    body = options.body;
  }
  const line = routes.line(method, url, options.name);
  return exchangeOf(line, actor, lines, contentType, body, options.operation);
}

function exchangeOf(
  line: Line,
  actor: Actor,
  lines: string,
  contentType: string,
  body: string | undefined,
  operation: OperationStart | undefined,
): Exchange {
  const head = `${line.requestLine}${line.hostLines}${lines}`;
  if (body === undefined) {
    return new Exchange(line.route, actor, `${head}\r\n`, "latin1", operation);
  }
  const type = contentType === "" ? "" : `content-type: ${contentType}\r\n`;
  const bytes = Buffer.byteLength(body);
  return new Exchange(
    line.route,
    actor,
    `${head}${type}content-length: ${bytes}\r\n\r\n${body}`,
    bytes === body.length ? "latin1" : "utf8",
    operation,
  );
}
