import type { SearchIndex } from "../server/search/search-index.ts";
import { suggestedWords } from "../server/search/words.ts";
import { insteadOf, SUGGESTED, type Bug } from "./planted-bug.ts";

/** Built at night, and nobody restarted it since. */
export const suggestionsStale: Bug = {
  name: "suggestion-index-stale",
  invariant: SUGGESTED,
  says: "Words are counted for suggestions when the server starts, and never again: what is said since is found, but not suggested.",
  suite: "search.load.ts",
  plant: ({ search }) => {
    const saidSince = new Map<string, number>();
    return {
      search: insteadOf<SearchIndex>(search, {
        add(messages) {
          for (const { message, isPrivate } of messages) {
            if (isPrivate) continue;
            for (const word of suggestedWords(message.content)) {
              saidSince.set(word, (saidSince.get(word) ?? 0) + 1);
            }
          }
          search.add(messages);
        },
        async suggest(beginning, limit) {
          const suggestions = await search.suggest(beginning, limit);
          return suggestions
            .map(({ word, messages }) => ({
              word,
              messages: messages - (saidSince.get(word) ?? 0),
            }))
            .filter(({ messages }) => messages > 0);
        },
      }),
    };
  },
};
