/**
 * The door for those who stay: Socket.IO over WebSocket. A client brings its token with the connection and then asks;
 * every question is acknowledged with `{ok: true, …}` or `{ok: false, code, message}`.
 *
 *     join {channelId, after?, presence?} ──► {ok, seq}     replays from behind `after`, then every new message
 *     leave {channelId} · send {channelId, clientId, type, content, fileId?} ──► {ok, message}
 *     typing {channelId, typing} · who {channelId} ──► {ok, online}
 *
 *     message, changed, closed ◄── of joined channels      notification ◄── one's own      typing, presence ◄──
 */
import type { Server as HttpServer } from "node:http";
import { Server, type Socket } from "socket.io";
import type { Conversation } from "../conversation.ts";
import { Input } from "../input.ts";
import { PACKET_BYTES_MAX, PING_EVERY_MS, PONG_WITHIN_MS } from "../limits.ts";
import { RequestProblem } from "../../../http/request-problem.ts";
import type { Sessions } from "../sessions.ts";
import type { Fanout } from "./fanout.ts";
import { Presence } from "./presence.ts";
import { channelOfRoom, roomOf, roomOfUser, watchersOf } from "./room-names.ts";

export interface GatewayOptions {
  readonly io: Server;
  readonly sessions: Sessions;
  readonly conversation: Conversation;
  readonly fanout: Fanout;
  /** Takes what goes wrong that is not a client's fault. */
  readonly report: (error: Error) => void;
}

type Ask = (userId: number, input: Input, socket: Socket) => Promise<object>;

export function createSocketServer(http: HttpServer): Server {
  const io = new Server(http, {
    transports: ["websocket"],
    serveClient: false,
    perMessageDeflate: false,
    httpCompression: false,
    maxHttpBufferSize: PACKET_BYTES_MAX,
    pingInterval: PING_EVERY_MS,
    pingTimeout: PONG_WITHIN_MS,
  });
  // The request that opened a connection is a fifth of what the connection costs.
  io.engine.on("connection", (raw: { request: unknown }) => {
    raw.request = null;
  });
  return io;
}

/** From here on clients are let in. */
export function openGateway(options: GatewayOptions): Presence {
  const { io, sessions } = options;
  const presence = new Presence(io);
  const asks = asksOf(options, presence);
  io.use((socket, next) => {
    const userId = sessions.userOf(socket.handshake.auth["token"]);
    if (userId === undefined) return next(new Error("unauthorized"));
    socket.data = { userId };
    next();
  });
  io.on("connection", (socket) => {
    const { userId } = socket.data as { userId: number };
    void socket.join(roomOfUser(userId));
    for (const [name, ask] of Object.entries(asks)) {
      socket.on(name, (what: unknown, acknowledge: unknown) => {
        void answer(socket, ask, what, acknowledge, options.report);
      });
    }
    socket.on("disconnecting", () => {
      for (const channelId of channelsOf(socket)) presence.went(channelId, userId);
    });
  });
  return presence;
}

async function answer(
  socket: Socket,
  ask: Ask,
  what: unknown,
  acknowledge: unknown,
  report: (error: Error) => void,
): Promise<void> {
  const tell = typeof acknowledge === "function" ? (acknowledge as (a: object) => void) : () => {};
  try {
    const { userId } = socket.data as { userId: number };
    tell({ ok: true, ...(await ask(userId, new Input(what), socket)) });
  } catch (error) {
    if (error instanceof RequestProblem) {
      return tell({ ok: false, code: error.code, message: error.message });
    }
    report(error as Error);
    const message = "a part of this server is away; the message may or may not stand";
    tell({ ok: false, code: "error", message });
  }
}

function asksOf(
  { conversation, fanout }: GatewayOptions,
  presence: Presence,
): Readonly<Record<string, Ask>> {
  return {
    join: async (userId, input, socket) => {
      const channelId = input.id("channelId");
      const after = input.countOr("after", { min: 0, max: Number.MAX_SAFE_INTEGER }, undefined);
      const watches = input.oneOf("presence", ["no", "yes"], "no") === "yes";
      input.done();
      await conversation.mayEnter(userId, channelId);
      if (socket.rooms.has(roomOf(channelId))) fanout.leave(socket, channelId);
      const seq = await fanout.enter(socket, channelId, after);
      if (watches) void socket.join(watchersOf(channelId));
      presence.came(channelId, userId);
      return { channelId, seq };
    },
    leave: async (userId, input, socket) => {
      const channelId = input.id("channelId");
      input.done();
      fanout.leave(socket, channelId);
      void socket.leave(watchersOf(channelId));
      presence.went(channelId, userId);
      return { channelId };
    },
    send: async (userId, input) => ({ message: await conversation.send(userId, input) }),
    typing: async (userId, input, socket) => {
      const channelId = input.id("channelId");
      const typing = input.oneOf("typing", ["yes", "no"], "yes");
      input.done();
      const room = roomOf(channelId);
      // What somebody is typing is old in a moment: whoever cannot take it now need not have it.
      if (socket.rooms.has(room))
        socket.to(room).volatile.emit("typing", { channelId, userId, typing });
      return {};
    },
    who: async (userId, input) => {
      const channelId = input.id("channelId");
      input.done();
      await conversation.mayRead(userId, channelId);
      return { channelId, online: presence.online(channelId) };
    },
  };
}

function channelsOf(socket: Socket): number[] {
  return [...socket.rooms].map(channelOfRoom).filter((channelId) => channelId > 0);
}
