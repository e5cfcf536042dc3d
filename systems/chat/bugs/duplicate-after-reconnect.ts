import { DELIVERED, type Bug } from "./planted-bug.ts";

/** "From there on", or "from behind there on"? */
export const duplicateAfterReconnect: Bug = {
  name: "duplicate-after-reconnect",
  invariant: DELIVERED,
  says: "Who comes back and names the last message he has is sent that message again.",
  suite: "throughput.load.ts",
  plant: ({ ways }) => ({
    ways: {
      ...ways,
      enter: (socket, room, after, store) => {
        const from = after === undefined ? undefined : Math.max(0, after - 1);
        return ways.enter(socket, room, from, store);
      },
    },
  }),
};
