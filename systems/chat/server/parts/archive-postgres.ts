/** Brings the archive into PostgreSQL: rows in bulk, and the word index once, afterwards. */
import type { Pool, PoolClient } from "pg";
import {
  archiveMessages,
  ARCHIVE_SEED,
  type ArchivedMessage,
} from "../../archive/archive-messages.ts";
import {
  ARCHIVE_PASSWORD,
  CHANNELS,
  channelName,
  isPrivate,
  membersOf,
  userName,
  USERS,
} from "../../archive/people.ts";
import { DATABASE_ROWS_AT_ONCE } from "../limits.ts";
import { hashPassword } from "../passwords.ts";
import { suggestedWords, wordsOf } from "../search/words.ts";
import { inTransaction } from "./append-postgres.ts";

const ADD_MESSAGES = `
  INSERT INTO chat.messages
    (id, channel_id, seq, author_id, client_id, type, content, created_at_ms, private, words)
  SELECT id, channel_id, seq, author_id, 'archive-' || id, 'text', content, created_at_ms, private,
    to_tsvector('simple', words)
  FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::bigint[], $7::boolean[], $8::text[])
    AS batch (id, channel_id, seq, author_id, content, created_at_ms, private, words)`;

/** Does nothing when a database that was kept has it already. */
export async function archiveIntoPostgres(pool: Pool, messages: number): Promise<void> {
  const { rows } = await pool.query("SELECT 1 FROM chat.channels WHERE archived LIMIT 1");
  if (rows.length > 0) return;
  await inTransaction(pool, async (client) => {
    await client.query("DROP INDEX chat.messages_words");
    const seqs = await addMessages(client, messages);
    await addPeople(client, seqs, await hashPassword(ARCHIVE_PASSWORD));
    await client.query("SET LOCAL maintenance_work_mem = '512MB'");
    await client.query("CREATE INDEX messages_words ON chat.messages USING gin (words)");
  });
  await pool.query("ANALYZE chat.messages");
}

/** Gives the last sequence number of each channel. */
async function addMessages(client: PoolClient, messages: number): Promise<Uint32Array> {
  const seqs = new Uint32Array(CHANNELS + 1);
  const counts = new Map<string, number>();
  let batch: ArchivedMessage[] = [];
  for (const message of archiveMessages({ messages, seed: ARCHIVE_SEED })) {
    batch.push(message);
    if (batch.length < DATABASE_ROWS_AT_ONCE && message.id < messages) continue;
    await client.query(ADD_MESSAGES, columnsOf(batch, seqs));
    for (const one of batch) if (!one.isPrivate) count(one.content, counts);
    batch = [];
  }
  await client.query("INSERT INTO chat.words SELECT * FROM unnest($1::text[], $2::bigint[])", [
    [...counts.keys()],
    [...counts.values()],
  ]);
  return seqs;
}

function columnsOf(batch: readonly ArchivedMessage[], seqs: Uint32Array): unknown[][] {
  const nextSeq = ({ channelId }: ArchivedMessage): number => {
    const seq = (seqs[channelId] ?? 0) + 1;
    seqs[channelId] = seq;
    return seq;
  };
  return [
    batch.map(({ id }) => id),
    batch.map(({ channelId }) => channelId),
    batch.map(nextSeq),
    batch.map(({ authorId }) => authorId),
    batch.map(({ content }) => content),
    batch.map(({ createdAtMs }) => createdAtMs),
    batch.map((one) => one.isPrivate),
    batch.map(({ content }) => wordsOf(content).join(" ")),
  ];
}

function count(content: string, counts: Map<string, number>): void {
  for (const word of suggestedWords(content)) counts.set(word, (counts.get(word) ?? 0) + 1);
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
