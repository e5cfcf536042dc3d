/** All that a virtual user talks by. One object for each of them, so it holds next to nothing but the client. */
import type { Protocols } from "../engine/vu-host.ts";
import type { HttpClient } from "../protocol/http1/client.ts";
import type { StartingLine } from "../protocol/http1/starting-line.ts";
import type { Start, StartOptions } from "../protocol/race.ts";
import type { SocketIo } from "../protocol/socketio.ts";
import type { EventStreams } from "../protocol/sse.ts";
import type { WebSockets } from "../protocol/websocket.ts";
import type { Sockets, SocketTransport } from "../protocol/sockets.ts";
import type { Tags } from "../record/metric.ts";
import type { Actor } from "../record/recorder.ts";

export class VuClients {
  readonly http: HttpClient;
  readonly #transport: SocketTransport;
  #own: Sockets | undefined;
  #line: StartingLine | undefined;

  constructor(http: HttpClient, transport: SocketTransport) {
    this.http = http;
    this.#transport = transport;
  }

  get ws(): WebSockets {
    return this.#sockets.ws;
  }

  get io(): SocketIo {
    return this.#sockets.io;
  }

  get sse(): EventStreams {
    return this.#sockets.sse;
  }

  tagged(tags: Tags): Protocols {
    const { ws, io, sse } = this.#sockets.tagged(tags);
    return { http: this.http.tagged(tags), ws, io, sse };
  }

  start(actors: readonly Actor[], options: StartOptions): Start {
    this.#line ??= this.http.startingLine();
    return this.#line.start(actors, options);
  }

  async close(): Promise<void> {
    this.#line?.close();
    await Promise.all([this.http.close(), this.#own?.close()]);
  }

  get #sockets(): Sockets {
    return (this.#own ??= this.#transport.sockets(this.http));
  }
}
