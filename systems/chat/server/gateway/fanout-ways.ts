/** The two steps of the fan-out in which everything can go wrong, apart from it, so that bugs can be planted in them. */
import type { Server, Socket } from "socket.io";
import { REPLAY_MESSAGES_MAX, REPLAY_PAGE_MESSAGES } from "../limits.ts";
import type { ChatStore, Message } from "../parts/store.ts";
import { RequestProblem } from "../../../http/request-problem.ts";
import { roomOf } from "./room-names.ts";
import type { Room } from "./room.ts";

export interface FanoutWays {
  broadcast(io: Server, room: string, message: Message): void;
  /** Replays what is missing behind `after`, joins, and gives the number up to which the socket is served. */
  enter(
    socket: Socket,
    room: Room,
    after: number | undefined,
    store: Pick<ChatStore, "page">,
  ): Promise<number>;
}

export const rightWays: FanoutWays = {
  broadcast(io, room, message) {
    io.to(room).emit("message", message);
  },

  async enter(socket, room, after, store) {
    let sent = after ?? room.seq;
    if (room.seq - sent > REPLAY_MESSAGES_MAX) throw tooFar(room.seq - sent);
    for (;;) {
      const rest = room.since(sent);
      if (rest !== undefined) {
        // No turn passes between the last look and the joining, so nothing can fall between them.
        for (const message of rest) socket.emit("message", message);
        void socket.join(roomOf(room.channelId));
        return room.seq;
      }
      const page = await store.page(room.channelId, { after: sent, limit: REPLAY_PAGE_MESSAGES });
      for (const message of page) socket.emit("message", message);
      sent = page.at(-1)?.seq ?? room.seq;
    }
  },
};

export function tooFar(messages: number): RequestProblem {
  return new RequestProblem(
    409,
    "too-far-behind",
    `after must be at most ${REPLAY_MESSAGES_MAX} messages back, got ${messages}; read the history instead`,
  );
}
