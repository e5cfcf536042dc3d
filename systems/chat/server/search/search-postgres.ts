/**
 * The search index of the real parts: PostgreSQL's own, over the messages themselves, so what is stored is found at once.
 * Only the count of words, from which suggestions are made, follows a moment later.
 */
import type { Pool } from "pg";
import type { Row } from "../parts/store-rows.ts";
import { SEARCH_CANDIDATES_MAX } from "../limits.ts";
import type { Term } from "./query.ts";
import { best } from "./rank.ts";
import type {
  Hit,
  IndexedMessage,
  SearchIndex,
  SearchRequest,
  Suggestion,
} from "./search-index.ts";
import { suggestedWords } from "./words.ts";

const COUNT_WORDS = `
  INSERT INTO chat.words AS old (word, messages)
  SELECT * FROM unnest($1::text[], $2::bigint[]) AS counted (word, messages) ORDER BY word
  ON CONFLICT (word) DO UPDATE SET messages = old.messages + excluded.messages`;

export class PostgresSearchIndex implements SearchIndex {
  readonly #pool: Pool;
  readonly #log: (line: string) => void;
  /** Word counts are written one batch after another: they add up, and must not wait for each other's rows. */
  #counting: Promise<void> = Promise.resolve();
  #waiting = 0;

  /** `pool` stays the caller's to close. */
  constructor(pool: Pool, log: (line: string) => void) {
    this.#pool = pool;
    this.#log = log;
  }

  get waiting(): number {
    return this.#waiting;
  }

  add(messages: readonly IndexedMessage[]): void {
    this.#count(messages.length, countsOf(messages, 1));
  }

  change(before: IndexedMessage, after: IndexedMessage): void {
    const counts = countsOf([before], -1);
    for (const [word, count] of countsOf([after], 1))
      counts.set(word, (counts.get(word) ?? 0) + count);
    this.#count(1, counts);
  }

  /** Its messages are gone with the channel; its words stay until they are said no more elsewhere either. */
  forget(): void {
    this.#count(0, new Map());
  }

  async messages(): Promise<number> {
    const { rows } = await this.#pool.query("SELECT count(*) FROM chat.messages WHERE NOT deleted");
    return Number(rows[0].count);
  }

  async search(request: SearchRequest): Promise<Hit[]> {
    const { where, values } = conditions(request);
    const [{ rows }, counts, messages] = await Promise.all([
      this.#pool.query<Row>(
        `SELECT id, channel_id, seq, author_id, content, created_at_ms FROM chat.messages
        WHERE ${where.join(" AND ")} ORDER BY id DESC LIMIT ${SEARCH_CANDIDATES_MAX}`,
        values,
      ),
      this.#messagesWith(request.terms.flatMap(({ words }) => words)),
      this.#roughly(),
    ]);
    const ranked = best(rows.map(foundOf), request.terms, {
      messages,
      messagesWith: (word) => counts.get(word) ?? 0,
      limit: request.limit,
    });
    return ranked.map(({ candidate, score }) => ({ ...candidate, score }));
  }

  async suggest(beginning: string, limit: number): Promise<Suggestion[]> {
    const { rows } = await this.#pool.query<Row>(
      `SELECT word, messages FROM chat.words WHERE word >= $1 AND word < $2 AND messages > 0
      ORDER BY messages DESC, word LIMIT $3`,
      [beginning, `${beginning}\u{10ffff}`, limit],
    );
    return rows.map((row) => ({ word: String(row["word"]), messages: Number(row["messages"]) }));
  }

  /** Waits for what is being counted. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#counting;
  }

  #count(messages: number, counts: ReadonlyMap<string, number>): void {
    this.#waiting += messages;
    this.#counting = this.#counting.then(async () => {
      try {
        if (counts.size > 0)
          await this.#pool.query(COUNT_WORDS, [[...counts.keys()], [...counts.values()]]);
      } catch (error) {
        this.#log(`words are not suggested: ${String(error)}`);
      }
      this.#waiting -= messages;
    });
  }

  async #messagesWith(words: readonly string[]): Promise<Map<string, number>> {
    const { rows } = await this.#pool.query<Row>(
      "SELECT word, messages FROM chat.words WHERE word = ANY($1)",
      [words],
    );
    return new Map(rows.map((row) => [String(row["word"]), Number(row["messages"])]));
  }

  /** The planner's own estimate: for the weight of a word it is enough, and counting a million rows is not free. */
  async #roughly(): Promise<number> {
    const { rows } = await this.#pool.query(
      "SELECT greatest(reltuples, 1) AS messages FROM pg_class WHERE oid = 'chat.messages'::regclass",
    );
    return Number(rows[0].messages);
  }
}

function countsOf(messages: readonly IndexedMessage[], by: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { message, isPrivate } of messages) {
    if (isPrivate) continue;
    for (const word of suggestedWords(message.content))
      counts.set(word, (counts.get(word) ?? 0) + by);
  }
  return counts;
}

function conditions(request: SearchRequest): { where: string[]; values: unknown[] } {
  const { terms, excluded, authorId, channelId, fromMs, beforeMs, privateChannels } = request;
  const where = ["NOT deleted"];
  const values: unknown[] = [];
  const add = (condition: string, value: unknown): void => {
    values.push(value);
    where.push(condition.replace("?", `$${values.length}`));
  };
  add("(NOT private OR channel_id = ANY(?::bigint[]))", privateChannels);
  const wanted = terms.map(lexemes);
  const unwanted = excluded.map((term) => `!(${lexemes(term)})`);
  const words = [...wanted, ...unwanted].join(" & ");
  if (words !== "") add("words @@ ?::tsquery", words);
  if (authorId !== undefined) add("author_id = ?", authorId);
  if (channelId !== undefined) add("channel_id = ?", channelId);
  if (fromMs !== undefined) add("created_at_ms >= ?", fromMs);
  if (beforeMs !== undefined) add("created_at_ms < ?", beforeMs);
  return { where, values };
}

/** Words are letters and digits only, so quotes are all they need. */
function lexemes({ words, prefix }: Term): string {
  const quoted = words.map((word) => `'${word}'`).join(" <-> ");
  return `(${quoted}${prefix ? ":*" : ""})`;
}

function foundOf(row: Row): Omit<Hit, "score"> {
  return {
    id: Number(row["id"]),
    channelId: Number(row["channel_id"]),
    seq: Number(row["seq"]),
    authorId: Number(row["author_id"]),
    content: String(row["content"]),
    createdAtMs: Number(row["created_at_ms"]),
  };
}
