/** Brings the archive into PostgreSQL: rows in bulk, and the word index once, afterwards. */
import type { Pool, PoolClient } from "pg";
import { archiveMessages, ARCHIVE_SEED } from "../../archive/archive-messages.ts";
import {
  ARCHIVE_PASSWORD,
  CHANNELS,
  channelName,
  isPrivate,
  membersOf,
  userName,
  USERS,
} from "../../archive/people.ts";
import { hashPassword } from "../passwords.ts";
import { suggestedWords, wordsOf } from "../search/words.ts";
import { copyInto } from "./copy-into.ts";
import { inPostgresTransaction } from "../../../ports/transactions.ts";

/** Made once, over all rows, after they are in. */
const INDEXES = [
  "CREATE UNIQUE INDEX messages_seq ON chat.messages (channel_id, seq)",
  "CREATE UNIQUE INDEX messages_client ON chat.messages (author_id, client_id, channel_id)",
  "CREATE INDEX messages_words ON chat.messages USING gin (words)",
];
const TARGET = `chat.messages
  (id, channel_id, seq, author_id, client_id, type, content, created_at_ms, private, words)`;

/** Does nothing when a database that was kept has it already. */
export async function archiveIntoPostgres(pool: Pool, messages: number): Promise<void> {
  const { rows } = await pool.query("SELECT 1 FROM chat.channels WHERE archived LIMIT 1");
  if (rows.length > 0) return;
  await inPostgresTransaction(pool, async (client) => {
    await client.query("DROP INDEX chat.messages_seq, chat.messages_client, chat.messages_words");
    const seqs = new Uint32Array(CHANNELS + 1);
    const counts = new Map<string, number>();
    await copyInto(client, TARGET, rowsOf(messages, seqs, counts));
    await copyInto(client, "chat.words (word, messages)", counts);
    await addPeople(client, seqs, await hashPassword(ARCHIVE_PASSWORD));
    await client.query(`SET LOCAL maintenance_work_mem = '512MB'`);
    for (const index of INDEXES) await client.query(index);
  });
  await pool.query("ANALYZE chat.messages");
}

/** Leaves the last sequence number of each channel in `seqs`, and in `counts` in how many public messages a word is. */
function* rowsOf(
  messages: number,
  seqs: Uint32Array,
  counts: Map<string, number>,
): Iterable<(string | number | boolean)[]> {
  for (const message of archiveMessages({ messages, seed: ARCHIVE_SEED })) {
    const { id, channelId, authorId, content, createdAtMs } = message;
    const seq = (seqs[channelId] ?? 0) + 1;
    seqs[channelId] = seq;
    const row = [id, channelId, seq, authorId, `archive-${id}`, "text", content, createdAtMs];
    yield [...row, message.isPrivate, vectorOf(content)];
    if (message.isPrivate) continue;
    for (const word of suggestedWords(content)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
}

/** As PostgreSQL writes a vector of words: each with the places where it stands. Made here, as we have the words. */
function vectorOf(content: string): string {
  const places = new Map<string, string>();
  for (const [i, word] of wordsOf(content).entries()) {
    const before = places.get(word);
    places.set(word, before === undefined ? `'${word}':${i + 1}` : `${before},${i + 1}`);
  }
  return [...places.values()].join(" ");
}

async function addPeople(client: PoolClient, seqs: Uint32Array, password: string): Promise<void> {
  const users = Array.from({ length: USERS }, (_, i) => i + 1);
  await client.query(
    `INSERT INTO chat.users (id, name, display_name, password)
    SELECT id, name, name, $3 FROM unnest($1::bigint[], $2::text[]) AS people (id, name)`,
    [users, users.map(userName), password],
  );
  const channels = Array.from({ length: CHANNELS }, (_, i) => i + 1);
  await client.query(
    `INSERT INTO chat.channels (id, name, type, description, owner_id, seq, archived)
    SELECT id, name, type, 'of the archive', 1, seq, true
    FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[]) AS topics (id, name, type, seq)`,
    [
      channels,
      channels.map(channelName),
      channels.map((id) => (isPrivate(id) ? "private" : "public")),
      channels.map((id) => seqs[id] ?? 0),
    ],
  );
  for (const id of channels.filter(isPrivate)) {
    await client.query("INSERT INTO chat.members SELECT $1, unnest($2::bigint[])", [
      id,
      membersOf(id),
    ]);
  }
}
