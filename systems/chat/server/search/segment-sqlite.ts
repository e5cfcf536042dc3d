/**
 * A body of messages that can be searched: a table, an FTS5 index over it, and the count of its words. The live messages
 * are one segment, in memory; an archive is another, on disk and never written to.
 *
 * Author and channel are words of a column of their own (`a17 c5`), so that "coffee, by Ada" is the crossing of two
 * short lists and not a walk through all coffee.
 */
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import type { Row } from "../parts/store-rows.ts";
import type { Term } from "./query.ts";
import type { Hit, IndexedMessage, SearchRequest, Suggestion } from "./search-index.ts";
import { suggestedWords } from "./words.ts";
import { inSqliteTransaction } from "../../../ports/transactions.ts";

export const SEGMENT_SCHEMA = `
  CREATE TABLE messages (
    id INTEGER PRIMARY KEY, channel_id INTEGER NOT NULL, seq INTEGER NOT NULL, author_id INTEGER NOT NULL,
    type TEXT NOT NULL, content TEXT NOT NULL, private INTEGER NOT NULL, created_at_ms INTEGER NOT NULL,
    tags TEXT GENERATED ALWAYS AS ('a' || author_id || ' c' || channel_id) VIRTUAL
  ) STRICT;
  CREATE VIRTUAL TABLE found USING fts5 (
    content, tags, content = 'messages', content_rowid = 'id', prefix = '2 3',
    tokenize = 'unicode61 remove_diacritics 0'
  );
  CREATE TABLE words (word TEXT PRIMARY KEY, messages INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`;

export const SEGMENT_INDEXES = "CREATE UNIQUE INDEX messages_seq ON messages (channel_id, seq);";

export type Found = Omit<Hit, "score">;

export class SqliteSegment {
  readonly #database: DatabaseSync;
  readonly #sql: ReturnType<typeof prepared>;
  /** Counted once: counting a million rows takes longer than most searches. */
  #messages: number;

  /** The schema must be there. */
  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#sql = prepared(database);
    const counted = database.prepare("SELECT count(*) AS messages FROM messages").get();
    this.#messages = Number(counted?.["messages"]);
  }

  /** In one transaction. */
  add(messages: readonly IndexedMessage[]): void {
    inSqliteTransaction(this.#database, () => {
      for (const one of messages) this.#insert(one);
    });
  }

  change(before: IndexedMessage, after: IndexedMessage): void {
    inSqliteTransaction(this.#database, () => {
      this.#delete(before);
      if (!after.message.deleted) this.#insert(after);
    });
  }

  forget(channelId: number): void {
    inSqliteTransaction(this.#database, () => {
      for (const row of this.#sql.ofChannel.all(channelId)) {
        this.#unfind(row);
        if (row["private"] === 0) this.#count(String(row["content"]), -1);
      }
      this.#messages -= Number(this.#sql.deleteChannel.run(channelId).changes);
      this.#sql.dropWords.run();
    });
  }

  /** The newest that match, newest first. */
  newest(request: SearchRequest, limit: number): Found[] {
    const match = matchOf(request);
    const { from, where, values } = conditions(request, match);
    const order = match === undefined ? "m.id" : "found.rowid";
    const rows = this.#database
      .prepare(
        `SELECT m.* FROM ${from} WHERE ${where.join(" AND ")} ORDER BY ${order} DESC LIMIT ?`,
      )
      .all(...values, limit);
    return rows.map(foundOf);
  }

  get messages(): number {
    return this.#messages;
  }

  messagesWith(word: string): number {
    return Number(this.#sql.messagesWith.get(word)?.["messages"] ?? 0);
  }

  /** The most frequent words that begin so. */
  suggest(beginning: string, limit: number): Suggestion[] {
    const rows = this.#sql.suggest.all(beginning, `${beginning}\u{10ffff}`, limit);
    return rows.map((row) => ({ word: String(row["word"]), messages: Number(row["messages"]) }));
  }

  #insert({ message, isPrivate }: IndexedMessage): void {
    const { id, channelId, seq, authorId, type, content, createdAtMs } = message;
    const hidden = isPrivate ? 1 : 0;
    this.#sql.insert.run(id, channelId, seq, authorId, type, content, hidden, createdAtMs);
    this.#sql.find.run(id, content, tagsOf(authorId, channelId));
    this.#messages += 1;
    if (!isPrivate) this.#count(content, 1);
  }

  #delete({ message, isPrivate }: IndexedMessage): void {
    const row = this.#sql.one.get(message.id);
    if (row === undefined) return;
    this.#unfind(row);
    this.#sql.delete.run(message.id);
    this.#messages -= 1;
    if (isPrivate) return;
    this.#count(String(row["content"]), -1);
    this.#sql.dropWords.run();
  }

  #unfind(row: Row): void {
    const tags = tagsOf(Number(row["author_id"]), Number(row["channel_id"]));
    this.#sql.unfind.run(Number(row["id"]), String(row["content"]), tags);
  }

  #count(content: string, by: number): void {
    for (const word of suggestedWords(content)) this.#sql.count.run(word, by);
  }
}

