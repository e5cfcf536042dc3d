/** The options of one `connect`, checked, with every default filled in. */
import { parseDuration } from "../../base/units.ts";
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

const OPTIONS: ReadonlySet<string> = new Set([
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

/** RFC 6455 §4.1: a subprotocol is a token. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Headers that make the handshake what it is. */
const OWN = /^(?:connection|upgrade|sec-websocket-.*)$/i;

/** Throws a TypeError for what is no option, or has a value that cannot be. */
export function connectSettings(options: WebSocketOptions | undefined): ConnectSettings {
  if (options === undefined) return DEFAULTS;
  for (const name in options) {
    if (OPTIONS.has(name)) continue;
    const known = [...OPTIONS].join(", ");
    throw new TypeError(`ws connect: options.${name} is not a known option; known are ${known}`);
  }
  const { headers, compress, unread, keep, idOf } = options;
  for (const name in headers) {
    if (OWN.test(name)) throw wrong(`headers.${name}`, "left to the handshake", name);
  }
  oneOf("compress", compress, [true, false, "fresh"]);
  oneOf("unread", unread, ["close", "drop"]);
  oneOf("keep", keep, ["iteration", "vu"]);
  if (idOf !== undefined && typeof idOf !== "function") {
    throw wrong("options.idOf", "a function of a message", idOf);
  }
  return {
    protocols: protocolsOf(options.protocols ?? DEFAULTS.protocols),
    compress: compress ?? DEFAULTS.compress,
    timeoutNs: timeoutOf(options.timeout),
    messageBytesMax: bytesOf(options.messageBytesMax),
    unread: unread ?? DEFAULTS.unread,
  };
}

function protocolsOf(protocols: readonly string[]): readonly string[] {
  const good =
    Array.isArray(protocols) &&
    protocols.length <= PROTOCOLS_MAX &&
    new Set(protocols).size === protocols.length &&
    protocols.every((protocol) => typeof protocol === "string" && TOKEN.test(protocol));
  if (good) return protocols;
  throw wrong("options.protocols", `a list of at most ${PROTOCOLS_MAX} different names`, protocols);
}

function timeoutOf(timeout: WebSocketOptions["timeout"]): number {
  if (timeout === undefined) return DEFAULTS.timeoutNs;
  const ns = parseDuration(timeout);
  if (ns !== undefined) return ns;
  throw wrong("options.timeout", 'a duration such as "500ms" or "10s"', timeout);
}

function bytesOf(bytes: number | undefined): number {
  if (bytes === undefined) return DEFAULTS.messageBytesMax;
  if (Number.isInteger(bytes) && bytes >= 0 && bytes <= MESSAGE_BYTES_MAX_LIMIT) return bytes;
  const expected = `a whole number from 0 to ${MESSAGE_BYTES_MAX_LIMIT}`;
  throw wrong("options.messageBytesMax", expected, bytes);
}

function oneOf(name: string, value: unknown, allowed: readonly unknown[]): void {
  if (value === undefined || allowed.includes(value)) return;
  const expected = allowed.map((one) => JSON.stringify(one)).join(" or ");
  throw wrong(`options.${name}`, expected, value);
}

function wrong(path: string, expected: string, value: unknown): TypeError {
  return misuse("connect", path, expected, value);
}
