import { CHANNELS, PRIVATE_FROM } from "../archive/people.ts";
import type { SearchIndex } from "../server/search/search-index.ts";
import { insteadOf, PRIVATE, type Bug } from "./planted-bug.ts";

/** The index knows everything, and nobody asked it to keep quiet. */
export const privateLeaksThroughSearch: Bug = {
  name: "private-leaks-through-search",
  invariant: PRIVATE,
  says: "Search does not look at who asks: it finds what was said in every private channel.",
  suite: "search.load.ts",
  plant: ({ search }) => {
    const archived = Array.from(
      { length: CHANNELS - PRIVATE_FROM + 1 },
      (_, i) => PRIVATE_FROM + i,
    );
    const everyPrivate = new Set(archived);
    return {
      search: insteadOf<SearchIndex>(search, {
        add(messages) {
          for (const { message, isPrivate } of messages) {
            if (isPrivate) everyPrivate.add(message.channelId);
          }
          search.add(messages);
        },
        search: (request) => search.search({ ...request, privateChannels: [...everyPrivate] }),
      }),
    };
  },
};
