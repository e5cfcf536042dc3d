/** Looking for messages. */
import type { FastifyInstance } from "fastify";
import { Input } from "../input.ts";
import {
  PRIVATE_CHANNELS_MAX,
  QUERY_CHARS_MAX,
  SEARCH_HITS_DEFAULT,
  SEARCH_HITS_MAX,
  SUGGEST_CHARS_MIN,
  SUGGESTIONS_MAX,
  WORD_CHARS_MAX,
} from "../limits.ts";
import type { ChatStore } from "../parts/store.ts";
import { parseQuery, type ParsedQuery } from "../search/query.ts";
import type { Hit } from "../search/search-index.ts";
import { userOf, type ApiOptions } from "./asking.ts";

/** Nobody and nothing has this id: a filter by a name that is none finds none. */
const NOBODY = 0;

export function addSearch(
  app: FastifyInstance,
  { parts: { store, search }, sessions, metrics }: ApiOptions,
): void {
  app.get("/api/search", async (request, reply) => {
    const userId = userOf(request, sessions);
    const input = new Input(request.query);
    const q = input.text("q", { min: 1, max: QUERY_CHARS_MAX });
    const limit = input.countOr("limit", { min: 1, max: SEARCH_HITS_MAX }, SEARCH_HITS_DEFAULT);
    input.done();
    const query = parseQuery(q);
    const { authorId, channelId } = await idsIn(query, store);
    const privateChannels = await store.privateChannelsOf(userId);
    const hits = await search.search({
      ...query,
      authorId,
      channelId,
      privateChannels: privateChannels.slice(0, PRIVATE_CHANNELS_MAX),
      limit,
    });
    metrics.search();
    return reply.send({ query: q, hits: hits.map(shown) });
  });

  app.get("/api/search/suggest", async (request, reply) => {
    userOf(request, sessions);
    const input = new Input(request.query);
    const q = input.text("q", { min: SUGGEST_CHARS_MIN, max: WORD_CHARS_MAX });
    input.done();
    const suggestions = await search.suggest(q.toLowerCase(), SUGGESTIONS_MAX);
    return reply.send({ query: q, suggestions });
  });
}

async function idsIn(
  { author, channel }: ParsedQuery,
  store: ChatStore,
): Promise<{ authorId: number | undefined; channelId: number | undefined }> {
  return {
    authorId:
      author === undefined ? author : ((await store.credentials(author))?.user.id ?? NOBODY),
    channelId:
      channel === undefined ? channel : ((await store.channelNamed(channel))?.id ?? NOBODY),
  };
}

function shown({ score, ...hit }: Hit): object {
  return { ...hit, score: Math.round(score * 1_000) / 1_000 };
}
