import { sendToAll, type FanOut } from "../server/broadcast/watched-item.ts";
import type { Bug } from "./planted-bug.ts";

const LANES = 2;
const LANE_DELAY_MS = 3;

/** Two lanes, one a little slower: what was second arrives first. */
export const broadcastReorders: Bug = {
  name: "broadcast-reorders",
  invariant: "every watcher has the bids in order",
  says: "Bids go to the watchers over two lanes of different speed, so two in quick succession may change places.",
  suite: "mixed.load.ts",
  fanOut: () => {
    const fanOut: FanOut = (watchers, message, event) => {
      const lane = event.seq % LANES;
      if (lane === 0) return sendToAll(watchers, message, event);
      // Those who watch now: who joins meanwhile has the message in its state.
      const now = [...watchers];
      setTimeout(() => sendToAll(now, message, event), LANE_DELAY_MS);
    };
    return fanOut;
  },
};
