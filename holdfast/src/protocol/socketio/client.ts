/** A virtual user's Socket.IO: what the author calls. */
import type { Tags } from "../../record/metric.ts";
import type { Session as HttpSession } from "../http1/session.ts";
import type { SocketIo, SocketIoConnection, SocketIoOptions } from "../socketio.ts";
import type { Belongings } from "../websocket/belongings.ts";
import type { Hub } from "../websocket/hub.ts";
import { asHttp, opening } from "../websocket/request.ts";
import { Session } from "./session.ts";
import { ioSettings } from "./settings.ts";
import { IoSocket } from "./socket.ts";

export class SocketIoClient implements SocketIo {
  readonly #hub: Hub;
  readonly #session: HttpSession;
  readonly #tags: Tags;
  readonly #belongings: Belongings;

  constructor(hub: Hub, session: HttpSession, tags: Tags, belongings: Belongings) {
    this.#hub = hub;
    this.#session = session;
    this.#tags = tags;
    this.#belongings = belongings;
  }

  connect(url: string, options: SocketIoOptions = {}): Promise<SocketIoConnection> {
    const settings = ioSettings(options);
    const { origin, pathname } = this.#session.family.routes(this.#tags).resolve(asHttp(url));
    const target = opening(
      this.#hub,
      this.#session,
      this.#tags,
      `${origin}${settings.path}?${settings.query}`,
      { ...options, name: options.name ?? pathname },
      settings.connect,
    );
    const session = new Session({
      ...target,
      reconnect: settings.reconnect,
      gone: (one) => this.#belongings.delete(one),
    });
    this.#belongings.add(session, options.keep);
    const { unread } = settings.connect;
    return IoSocket.open({ session, unread, idOf: options.idOf }, pathname, settings.auth);
  }
}
