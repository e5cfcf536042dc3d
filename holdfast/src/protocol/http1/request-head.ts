/** Writes the head of a request, up to the lines that depend on its body. */
import type { HttpRequestOptions } from "../http.ts";
import { checkedValue } from "./checked-header.ts";
import { CREDENTIALS, type DefaultHeaders } from "./default-headers.ts";
import { LENGTHS_REMEMBERED } from "./limits.ts";
import { misuse } from "./misuse.ts";
import type { Payload } from "./payload.ts";
import type { Line } from "./routes.ts";

type Headers = NonNullable<HttpRequestOptions["headers"]>;

export interface HeadParts {
  readonly line: Line;
  /** Added to the line's own; "" for none. */
  readonly query: string;
  readonly defaults: DefaultHeaders;
  readonly headers: Headers | undefined;
  /** What the body is, as a line; a header of the author's goes before it. */
  readonly typeLine: string;
  /** The author's credentials stay behind: this goes to another origin than they were meant for. */
  readonly crossed: boolean;
  /** Names of headers that follow later, in lower case: no default takes their place. */
  readonly later: readonly string[];
  /** Set when the author wants the connection closed after this request. */
  closes: boolean;
}

/** HOT. Throws a TypeError for a header that cannot be sent. */
export function requestHead(parts: HeadParts, where: string): string {
  const { line, headers, defaults, crossed, later, query } = parts;
  let own = "";
  let typeLine = parts.typeLine;
  let replaced: Set<string> | undefined;
  for (const name in headers) {
    const value = headers[name] as string | readonly string[];
    const { lower, lead, special } = defaults.name(name, where);
    if (special) {
      if (crossed && CREDENTIALS.has(lower)) continue;
      if (lower === "content-type") {
        typeLine = `content-type: ${checkedValue(value, name, where)}\r\n`;
        continue;
      }
      if (lower === "connection") parts.closes ||= /\bclose\b/i.test(String(value));
      (replaced ??= new Set()).add(lower);
    }
    if (typeof value === "string") own += lead + checkedValue(value, name, where) + "\r\n";
    else own += listLines(name, value, where);
  }
  if (later.length > 0) replaced = new Set([...(replaced ?? []), ...later]);
  if (typeLine === "") typeLine = defaults.typeLine;
  if (replaced === undefined && query === "") return line.lead + own + typeLine;
  return requestLine(line, query) + ownLines(line, defaults, replaced) + own + typeLine;
}

/** HOT. The line that says how long the body is, and the empty line. */
export function bodyLines(method: string, payload: Payload | undefined): string {
  if (payload !== undefined) {
    if (payload.size < 0) return "transfer-encoding: chunked\r\n\r\n";
    return lengthLines(payload.size);
  }
  return WITH_BODY.has(method) ? "content-length: 0\r\n\r\n" : "\r\n";
}

/** HOT. Those of a body of a known size. */
export function lengthLines(size: number): string {
  if (size >= LENGTHS_REMEMBERED) return `content-length: ${size}\r\n\r\n`;
  return (remembered[size] ??= `content-length: ${size}\r\n\r\n`);
}

const remembered: string[] = [];

/** Methods whose requests are expected to have a body: that there is none must be said (RFC 9110 §8.6). */
const WITH_BODY: ReadonlySet<string> = new Set(["POST", "PUT", "PATCH"]);

function listLines(name: string, values: readonly string[], where: string): string {
  if (!Array.isArray(values)) {
    throw misuse(where, `headers.${name}`, "text or a list of texts", values);
  }
  let lines = "";
  for (const value of values) lines += `${name}: ${checkedValue(value, name, where)}\r\n`;
  return lines;
}

function requestLine({ method, target, requestLine: ready }: Line, query: string): string {
  if (query === "") return ready;
  return `${method} ${target}${target.includes("?") ? "&" : "?"}${query} HTTP/1.1\r\n`;
}

/** Host, credentials of the URL, and the defaults, without those that the author replaces. */
function ownLines(
  line: Line,
  defaults: DefaultHeaders,
  replaced: ReadonlySet<string> = NOTHING,
): string {
  const host = replaced.has("host") ? "" : line.hostLine;
  const credentials = replaced.has("authorization") ? "" : line.credentialsLine;
  return host + credentials + defaults.linesWithout(replaced);
}

const NOTHING: ReadonlySet<string> = new Set();
