/** What a virtual user may ask of server-sent events, and what it gets back. The author's side; `sse/` is the other. */
import type { Duration } from "../base/units.ts";
import type { OperationStart } from "../record/operation.ts";
import type { Value } from "../record/value.ts";
import type { HttpFailure } from "./http.ts";
import type { WebSocketOptions } from "./websocket.ts";

export interface EventStreams {
  /**
   * Opens a stream by GET: `/path` on the system's own address, or a URL. Like a request it never throws because of the
   * system under test: `isOpen`, `status` and `error` say how it went.
   */
  open(url: string, options?: EventStreamOptions): Promise<EventStream>;
}

export interface EventStreamOptions extends Pick<
  WebSocketOptions,
  "name" | "headers" | "tags" | "timeout" | "unread" | "keep"
> {
  /** From where on to listen, as the server named it. */
  lastEventId?: string;
  /**
   * Asks again, with the id of the last event, when the stream ends or breaks: after 3 s, or as long as the server says
   * with `retry`, at most 30 s; ten times in a row. Default true, as browsers do. 204 ends it in any case.
   */
  reconnect?: boolean;
  /** A larger event ends the stream. Default 1 MiB. */
  eventBytesMax?: number;
  /** Reads the id of an event that came, so that its time since it was sent is counted as `ws_message_latency`. */
  idOf?: (event: ServerEvent) => string | undefined;
}

/**
 * A stream that is open, or is no longer, or never was. An event goes to `onEvent`, if that is set, and to whoever waits
 * for one; when there is neither it is kept until somebody asks.
 */
export interface EventStream extends AsyncIterable<ServerEvent>, AsyncDisposable {
  readonly isOpen: boolean;
  /** Why it could not be opened, or ended; undefined after `close` and after 204. */
  readonly error: HttpFailure | undefined;
  /** Of the last answer; 0 without one. */
  readonly status: number;
  /** As the server last named one; "" before. */
  readonly lastEventId: string;
  /** How often it was opened again. */
  readonly reconnects: number;
  /** The next event; undefined when there will be none, or none came in time. Default: no limit. */
  next(options?: { within?: Duration }): Promise<ServerEvent | undefined>;
  /** The next event of this type, or that fits; those before it are gone. Undefined when none came in time. Default 10s. */
  expect(
    event: string | ((event: ServerEvent) => boolean),
    options?: { within?: Duration },
  ): Promise<ServerEvent | undefined>;
  /** Calls back for every event, in the order of arrival. The unread ones go first. */
  onEvent(take: (event: ServerEvent) => void): void;
  /** Writes a receipt into the history: an `ok` operation at the event's time of arrival. */
  record(event: ServerEvent, start: OperationStart, result?: Value): void;
  close(): Promise<void>;
}

export interface ServerEvent {
  /** `message` where the server names none. */
  readonly type: string;
  /** The id in force, which an event need not have of its own. */
  readonly id: string;
  /** When its last byte was read; ns of the run's clock. */
  readonly receivedNs: number;
  text(): string;
  /** Throws a SyntaxError that shows its first characters when it is no JSON. */
  json<T = unknown>(): T;
}
