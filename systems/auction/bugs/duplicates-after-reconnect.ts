import type { Bug } from "./planted-bug.ts";

/** Off by a few: who comes back is told again what it had already seen. */
const TOLD_AGAIN = 2;

export const duplicatesAfterReconnect: Bug = {
  name: "duplicates-after-reconnect",
  invariant: "every accepted bid reaches every watcher, once",
  says: "A watcher that comes back is sent the last two bids again that it had seen before it left.",
  suite: "mixed.load.ts",
  resumeAfter: (after) => Math.max(0, after - TOLD_AGAIN),
};
