/** The options of one `connect`, checked, with every default filled in. */
import { type Duration, parseDuration } from "../../base/units.ts";
import type { WebSocketOptions } from "../websocket.ts";
import type { Compress } from "./handshake.ts";
import {
  CONNECT_TIMEOUT_NS,
  MESSAGE_BYTES_MAX_DEFAULT,
  MESSAGE_BYTES_MAX_LIMIT,
  PROTOCOLS_MAX,
} from "./limits.ts";
import { misuse } from "./misuse.ts";

export interface ConnectSettings {
  readonly protocols: readonly string[];
  readonly compress: Compress;
  readonly timeoutNs: number;
  readonly messageBytesMax: number;
  readonly unread: "close" | "drop";
}

/** What `ws.connect` takes. */
export const WS_OPTIONS: ReadonlySet<string> = new Set([
  "name",
  "headers",
  "protocols",
  "tags",
  "timeout",
  "compress",
  "messageBytesMax",
  "unread",
  "keep",
  "idOf",
] satisfies (keyof WebSocketOptions)[]);

const DEFAULTS: ConnectSettings = Object.freeze({
  protocols: Object.freeze([]),
  compress: false,
  timeoutNs: CONNECT_TIMEOUT_NS,
  messageBytesMax: MESSAGE_BYTES_MAX_DEFAULT,
  unread: "close",
});

/** Those that every kind of socket has. */
export type CommonOptions = Omit<WebSocketOptions, "idOf"> & { idOf?: unknown };

type Wrong = (path: string, expected: string, value: unknown) => TypeError;

/** RFC 6455 §4.1: a subprotocol is a token. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Headers that make the handshake what it is. */
const OWN = /^(?:connection|upgrade|sec-websocket-.*)$/i;

/** Throws a TypeError for what is no option, or has a value that cannot be. */
export function connectSettings(
  options: CommonOptions | undefined,
  where: string,
  known: ReadonlySet<string>,
): ConnectSettings {
  if (options === undefined) return DEFAULTS;
  for (const name in options) {
    if (known.has(name)) continue;
    const names = [...known].join(", ");
    throw new TypeError(`${where}: options.${name} is not a known option; known are ${names}`);
  }
  const wrong: Wrong = (path, expected, value) => misuse(where, path, expected, value);
  const { headers, compress, unread, keep, idOf } = options;
  for (const name in headers) {
    if (OWN.test(name)) throw wrong(`headers.${name}`, "left to the handshake", name);
  }
  oneOf(wrong, "compress", compress, [true, false, "fresh"]);
  oneOf(wrong, "unread", unread, ["close", "drop"]);
  oneOf(wrong, "keep", keep, ["iteration", "vu"]);
  if (idOf !== undefined && typeof idOf !== "function") {
    throw wrong("options.idOf", "a function of a message", idOf);
  }
  return {
    protocols: protocolsOf(wrong, options.protocols ?? DEFAULTS.protocols),
    compress: compress ?? DEFAULTS.compress,
    timeoutNs: spanOf(options.timeout, where, CONNECT_TIMEOUT_NS, "options.timeout"),
    messageBytesMax: bytesOf(wrong, options.messageBytesMax),
    unread: unread ?? DEFAULTS.unread,
  };
}

function protocolsOf(wrong: Wrong, protocols: readonly string[]): readonly string[] {
  const good =
    Array.isArray(protocols) &&
    protocols.length <= PROTOCOLS_MAX &&
    new Set(protocols).size === protocols.length &&
    protocols.every((protocol) => typeof protocol === "string" && TOKEN.test(protocol));
  if (good) return protocols;
  throw wrong("options.protocols", `a list of at most ${PROTOCOLS_MAX} different names`, protocols);
}

function bytesOf(wrong: Wrong, bytes: number | undefined): number {
  if (bytes === undefined) return DEFAULTS.messageBytesMax;
  if (Number.isInteger(bytes) && bytes >= 0 && bytes <= MESSAGE_BYTES_MAX_LIMIT) return bytes;
  const expected = `a whole number from 0 to ${MESSAGE_BYTES_MAX_LIMIT}`;
  throw wrong("options.messageBytesMax", expected, bytes);
}

function oneOf(wrong: Wrong, name: string, value: unknown, allowed: readonly unknown[]): void {
  if (value === undefined || allowed.includes(value)) return;
  const expected = allowed.map((one) => JSON.stringify(one)).join(" or ");
  throw wrong(`options.${name}`, expected, value);
}

/** Nanoseconds of what an author gave. Throws a TypeError for what is no duration. */
export function spanOf(
  span: Duration | undefined,
  where: string,
  otherwiseNs: number,
  path: string = "options.within",
): number {
  if (span === undefined) return otherwiseNs;
  const ns = parseDuration(span);
  if (ns !== undefined) return ns;
  throw misuse(where, path, 'a duration such as "500ms" or "10s"', span);
}
