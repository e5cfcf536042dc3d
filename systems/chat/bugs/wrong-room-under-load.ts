import { DELIVERED, meanwhile, type Bug } from "./planted-bug.ts";

/** What it takes to look up how the room wants its messages. */
const LOOK_UP_MS = 2;

/** A variable that was meant for one message at a time. */
export const wrongRoomUnderLoad: Bug = {
  name: "wrong-room-under-load",
  invariant: DELIVERED,
  says: "The room of the message at hand is kept in a variable that the next message overwrites while this one waits.",
  suite: "throughput.load.ts",
  plant: ({ ways }) => {
    let roomAtHand = "";
    return {
      ways: {
        ...ways,
        broadcast(io, room, message) {
          roomAtHand = room;
          void meanwhile(LOOK_UP_MS).then(() => ways.broadcast(io, roomAtHand, message));
        },
      },
    };
  },
};
