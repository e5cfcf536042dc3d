/** What a virtual user may ask of Socket.IO 4, and what it gets back. The author's side; `socketio/` is the other. */
import type { Duration } from "../base/units.ts";
import type { OperationStart } from "../record/operation.ts";
import type { Outcome } from "../record/outcome.ts";
import type { Value } from "../record/value.ts";
import type { HttpFailure } from "./http.ts";
import type { WebSocketOptions } from "./websocket.ts";

export interface SocketIo {
  /**
   * Connects to a namespace: `"/"`, `"/chat"`, or a URL whose path is the namespace; over WebSocket from the first byte.
   * Like a request it never throws because of the system under test: `isOpen`, `error` and `refusal` say how it went.
   */
  connect(url: string, options?: SocketIoOptions): Promise<SocketIoConnection>;
}

export interface SocketIoOptions extends Pick<
  WebSocketOptions,
  "name" | "headers" | "tags" | "timeout" | "compress" | "messageBytesMax" | "unread" | "keep"
> {
  /** What the server's `handshake.auth` is to be. */
  auth?: Readonly<Record<string, unknown>>;
  /** Where the server listens. Default `/socket.io/`. */
  path?: string;
  /** More of the handshake's query. */
  query?: Readonly<Record<string, string>>;
  /**
   * Connects again when the connection is lost, after 1 s, then 2, then 5 at most, each by chance up to half longer or
   * shorter. `attempts` in a row, default 10. Where the server keeps state, missed events follow: see `recovered`.
   * Default false: a lost connection is the end.
   */
  reconnect?: boolean | { attempts?: number; delay?: Duration; delayMax?: Duration };
  /** Reads the id of an event that came, so that its time since it was sent is counted as `ws_message_latency`. */
  idOf?: (event: SocketIoEvent) => string | undefined;
}

/** What an event or acknowledgement carries: JSON, with bytes anywhere in it. */
export type SocketIoData = unknown;

export interface SocketIoEmit {
  /** Notes when it left, for `ws_message_latency`. */
  id?: string;
  /** Records it in the history: `unknown`, as nobody acknowledges it; see `ask`. */
  operation?: OperationStart;
}

export interface SocketIoAsk {
  /** Default 10s. */
  within?: Duration;
  /** Notes when it left, for `ws_message_latency`. */
  id?: string;
  /**
   * Records event and acknowledgement as one operation of the history. Its result is what the definition's `result`
   * reads from the answer; its outcome is `ok`, unless `outcome` says otherwise.
   */
  operation?: OperationStart;
  outcome?: (answer: SocketIoAnswer) => Outcome;
}

/**
 * A namespace that is connected, or is no longer, or never was. None of its calls throws because of the system under
 * test.
 *
 * An event goes to those that were set with `on` for its name, and to whoever waits for one. As long as none was ever
 * set, events that nobody waits for are kept until somebody asks.
 */
export interface SocketIoConnection extends AsyncDisposable {
  readonly isOpen: boolean;
  /** Why it could not connect, or was lost. */
  readonly error: HttpFailure | undefined;
  /** What the server's middleware said when it refused. */
  readonly refusal: { message: string; data?: unknown } | undefined;
  /** The server's name for this socket; "" while not connected. */
  readonly id: string;
  readonly namespace: string;
  /** True when the server gave back, after a reconnect, the state and events of the connection that was lost. */
  readonly recovered: boolean;
  /** How often it was connected again. */
  readonly reconnects: number;
  /** Resolves to false when it is not connected, and nothing was sent. */
  emit(event: string, args?: readonly SocketIoData[], options?: SocketIoEmit): Promise<boolean>;
  /** Sends an event and resolves to its acknowledgement; undefined when none came in time. */
  ask(
    event: string,
    args?: readonly SocketIoData[],
    options?: SocketIoAsk,
  ): Promise<SocketIoAnswer | undefined>;
  /** Calls back for every event of this name; unread ones go first. Several may be set for one name. */
  on(event: string, take: (event: SocketIoEvent) => void): void;
  /** Calls back whenever it is connected again; `recovered` says what was lost meanwhile. */
  onReconnect(take: () => void): void;
  /** The next event; undefined when there will be none, or none came in time. Default: no limit. */
  next(options?: { within?: Duration }): Promise<SocketIoEvent | undefined>;
  /** The next event of this name, or that fits; those before it are gone. Undefined when none came in time. Default 10s. */
  expect(
    event: string | ((event: SocketIoEvent) => boolean),
    options?: { within?: Duration },
  ): Promise<SocketIoEvent | undefined>;
  /** Writes a receipt into the history: an `ok` operation at the event's time of arrival. */
  record(event: SocketIoEvent, start: OperationStart, result?: Value): void;
  /** Another namespace over the same connection. */
  of(namespace: string, auth?: Readonly<Record<string, unknown>>): Promise<SocketIoConnection>;
  /** Leaves the namespace, and ends the connection with the last of them. */
  close(): Promise<void>;
}

/** What came as an answer to an event of ours. */
export interface SocketIoAnswer {
  readonly args: readonly unknown[];
  /** When its last byte was read; ns of the run's clock. */
  readonly receivedNs: number;
  /** The first argument. */
  json<T = unknown>(): T;
  /** The first argument as text: as it is, or as JSON. */
  text(): string;
}

export interface SocketIoEvent extends SocketIoAnswer {
  readonly name: string;
  /** Acknowledges it, if the server asked for that; once. */
  acknowledge(...args: readonly SocketIoData[]): void;
}
