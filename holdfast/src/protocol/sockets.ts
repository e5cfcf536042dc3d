/**
 * Holdfast's own WebSockets (RFC 6455) on Node's sockets,, Socket.IO over them, and server-sent events: frames are read in place from the
 * same shared buffer as HTTP answers, and a connection has no event emitter, no streams and no timers of its own,
 * because a thread may hold ten thousand of them.
 *
 * One transport per engine thread; a virtual user's sockets share cookies, TLS settings and addresses with its HTTP.
 */
import type { Tags } from "../record/metric.ts";
import type { Recorder } from "../record/recorder.ts";
import type { HttpClient } from "./http1/client.ts";
import type { Session } from "./http1/session.ts";
import { EventStreamClient } from "./sse/client.ts";
import type { EventStreams } from "./sse.ts";
import { SocketIoClient } from "./socketio/client.ts";
import type { SocketIo } from "./socketio.ts";
import type { WebSockets } from "./websocket.ts";
import { Belongings } from "./websocket/belongings.ts";
import { WebSocketClient } from "./websocket/client.ts";
import { Hub } from "./websocket/hub.ts";
import { newSentIds } from "./websocket/sent-times.ts";

export interface SocketTransport extends AsyncDisposable {
  /** The sockets of one virtual user. */
  sockets(http: HttpClient): Sockets;
}

/** All sockets of one virtual user, by whatever protocol. */
export interface Sockets extends AsyncDisposable {
  readonly ws: WebSockets;
  readonly io: SocketIo;
  readonly sse: EventStreams;
  /** The same under other tags. Closing either closes both. */
  tagged(tags: Tags): Sockets;
  /** Says farewell on every connection; resolves when they are gone. Waits for no server longer than a second. */
  close(): Promise<void>;
}

/** `sentIds`: what `newSentIds` made, one for all threads of a run. Default: this thread alone. */
export function openSockets(recorder: Recorder, sentIds?: SharedArrayBuffer): SocketTransport {
  const hub = new Hub(recorder, sentIds ?? newSentIds());
  return {
    sockets: ({ session }) => new VuSockets(hub, session, session.actor.tags),
    [Symbol.asyncDispose]() {
      hub.close();
      return Promise.resolve();
    },
  };
}

class VuSockets implements Sockets {
  readonly #hub: Hub;
  readonly #session: Session;
  readonly #tags: Tags;
  readonly #belongings: Belongings;
  #ws: WebSockets | undefined;
  #io: SocketIo | undefined;
  #sse: EventStreams | undefined;

  constructor(hub: Hub, session: Session, tags: Tags, belongings?: Belongings) {
    this.#hub = hub;
    this.#session = session;
    this.#tags = tags;
    this.#belongings = belongings ?? new Belongings(session.actor);
  }

  get ws(): WebSockets {
    return (this.#ws ??= new WebSocketClient(
      this.#hub,
      this.#session,
      this.#tags,
      this.#belongings,
    ));
  }

  get io(): SocketIo {
    return (this.#io ??= new SocketIoClient(
      this.#hub,
      this.#session,
      this.#tags,
      this.#belongings,
    ));
  }

  get sse(): EventStreams {
    return (this.#sse ??= new EventStreamClient(
      this.#hub,
      this.#session,
      this.#tags,
      this.#belongings,
    ));
  }

  tagged(tags: Tags): Sockets {
    return new VuSockets(this.#hub, this.#session, tags, this.#belongings);
  }

  close(): Promise<void> {
    return this.#belongings.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
