import { DELIVERED, type Bug } from "./planted-bug.ts";

/** What is fit for cursors and "is typing" is not fit for messages. */
export const droppedOnBackpressure: Bug = {
  name: "dropped-on-backpressure",
  invariant: DELIVERED,
  says: "Messages are sent as volatile: a connection that has not taken the one before is silently passed over.",
  suite: "throughput.load.ts",
  plant: ({ ways }) => ({
    ways: {
      ...ways,
      broadcast(io, room, message) {
        io.to(room).volatile.emit("message", message);
      },
    },
  }),
};
