import type { ChatStore } from "../server/parts/store.ts";
import { COUNTED, insteadOf, meanwhile, type Bug } from "./planted-bug.ts";

/** A round trip to the cache that holds the counts. */
const CACHE_MS = 2;

/** The list is right, the number on the icon is not. */
export const unreadCountRaces: Bug = {
  name: "unread-count-races",
  invariant: COUNTED,
  says: "The unread count is kept in a cache, read, raised and written back in separate steps, so of two mentions at once one is not counted.",
  suite: "api.load.ts",
  plant: ({ store }) => {
    const cache = new Map<number, number>();
    const raise = async (userId: number): Promise<void> => {
      const count = cache.get(userId) ?? 0;
      await meanwhile(CACHE_MS);
      cache.set(userId, count + 1);
    };
    return {
      store: insteadOf<ChatStore>(store, {
        async append(batch) {
          const appended = await store.append(batch);
          for (const one of appended) {
            if (one.answer === "stored") for (const userId of one.notified) void raise(userId);
          }
          return appended;
        },
        unread: async (userId) => cache.get(userId) ?? 0,
        async markRead(userId, throughId) {
          const marked = await store.markRead(userId, throughId);
          cache.set(userId, await store.unread(userId));
          return marked;
        },
      }),
    };
  },
};
