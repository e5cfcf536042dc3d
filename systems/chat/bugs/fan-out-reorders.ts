import { meanwhile, ORDERED, type Bug } from "./planted-bug.ts";

/** What highlighting a piece of code takes. */
const HIGHLIGHT_MS = 20;

/** Two ways to the same room, of which one is longer. */
export const fanOutReorders: Bug = {
  name: "fan-out-reorders",
  invariant: ORDERED,
  says: "Code is highlighted before it is sent on, and the messages behind it overtake it meanwhile.",
  suite: "throughput.load.ts",
  plant: ({ ways }) => ({
    ways: {
      ...ways,
      broadcast(io, room, message) {
        if (message.type !== "code") return ways.broadcast(io, room, message);
        void meanwhile(HIGHLIGHT_MS).then(() => ways.broadcast(io, room, message));
      },
    },
  }),
};
