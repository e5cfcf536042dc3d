import { sendToAll, type FanOut } from "../server/broadcast/watched-item.ts";
import type { Bug } from "./planted-bug.ts";

/** As little as this for one item, and the queue is said to be full. */
const QUEUE_MAX = 3;
const DRAIN_MS = 5;

/** A bounded queue whose overflow nobody hears of. */
export const broadcastDropsSilently: Bug = {
  name: "broadcast-drops-silently",
  invariant: "every accepted bid reaches every watcher, once",
  says: "When bids come faster than they are sent, those beyond a small queue are left out, and no watcher is told.",
  suite: "mixed.load.ts",
  fanOut: () => {
    const queued = new Map<string, number>();
    const fanOut: FanOut = (watchers, message, event) => {
      const length = queued.get(event.itemId) ?? 0;
      if (length >= QUEUE_MAX) return;
      queued.set(event.itemId, length + 1);
      setTimeout(() => queued.set(event.itemId, (queued.get(event.itemId) ?? 1) - 1), DRAIN_MS);
      sendToAll(watchers, message, event);
    };
    return fanOut;
  },
};
