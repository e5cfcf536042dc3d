/** Writes the head of a request, up to the lines that depend on its body. */
import type { HttpRequestOptions } from "../http.ts";
import { checkedName, checkedValue } from "./checked-header.ts";
import type { DefaultHeaders } from "./default-headers.ts";
import { misuse } from "./misuse.ts";
import type { Payload } from "./payload.ts";
import type { Line } from "./routes.ts";

type Headers = NonNullable<HttpRequestOptions["headers"]>;

const CREDENTIALS: ReadonlySet<string> = new Set([
  "authorization",
  "cookie",
  "proxy-authorization",
]);
/** Headers that mean something to the client itself, or replace a line it would write. */
const SPECIAL: ReadonlySet<string> = new Set([
  "host",
  "content-type",
  "connection",
  ...CREDENTIALS,
]);

export interface HeadParts {
  readonly line: Line;
  /** Added to the line's own; "" for none. */
  readonly query: string;
  readonly defaults: DefaultHeaders;
  readonly headers: Headers | undefined;
  /** Of the body; a header of the author's goes before it. */
  readonly contentType: string;
  /** The author's credentials stay behind: this goes to another origin than they were meant for. */
  readonly crossed: boolean;
  /** Names of headers that follow later, in lower case: no default takes their place. */
  readonly later: readonly string[];
  /** Set when the author wants the connection closed after this request. */
  closes: boolean;
}

/** HOT. Throws a TypeError for a header that cannot be sent. */
export function requestHead(parts: HeadParts, where: string): string {
  const { line, headers, defaults, crossed } = parts;
  let own = "";
  let contentType = parts.contentType;
  let replaced: Set<string> | undefined;
  for (const name in headers) {
    const value = headers[name] as string | readonly string[];
    const lower = checkedName(name, where);
    if (SPECIAL.has(lower) || defaults.has(lower)) {
      if (crossed && CREDENTIALS.has(lower)) continue;
      if (lower === "content-type") {
        contentType = checkedValue(value, name, where);
        continue;
      }
      if (lower === "connection") parts.closes ||= /\bclose\b/i.test(String(value));
      (replaced ??= new Set()).add(lower);
    }
    own += headerLines(name, value, where);
  }
  for (const lower of parts.later) (replaced ??= new Set()).add(lower);
  if (contentType === "") contentType = defaults.contentType;
  const type = contentType === "" ? "" : `content-type: ${contentType}\r\n`;
  return requestLine(line, parts.query) + ownLines(line, defaults, replaced) + own + type;
}

/** HOT. The line that says how long the body is, and the empty line. */
export function bodyLines(method: string, payload: Payload | undefined): string {
  if (payload !== undefined) {
    if (payload.size < 0) return "transfer-encoding: chunked\r\n\r\n";
    return `content-length: ${payload.size}\r\n\r\n`;
  }
  return WITH_BODY.has(method) ? "content-length: 0\r\n\r\n" : "\r\n";
}

/** Methods whose requests are expected to have a body: that there is none must be said (RFC 9110 §8.6). */
const WITH_BODY: ReadonlySet<string> = new Set(["POST", "PUT", "PATCH"]);

function headerLines(name: string, value: string | readonly string[], where: string): string {
  if (typeof value === "string") return `${name}: ${checkedValue(value, name, where)}\r\n`;
  if (!Array.isArray(value))
    throw misuse(where, `headers.${name}`, "text or a list of texts", value);
  let lines = "";
  for (const one of value) lines += `${name}: ${checkedValue(one, name, where)}\r\n`;
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
  replaced: ReadonlySet<string> | undefined,
): string {
  const host = defaults.host === "" ? line.hostLine : `host: ${defaults.host}\r\n`;
  if (replaced === undefined) return host + line.credentialsLine + defaults.lines;
  return (
    (replaced.has("host") ? "" : host) +
    (replaced.has("authorization") ? "" : line.credentialsLine) +
    defaults.linesWithout(replaced)
  );
}
