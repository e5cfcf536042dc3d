/**
 * The head of a request as a header block (RFC 7541). The client writes every request as the text of HTTP/1.1; here its
 * lines become header fields. Requests in a row have mostly the same lines in the same places, so each line is compared
 * with the one that stood there last before it is encoded.
 *
 * Only the static table is used. A block then means the same on every connection and at any time, no table has to be
 * kept in step with the server's, and at the price of some bytes: on a fast network they cost less than the table.
 */
import { Buffer } from "node:buffer";
import { NAMES_REMEMBERED } from "./limits.ts";
import { STATIC_INDEX_BY_NAME } from "./static-table.ts";

/** What the head of a request says, ready to be framed. */
export interface RequestBlock {
  /** Latin1: a character is a byte. */
  readonly block: string;
  /** Where in the text the body begins. */
  readonly bodyAt: number;
}

/** They speak of one connection, which HTTP/2 does by other means (RFC 9113 §8.2.2), or are said already. */
const DROPPED: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
  "http2-settings",
  "host",
]);
/** Not to be remembered by anything on the way. */
const SECRET: ReadonlySet<string> = new Set(["authorization", "cookie", "proxy-authorization"]);

const AUTHORITY = 1;
const METHOD = 2;
const PATH = 4;
const METHODS: Readonly<Record<string, string>> = { GET: "\x82", POST: "\x83" };
const CR = 0x0d;

export class HeaderEncoder {
  readonly #scheme: string;
  /** Request line and host of the last request, and what became of them. */
  #lead = "";
  #leadBlock = "";
  /** The lines that followed, each with its line end, and what became of them. */
  readonly #lines: string[] = [];
  readonly #blocks: string[] = [];
  readonly #fields = new Map<string, Field>();

  constructor(secure: boolean) {
    this.#scheme = secure ? "\x87" : "\x86";
  }

  /** HOT. `wire`: the request's head as HTTP/1.1, and perhaps its body. */
  encode(wire: string): RequestBlock {
    if (this.#lead === "" || !wire.startsWith(this.#lead)) this.#encodeLead(wire);
    let block = this.#leadBlock;
    let at = this.#lead.length;
    const lines = this.#lines;
    for (let place = 0; wire.charCodeAt(at) !== CR; place++) {
      const known = lines[place];
      if (known === undefined || !wire.startsWith(known, at)) this.#encodeLine(wire, at, place);
      block += this.#blocks[place];
      at += (lines[place] as string).length;
    }
    return { block, bodyAt: at + 2 };
  }

  /** An author's own host header stands where the author wrote it. */
  #encodeLead(wire: string): void {
    const head = wire.slice(0, wire.indexOf("\r\n\r\n") + 2);
    const lineEnd = head.indexOf("\r\n") + 2;
    const [method = "", target = ""] = head.split(" ", 2);
    const authority = /\r\nhost: ([^\r]*)\r\n/i.exec(head)?.[1] ?? "";
    const hostEnd = head.indexOf("\r\n", lineEnd) + 2;
    this.#lead = /^host: /i.test(head.slice(lineEnd)) ? head.slice(0, hostEnd) : head;
    this.#leadBlock =
      (METHODS[method] ?? integer(METHOD, 4, 0) + text(method)) +
      this.#scheme +
      (integer(AUTHORITY, 4, 0) + text(authority)) +
      (target === "/" ? "\x84" : integer(PATH, 4, 0) + text(target));
    if (this.#lead !== head) return;
    // The other lines are part of what was remembered, since the host is somewhere among them.
    for (const line of head.slice(lineEnd).split("\r\n").slice(0, -1)) {
      this.#leadBlock += this.#encoded(line);
    }
  }

  #encodeLine(wire: string, at: number, place: number): void {
    const end = wire.indexOf("\r\n", at);
    this.#lines[place] = wire.slice(at, end + 2);
    this.#blocks[place] = this.#encoded(wire.slice(at, end));
  }

  #encoded(line: string): string {
    const colon = line.indexOf(": ");
    const name = line.slice(0, colon);
    const { lead, sent } = this.#fields.get(name) ?? this.#remember(name);
    const value = line.slice(colon + 2);
    return sent && (name !== "te" || value === "trailers") ? lead + text(value) : "";
  }

  #remember(name: string): Field {
    const field = fieldOf(name.toLowerCase());
    if (this.#fields.size >= NAMES_REMEMBERED) this.#fields.clear();
    this.#fields.set(name, field);
    return field;
  }
}

/** What precedes the value of every header of a name. */
interface Field {
  readonly lead: string;
  /** False where HTTP/2 has no such header. */
  readonly sent: boolean;
}

/** A field that is not to be put into the table; with its name where the static table has none. */
function fieldOf(name: string): Field {
  const index = STATIC_INDEX_BY_NAME.get(name) ?? 0;
  const lead = integer(index, 4, SECRET.has(name) ? 0x10 : 0x00);
  return { lead: index === 0 ? lead + text(name) : lead, sent: !DROPPED.has(name) };
}

function text(value: string): string {
  const { length } = value;
  return (length < LENGTHS.length ? (LENGTHS[length] as string) : integer(length, 7, 0)) + value;
}

function integer(value: number, prefixBits: number, lead: number): string {
  const mask = (1 << prefixBits) - 1;
  if (value < mask) return String.fromCharCode(lead | value);
  const bytes = [lead | mask];
  let rest = value - mask;
  while (rest >= 0x80) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  bytes.push(rest);
  return Buffer.from(bytes).toString("latin1");
}

/** Lengths that fit into one byte. */
const LENGTHS: readonly string[] = Array.from({ length: 127 }, (_, length) =>
  integer(length, 7, 0),
);
