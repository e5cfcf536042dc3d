/** A virtual user's WebSockets: what the author calls. */
import { NS_PER_MS } from "../../base/units.ts";
import type { Tags } from "../../record/metric.ts";
import type { Session } from "../http1/session.ts";
import type {
  WebSocketConnection,
  WebSocketMessage,
  WebSocketOptions,
  WebSockets,
} from "../websocket.ts";
import type { Belongings } from "./belongings.ts";
import type { Hub } from "./hub.ts";
import { misuse } from "./misuse.ts";
import { opening } from "./request.ts";
import { connectSettings, WS_OPTIONS } from "./settings.ts";
import { AuthorSocket } from "./socket.ts";

export class WebSocketClient implements WebSockets {
  readonly #hub: Hub;
  readonly #session: Session;
  readonly #tags: Tags;
  readonly #belongings: Belongings;

  constructor(hub: Hub, session: Session, tags: Tags, belongings: Belongings) {
    this.#hub = hub;
    this.#session = session;
    this.#tags = tags;
    this.#belongings = belongings;
  }

  connect(url: string, options?: WebSocketOptions): Promise<WebSocketConnection> {
    const settings = connectSettings(options, "ws connect", WS_OPTIONS);
    const belongings = this.#belongings;
    const target = opening(this.#hub, this.#session, this.#tags, url, options, settings);
    const own = { unread: settings.unread, idOf: options?.idOf, belongings };
    return new Promise((resolve) => {
      belongings.add(new AuthorSocket(target, own, resolve), options?.keep);
    });
  }

  sent(id: string): void {
    this.#hub.sentTimes.note(checkId(id, "sent"), this.#hub.recorder.clock.nowNs());
  }

  received(id: string): void {
    const series = this.#hub.series(this.#session.family.routes(this.#tags).tags, "message");
    const { actor } = this.#session;
    this.#hub.received(series, actor, checkId(id, "received"), this.#hub.recorder.clock.nowNs());
  }

  latencyMs(message: WebSocketMessage, id: string): number | undefined {
    const tookNs = message.receivedNs - this.#hub.sentTimes.find(checkId(id, "latencyMs"));
    return Number.isNaN(tookNs) ? undefined : tookNs / NS_PER_MS;
  }
}

function checkId(id: unknown, where: string): string {
  if (typeof id === "string") return id;
  throw misuse(`ws ${where}`, "id", "text", id);
}