/** What FTS5 is asked for; undefined when nothing but dates is. All that a user typed is quoted. */
function matchOf({ terms, excluded, authorId, channelId }: SearchRequest): string | undefined {
  const parts = terms.map((term) => `content : ${quoted(term)}`);
  if (authorId !== undefined) parts.push(`tags : "a${authorId}"`);
  if (channelId !== undefined) parts.push(`tags : "c${channelId}"`);
  if (parts.length === 0) return undefined;
  const without = excluded.map((term) => ` NOT content : ${quoted(term)}`);
  return `(${parts.join(" AND ")})${without.join("")}`;
}

function quoted({ words, prefix }: Term): string {
  return `"${words.join(" ")}"${prefix ? " *" : ""}`;
}

function conditions(
  { fromMs, beforeMs, privateChannels }: SearchRequest,
  match: string | undefined,
): { from: string; where: string[]; values: SQLInputValue[] } {
  const where = ["(m.private = 0 OR m.channel_id IN (SELECT value FROM json_each(?)))"];
  const values: SQLInputValue[] = [JSON.stringify(privateChannels)];
  if (fromMs !== undefined) {
    where.push("m.created_at_ms >= ?");
    values.push(fromMs);
  }
  if (beforeMs !== undefined) {
    where.push("m.created_at_ms < ?");
    values.push(beforeMs);
  }
  if (match === undefined) return { from: "messages m", where, values };
  where.unshift("found MATCH ?");
  values.unshift(match);
  return { from: "found CROSS JOIN messages m ON m.id = found.rowid", where, values };
}

function tagsOf(authorId: number, channelId: number): string {
  return `a${authorId} c${channelId}`;
}

function foundOf(row: Row): Found {
  return {
    id: Number(row["id"]),
    channelId: Number(row["channel_id"]),
    seq: Number(row["seq"]),
    authorId: Number(row["author_id"]),
    content: String(row["content"]),
    createdAtMs: Number(row["created_at_ms"]),
  };
}

// oxlint-disable-next-line typescript/explicit-module-boundary-types
function prepared(database: DatabaseSync) {
  return {
    insert: database.prepare(`INSERT INTO messages
      (id, channel_id, seq, author_id, type, content, private, created_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`),
    find: database.prepare("INSERT INTO found (rowid, content, tags) VALUES (?, ?, ?)"),
    unfind: database.prepare(
      "INSERT INTO found (found, rowid, content, tags) VALUES ('delete', ?, ?, ?)",
    ),
    one: database.prepare("SELECT * FROM messages WHERE id = ?"),
    delete: database.prepare("DELETE FROM messages WHERE id = ?"),
    ofChannel: database.prepare("SELECT * FROM messages WHERE channel_id = ?"),
    deleteChannel: database.prepare("DELETE FROM messages WHERE channel_id = ?"),
    count: database.prepare(`INSERT INTO words (word, messages) VALUES (?, ?)
      ON CONFLICT (word) DO UPDATE SET messages = messages + excluded.messages`),
    dropWords: database.prepare("DELETE FROM words WHERE messages < 1"),
    messagesWith: database.prepare("SELECT messages FROM words WHERE word = ?"),
    suggest: database.prepare(`SELECT word, messages FROM words WHERE word >= ? AND word < ?
      ORDER BY messages DESC, word LIMIT ?`),
  };
}
