/**
 * The text of a Socket.IO packet (protocol version 5) inside an Engine.IO message (version 4):
 *
 *     4 2 1- /chat, 17 ["said",{"_placeholder":true,"num":0}]
 *     | | |  |      |  payload, JSON
 *     | | |  |      id: an acknowledgement is asked for, or given
 *     | | |  namespace, unless it is "/"
 *     | | byte strings that follow as binary messages, in types 5 and 6
 *     | type of the packet
 *     an Engine.IO message
 */
import { Failure } from "../http1/failures.ts";
import { takeBytes } from "./attachments.ts";
import { ATTACHMENTS_MAX } from "./limits.ts";

/** First characters of Engine.IO's messages. */
export const ENGINE = {
  open: "0",
  close: "1",
  ping: "2",
  pong: "3",
  message: "4",
  noop: "6",
} as const;

export const PACKET = {
  connect: 0,
  disconnect: 1,
  event: 2,
  ack: 3,
  connectError: 4,
  binaryEvent: 5,
  binaryAck: 6,
} as const;

export interface Packet {
  readonly type: number;
  readonly namespace: string;
  /** -1 without one. */
  readonly id: number;
  readonly attachments: number;
  readonly payload: unknown;
}

const ID_DIGITS_MAX = 15;
const SHOWN_CHARS = 60;

/** HOT. Reads what follows the `4`. */
export function readPacket(text: string): Packet | Failure {
  const type = text.charCodeAt(1) - ZERO;
  if (!(type >= PACKET.connect && type <= PACKET.binaryAck)) return wrong(text, "unknown type");
  let at = 2;
  let attachments = 0;
  if (type >= PACKET.binaryEvent) {
    const dash = text.indexOf("-", at);
    attachments = dash < 0 ? Number.NaN : decimal(text, at, dash);
    if (!(attachments <= ATTACHMENTS_MAX)) return wrong(text, "unusable count of attachments");
    at = dash + 1;
  }
  let namespace = "/";
  if (text.charCodeAt(at) === SLASH) {
    const comma = text.indexOf(",", at);
    namespace = text.slice(at, comma < 0 ? text.length : comma);
    at = comma < 0 ? text.length : comma + 1;
  }
  let end = at;
  while (isDigit(text.charCodeAt(end))) end += 1;
  const id = end === at ? -1 : decimal(text, at, end);
  if (Number.isNaN(id)) return wrong(text, "unusable id");
  let payload: unknown;
  try {
    payload = end === text.length ? undefined : JSON.parse(text.slice(end));
  } catch {
    return wrong(text, "payload that is no JSON");
  }
  const packet: Packet = { type, namespace, id, attachments, payload };
  return isSound(packet) ? packet : wrong(text, "payload of the wrong kind");
}

/** A packet as it is sent: its text, then its byte strings. */
export interface Encoded {
  readonly text: string;
  readonly bytes: readonly Uint8Array[];
}

/** HOT. `id` -1: without one; `payload` undefined: without one. Throws a TypeError for what cannot be sent. */
export function encode(type: number, namespace: string, id: number, payload: unknown): Encoded {
  const { plain, bytes } = takeBytes(payload);
  const where = namespace === "/" ? "" : `${namespace},`;
  const number = id < 0 ? "" : id;
  const json = plain === undefined ? "" : JSON.stringify(plain);
  if (bytes.length === 0) return { text: `4${type}${where}${number}${json}`, bytes };
  const binary = type === PACKET.ack ? PACKET.binaryAck : PACKET.binaryEvent;
  return { text: `4${binary}${bytes.length}-${where}${number}${json}`, bytes };
}

function isSound({ type, id, payload }: Packet): boolean {
  switch (type) {
    case PACKET.event:
    case PACKET.binaryEvent:
      return Array.isArray(payload) && typeof payload[0] === "string";
    case PACKET.ack:
    case PACKET.binaryAck:
      return Array.isArray(payload) && id >= 0;
    case PACKET.disconnect:
      return payload === undefined;
    default:
      return typeof payload === "object" && payload !== null && !Array.isArray(payload);
  }
}

/** NaN for what is no number. */
function decimal(text: string, start: number, end: number): number {
  if (end === start || end - start > ID_DIGITS_MAX) return Number.NaN;
  for (let at = start; at < end; at++) if (!isDigit(text.charCodeAt(at))) return Number.NaN;
  return Number(text.slice(start, end));
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= ZERO + 9;
}

function wrong(text: string, what: string): Failure {
  return new Failure("HF_IO_PACKET", `${what}: ${JSON.stringify(text.slice(0, SHOWN_CHARS))}`);
}

const ZERO = 48;
const SLASH = 47;
