/** What a virtual user may ask of WebSockets, and what it gets back. The author's side; `websocket/` is the other. */
import type { Duration } from "../base/units.ts";
import type { Tags } from "../record/metric.ts";
import type { OperationStart } from "../record/operation.ts";
import type { Outcome } from "../record/outcome.ts";
import type { Value } from "../record/value.ts";
import type { HttpFailure } from "./http.ts";

export interface WebSockets {
  /**
   * Opens a socket: `/path` on the system's own address, or a `ws:`, `wss:`, `http:` or `https:` URL. Like a request it
   * never throws because of the system under test: `isOpen` and `error` say how it went.
   */
  connect(url: string, options?: WebSocketOptions): Promise<WebSocketConnection>;
  /**
   * Notes that a message with this id leaves now, by whatever way (a bid by HTTP, say). Each receipt of the id, on any
   * connection of any thread, then counts its time from here as `ws_message_latency`.
   */
  sent(id: string): void;
  /** Notes that a message with this id has arrived now; `idOf` of a connection does it for all of its messages. */
  received(id: string): void;
  /** How long a message took since `sent` noted its id, on any thread, in ms; undefined where that is not known. */
  latencyMs(message: WebSocketMessage, id: string): number | undefined;
}

export interface WebSocketOptions {
  /** Tag `name` of the samples. Default: the path without its query. Give one when the path holds ids. */
  name?: string;
  headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Subprotocols on offer, the dearest first; a server that takes none of them is refused. */
  protocols?: readonly string[];
  tags?: Tags;
  /** For address, TCP, TLS and handshake together. Default 10s. */
  timeout?: Duration;
  /** Offers permessage-deflate. `"fresh"`: without context from one message to the next. Default false. */
  compress?: boolean | "fresh";
  /** A larger message from the server ends the connection. Default 16 MiB. */
  messageBytesMax?: number;
  /**
   * What happens when 1,000 messages, or 16 MiB of them, lie unread: the connection ends with an error that says so, or
   * the oldest goes and is counted as `ws_msgs_dropped`. Default `close`: what was lost must not look lost on the way.
   */
  unread?: "close" | "drop";
  /** How long it stays open by itself. Default: `vu` when opened by `vuSetup`, else `iteration`. */
  keep?: "iteration" | "vu";
  /** Reads the id of a message that came, so that its time since `sent` is counted. Not called for undefined ones. */
  idOf?: (message: WebSocketMessage) => string | undefined;
}

/** What can be sent: an object or array goes as JSON. */
export type WebSocketData =
  | string
  | Uint8Array
  | Readonly<Record<string, unknown>>
  | readonly unknown[];

export interface WebSocketSend {
  /** Notes when it left, for `ws_message_latency`. */
  id?: string;
  /** Records it in the history: `unknown`, as nobody acknowledges it; see `ask` for one that is answered. */
  operation?: OperationStart;
}

export interface WebSocketAsk {
  /** Which message is the answer. One that throws is an error of the script. */
  answer: (message: WebSocketMessage) => boolean;
  /** Default 10s. */
  within?: Duration;
  /** Notes when it left, for `ws_message_latency`. */
  id?: string;
  /**
   * Records question and answer as one operation of the history. Its result is what the definition's `result` reads from
   * the answer; its outcome is `ok`, unless `outcome` says otherwise.
   */
  operation?: OperationStart;
  outcome?: (answer: WebSocketMessage) => Outcome;
}

/**
 * An open socket, or one that is no longer, or never was. None of its calls throws because of the system under test.
 *
 * A message goes to `onMessage`, if that is set, and to whoever waits for one; when there is neither it is kept until
 * somebody asks. Messages that `expect` and `ask` were offered and did not want are gone.
 */
export interface WebSocketConnection extends AsyncIterable<WebSocketMessage>, AsyncDisposable {
  readonly isOpen: boolean;
  /** Why it could not be opened, or ended without a farewell. */
  readonly error: HttpFailure | undefined;
  /** HTTP status of the handshake: 101 when it was opened, 0 without an answer. */
  readonly status: number;
  /** The subprotocol the server took; "" for none. */
  readonly protocol: string;
  /** Code and reason that the server gave at the end; 1005 without a code, 1006 without a farewell, 0 while open. */
  readonly closeCode: number;
  readonly closeReason: string;
  /**
   * Resolves to true when the kernel, or the room kept for it, has taken the message; waits while that room is full.
   * False when the socket is not open, and nothing was sent.
   */
  send(data: WebSocketData, options?: WebSocketSend): Promise<boolean>;
  /** Sends, and resolves to the answer; undefined when none came in time. */
  ask(data: WebSocketData, options: WebSocketAsk): Promise<WebSocketMessage | undefined>;
  /** The next message; undefined when the socket has ended, or none came in time. Default: no limit. */
  next(options?: { within?: Duration }): Promise<WebSocketMessage | undefined>;
  /** The next message that fits, from the oldest unread one on; undefined when none came in time. Default 10s. */
  expect(
    fits: (message: WebSocketMessage) => boolean,
    options?: { within?: Duration },
  ): Promise<WebSocketMessage | undefined>;
  /** Calls back for every message, in the order of arrival. The unread ones go first. */
  onMessage(take: (message: WebSocketMessage) => void): void;
  /** Writes a receipt into the history: an `ok` operation at the message's time of arrival. */
  record(message: WebSocketMessage, start: OperationStart, result?: Value): void;
  /** Round trip of a ping in ms, counted as `ws_ping`; undefined when none came back within 10s. */
  ping(): Promise<number | undefined>;
  /** Says farewell and waits, at most 5s, until the server has done so. Default code 1000. */
  close(code?: number, reason?: string): Promise<void>;
}

/** A whole message, put together and unpacked. Its own bytes: it may be kept. */
export interface WebSocketMessage {
  readonly isBinary: boolean;
  /** When its last byte was read; ns of the run's clock. */
  readonly receivedNs: number;
  text(): string;
  /** Throws a SyntaxError that shows its first characters when it is no JSON. */
  json<T = unknown>(): T;
  bytes(): Uint8Array;
}
