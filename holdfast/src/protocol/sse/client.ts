/** A virtual user's event streams: what the author calls. */
import type { Tags } from "../../record/metric.ts";
import type { Session } from "../http1/session.ts";
import type { EventStream, EventStreamOptions, EventStreams } from "../sse.ts";
import type { Belongings } from "../websocket/belongings.ts";
import type { Hub } from "../websocket/hub.ts";
import { misuse } from "../websocket/misuse.ts";
import { connectSettings } from "../websocket/settings.ts";
import { EVENT_BYTES_MAX_DEFAULT, EVENT_BYTES_MAX_LIMIT } from "./limits.ts";
import { AuthorStream } from "./stream.ts";

const WHERE = "sse open";
const KNOWN: ReadonlySet<string> = new Set([
  "name",
  "headers",
  "tags",
  "timeout",
  "unread",
  "keep",
  "lastEventId",
  "reconnect",
  "eventBytesMax",
  "idOf",
] satisfies (keyof EventStreamOptions)[]);

export class EventStreamClient implements EventStreams {
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

  open(url: string, options: EventStreamOptions = {}): Promise<EventStream> {
    const { timeoutNs, unread } = connectSettings(options, WHERE, KNOWN);
    const { name, headers, tags, reconnect = true, lastEventId = "", idOf } = options;
    const { eventBytesMax = EVENT_BYTES_MAX_DEFAULT } = options;
    if (typeof reconnect !== "boolean") {
      throw misuse(WHERE, "options.reconnect", "true or false", reconnect);
    }
    if (typeof lastEventId !== "string" || /[\0\r\n]/.test(lastEventId)) {
      throw misuse(WHERE, "options.lastEventId", "text of one line", lastEventId);
    }
    if (!(eventBytesMax >= 0 && eventBytesMax <= EVENT_BYTES_MAX_LIMIT)) {
      const expected = `a number from 0 to ${EVENT_BYTES_MAX_LIMIT}`;
      throw misuse(WHERE, "options.eventBytesMax", expected, eventBytesMax);
    }
    const session = this.#session;
    const own = tags === undefined ? this.#tags : { ...this.#tags, ...tags };
    const routes = session.family.routes(own);
    const line = routes.line("GET", url, name);
    const accept = { accept: "text/event-stream", "cache-control": "no-cache", ...headers };
    const { promise, resolve } = Promise.withResolvers<EventStream>();
    const stream = new AuthorStream(
      {
        hub: this.#hub,
        request: { session, line, headers: accept, timeoutNs },
        series: this.#hub.series(routes.tags, name ?? line.route.path),
        reconnect,
        lastEventId,
        eventBytesMax,
        unread,
        idOf,
        gone: (one) => this.#belongings.delete(one),
      },
      resolve,
    );
    this.#belongings.add(stream, options.keep);
    return promise;
  }
}
