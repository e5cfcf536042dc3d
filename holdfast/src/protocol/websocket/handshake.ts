/**
 * The HTTP exchange that turns a connection into a WebSocket (RFC 6455 §4): what is asked for, and whether the answer is
 * one that was asked for. Anything but a 101 is a refusal, redirects too: whoever is sent elsewhere shall connect there.
 */
import { Buffer } from "node:buffer";
import { nodeCrypto } from "../../base/node.ts";
import type { Random } from "../../base/random.ts";
import { Failure } from "../http1/failures.ts";
import type { Head } from "../http1/head.ts";
import { allHeaders } from "../http1/head-text.ts";
import type { DeflateTerms } from "./deflate.ts";

export type Compress = boolean | "fresh";

/** What the server has agreed to. */
export interface Agreement {
  readonly protocol: string;
  readonly deflate: DeflateTerms | undefined;
}

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const WINDOW_BITS_DEFAULT = 15;

/** The bytes of the key that is being made, as numbers and as they are. */
const keyWords = new Uint32Array(4);
const keyBytes: Buffer = Buffer.from(keyWords.buffer);

/** A fresh `sec-websocket-key`. */
export function newKey(random: Random): string {
  for (let i = 0; i < keyWords.length; i++) keyWords[i] = random.integer(0, 0xffff_ffff);
  return keyBytes.toString("base64");
}

/** The lines of the request that the answer has to fit; "" when nothing is offered. */
export function offerLines(protocols: readonly string[], compress: Compress): string {
  const protocolLine =
    protocols.length === 0 ? "" : `sec-websocket-protocol: ${protocols.join(", ")}\r\n`;
  return protocolLine + (OFFERS[String(compress)] ?? "");
}

/** The last lines of the request's head. */
export function upgradeLines(key: string, offer: string): string {
  return `${UPGRADE}${key}\r\n${offer}\r\n`;
}

const UPGRADE =
  "upgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-version: 13\r\nsec-websocket-key: ";

const OFFERS: Readonly<Record<string, string>> = {
  true: "sec-websocket-extensions: permessage-deflate; client_max_window_bits\r\n",
  fresh:
    "sec-websocket-extensions: permessage-deflate; client_max_window_bits; " +
    "server_no_context_takeover; client_no_context_takeover\r\n",
};

/** What the head of the server's answer comes to; `accept` is the proof that it has to bring. */
export function readAnswer(
  head: Head,
  accept: string,
  protocols: readonly string[],
  compress: Compress,
): Agreement | Failure {
  if (head.status !== 101) return new Failure("HF_WS_STATUS", `status ${head.status}`);
  const headers = allHeaders(head.text);
  const wrong = (particulars: string): Failure => new Failure("HF_WS_HANDSHAKE", particulars);
  if (!hasToken(headers["upgrade"], "websocket")) return wrong("no upgrade to websocket");
  if (!hasToken(headers["connection"], "upgrade")) return wrong('no "connection: upgrade"');
  if (headers["sec-websocket-accept"] !== accept) {
    return wrong("sec-websocket-accept does not answer the key");
  }
  const protocol = String(headers["sec-websocket-protocol"] ?? "");
  if (protocol !== "" && !protocols.includes(protocol)) {
    return wrong(`a subprotocol that was not offered: ${protocol}`);
  }
  if (protocols.length > 0 && protocol === "") return wrong("none of the subprotocols offered");
  const extensions = String(headers["sec-websocket-extensions"] ?? "");
  if (extensions === "") return { protocol, deflate: undefined };
  if (compress === false) return wrong(`an extension that was not offered: ${extensions}`);
  const deflate = readDeflate(extensions, compress);
  return typeof deflate === "string" ? wrong(deflate) : { protocol, deflate };
}

/** RFC 6455 §1.3: proof that the server understood what it was asked. */
export function acceptOf(key: string): string {
  return nodeCrypto().hash("sha1", key + GUID, "base64");
}

/** The terms, or what is wrong with them. */
function readDeflate(extensions: string, compress: Compress): DeflateTerms | string {
  const [name, ...parameters] = extensions.split(";").map((part) => part.trim());
  if (name?.toLowerCase() !== "permessage-deflate" || extensions.includes(",")) {
    return `an extension that was not offered: ${extensions}`;
  }
  const seen = new Set<string>();
  let clientWindowBits = WINDOW_BITS_DEFAULT;
  for (const parameter of parameters) {
    const [key = "", raw] = parameter.split("=").map((part) => part.trim());
    const value = raw?.replace(/^"(.*)"$/, "$1");
    if (seen.has(key)) return `permessage-deflate with ${key} twice`;
    seen.add(key);
    const fresh = key === "server_no_context_takeover" || key === "client_no_context_takeover";
    const bits = key === "server_max_window_bits" || key === "client_max_window_bits";
    const good = fresh ? value === undefined : bits && /^(?:[89]|1[0-5])$/.test(value ?? "");
    if (!good) return `permessage-deflate with ${parameter}`;
    if (key === "client_max_window_bits") clientWindowBits = Number(value);
  }
  if (compress === "fresh" && !seen.has("server_no_context_takeover")) {
    return "permessage-deflate with context, where none was asked for";
  }
  return {
    serverFresh: seen.has("server_no_context_takeover"),
    clientFresh: compress === "fresh" || seen.has("client_no_context_takeover"),
    clientWindowBits,
  };
}

/** A list in one header, or in several. */
function hasToken(header: string | readonly string[] | undefined, token: string): boolean {
  const list = String(header ?? "").toLowerCase();
  return list === token || list.split(",").some((part) => part.trim() === token);
}
