/** The broadcast's own small server: WebSockets for watchers, and JSON about itself. */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import Fastify, { type FastifyInstance } from "fastify";
import { WebSocketServer, type WebSocket } from "ws";
import { answerProblems } from "../../../http/answer-problems.ts";
import { RequestProblem } from "../../../http/request-problem.ts";
import { isItemId, readItemId } from "../api/input.ts";
import type { EventBus } from "../bus/bus.ts";
import { BODY_BYTES_MAX, WATCHERS_MAX } from "../limits.ts";
import type { Broadcast } from "./broadcast.ts";
import { SocketWatcher } from "./socket-watcher.ts";
import type { WatchedItem } from "./watched-item.ts";

export interface BroadcastApiOptions {
  readonly bus: EventBus;
  readonly broadcast: Broadcast;
  /** The number from which on a watcher who has seen `after` is served; see the planted bugs. */
  readonly resumeAfter: (after: number) => number;
  readonly report: (line: string) => void;
}

const ROUTES = "WebSocket /ws/items/:id?after=, GET /stats/items/:id, GET /health";
const WATCH_PATH = /^\/ws\/items\/([^/?]+)$/;

export function createBroadcastApi(options: BroadcastApiOptions): FastifyInstance {
  const { bus, broadcast, report } = options;
  const door = new Door(options);
  const app = Fastify({ forceCloseConnections: true });
  answerProblems(app, {
    routes: ROUTES,
    inDoubt: "ask again",
    bodyBytesMax: BODY_BYTES_MAX,
    log: report,
  });
  app.server.on("upgrade", (request, socket, head) => void door.open(request, socket, head));
  app.addHook("onClose", () => door.close());

  app.get<{ Params: { id: string } }>("/stats/items/:id", async (request, reply) => {
    const itemId = readItemId(request.params.id);
    const item = await broadcast.item(itemId);
    if (item === undefined || item === "full") throw unknownItem(itemId);
    return reply.send({
      itemId,
      seq: item.seq,
      connections: item.watchers.size,
      messagesSent: item.messagesSent,
    });
  });

  app.get("/health", async (_request, reply) => {
    const { rss, heapUsed } = process.memoryUsage();
    const { user, system } = process.cpuUsage();
    return reply.send({
      status: "ok",
      pid: process.pid,
      bus: bus.isUp ? "up" : "away",
      items: broadcast.items.size,
      ...door.counts,
      memoryBytes: rss,
      heapBytes: heapUsed,
      cpuMs: (user + system) / 1_000,
    });
  });
  return app;
}

/** Lets watchers in, counts them, and closes behind them. */
class Door {
  readonly #options: BroadcastApiOptions;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: BODY_BYTES_MAX,
    clientTracking: true,
  });
  #droppedTooSlow = 0;

  constructor(options: BroadcastApiOptions) {
    this.#options = options;
  }

  get counts(): { watchers: number; droppedTooSlow: number } {
    return { watchers: this.#sockets.clients.size, droppedTooSlow: this.#droppedTooSlow };
  }

  async open(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on("error", () => undefined);
    const url = new URL(request.url ?? "/", "http://broadcast");
    const itemId = WATCH_PATH.exec(url.pathname)?.[1];
    const afterText = url.searchParams.get("after");
    const after = afterText === null ? undefined : Number(afterText);
    if (itemId === undefined || !isItemId(itemId)) return refuse(socket, 404, "Not Found");
    if (after !== undefined && !Number.isInteger(after)) return refuse(socket, 400, "Bad Request");
    if (this.#sockets.clients.size >= WATCHERS_MAX) return refuse(socket, 503, "Full");
    let item: WatchedItem | "full" | undefined;
    try {
      item = await this.#options.broadcast.item(itemId);
    } catch {
      return refuse(socket, 503, "The bus is away");
    }
    if (item === "full") return refuse(socket, 503, "Full");
    if (item === undefined) return refuse(socket, 404, "Not Found");
    if (socket.destroyed) return;
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) =>
      this.#welcome(webSocket, socket, item, after),
    );
  }

  close(): void {
    for (const socket of this.#sockets.clients) socket.close(1001);
    this.#sockets.close();
  }

  #welcome(socket: WebSocket, stream: Duplex, item: WatchedItem, after: number | undefined): void {
    const watcher = new SocketWatcher(socket, stream, () => {
      this.#droppedTooSlow += 1;
    });
    socket.on("error", () => undefined);
    socket.on("close", () => item.watchers.delete(watcher));
    const { resumeAfter } = this.#options;
    item.join(watcher, after === undefined ? undefined : resumeAfter(after));
  }
}

function refuse(socket: Duplex, status: number, reason: string): void {
  const head = `HTTP/1.1 ${status} ${reason}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`;
  socket.end(head, () => socket.destroy());
}

function unknownItem(itemId: string): RequestProblem {
  return new RequestProblem(
    404,
    "unknown-item",
    `item must be one opened with POST /items, got "${itemId}"`,
  );
}
