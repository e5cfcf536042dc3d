/** From an author's URL and options to what a connection is opened with. */
import type { Tags } from "../../record/metric.ts";
import type { Session } from "../http1/session.ts";
import type { WebSocketOptions } from "../websocket.ts";
import type { ConnectionOptions } from "./connection.ts";
import type { Hub } from "./hub.ts";
import type { ConnectSettings } from "./settings.ts";

/** Throws a TypeError for a URL that cannot be. */
export function opening(
  hub: Hub,
  session: Session,
  tags: Tags,
  url: string,
  options: Pick<WebSocketOptions, "name" | "headers" | "tags"> | undefined,
  settings: ConnectSettings,
): ConnectionOptions {
  const own = options?.tags;
  const routes = session.family.routes(own === undefined ? tags : { ...tags, ...own });
  const line = routes.line("GET", asHttp(url), options?.name);
  return {
    hub,
    request: {
      session,
      line,
      headers: options?.headers,
      protocols: settings.protocols,
      compress: settings.compress,
      answers: hub.answers,
    },
    series: hub.series(routes.tags, options?.name ?? line.route.path),
    timeoutNs: settings.timeoutNs,
    messageBytesMax: settings.messageBytesMax,
  };
}

/** A WebSocket begins as an HTTP request (RFC 6455 §1.7): to the same hosts, with the same cookies and certificates. */
export function asHttp(url: string): string {
  if (typeof url !== "string") return url;
  const plain = url.startsWith("ws:") || url.startsWith("wss:");
  return plain ? `http${url.slice(2)}` : url.replace(/^ws(?=s?:)/i, "http");
}
