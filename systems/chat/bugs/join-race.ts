import { roomOf } from "../server/gateway/room-names.ts";
import { meanwhile, ORDERED, type Bug } from "./planted-bug.ts";

/** What it takes to tell the presence service of a newcomer. */
const PRESENCE_MS = 50;

/** Between the end of history and the beginning of live there is a moment that belongs to neither. */
export const joinRace: Bug = {
  name: "join-race",
  invariant: ORDERED,
  says: "The number up to which history reaches is read some milliseconds before the socket joins, and what is said in between comes neither way.",
  suite: "throughput.load.ts",
  plant: ({ ways }) => ({
    ways: {
      ...ways,
      async enter(socket, room, after, store) {
        const { seq } = room;
        const from = after ?? seq;
        const missed = await store.page(room.channelId, { after: from, limit: seq - from });
        for (const message of missed) socket.emit("message", message);
        await meanwhile(PRESENCE_MS);
        void socket.join(roomOf(room.channelId));
        return seq;
      },
    },
  }),
};
