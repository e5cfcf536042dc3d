/** Stores a batch of messages in PostgreSQL, with the notifications they make, in one transaction. */
import type { Pool, PoolClient } from "pg";
import { wordsOf } from "../search/words.ts";
import { APPEND, NOTIFY_DIRECT, NOTIFY_MENTIONED } from "./schema-postgres.ts";
import { messageOf, type Row } from "./store-rows.ts";
import type { Appended, Message, NewMessage } from "./store.ts";
import { inPostgresTransaction } from "../../../ports/transactions.ts";

export function appendBatch(pool: Pool, batch: readonly NewMessage[]): Promise<Appended[]> {
  return inPostgresTransaction(pool, async (client) => {
    const { rows } = await client.query<Row>(APPEND, columnsOf(batch));
    const appended = rows.map((row) => read(row));
    const repeated = rows.flatMap((row, i) => (row["old_id"] === null ? [] : [i]));
    for (const i of repeated) appended[i] = await before(client, rows[i] as Row);
    await notify(client, batch, rows, appended);
    return appended;
  });
}

function columnsOf(batch: readonly NewMessage[]): unknown[][] {
  return [
    batch.map(({ channelId }) => channelId),
    batch.map(({ authorId }) => authorId),
    batch.map(({ clientId }) => clientId),
    batch.map(({ type }) => type),
    batch.map(({ content }) => content),
    batch.map(({ fileId }) => fileId),
    batch.map(({ createdAtMs }) => createdAtMs),
    batch.map(({ content }) => wordsOf(content).join(" ")),
  ];
}

function read(row: Row): Appended {
  const { channel_type: type, archived, is_member: isMember, message, nth } = row;
  if (type === null) return { answer: "unknown-channel" };
  if (archived === true) return { answer: "archived" };
  if (isMember !== true) return { answer: "not-member" };
  const stored = messageOf((message ?? {}) as Row);
  if (Number(nth) > 1) return { answer: "repeated", message: stored };
  return { answer: "stored", message: stored, isPrivate: type !== "public", notified: [] };
}

async function before(client: PoolClient, { old_id: id }: Row): Promise<Appended> {
  const { rows } = await client.query<Row>("SELECT * FROM chat.messages WHERE id = $1", [id]);
  return { answer: "repeated", message: messageOf(rows[0] as Row) };
}

/** Fills in `notified` of what is new. */
async function notify(
  client: PoolClient,
  batch: readonly NewMessage[],
  rows: readonly Row[],
  appended: Appended[],
): Promise<void> {
  const direct: Message[] = [];
  const mentioned: { message: Message; name: string }[] = [];
  for (const [i, one] of appended.entries()) {
    if (one.answer !== "stored") continue;
    if (rows[i]?.["channel_type"] === "direct") direct.push(one.message);
    else
      for (const name of batch[i]?.mentions ?? []) mentioned.push({ message: one.message, name });
  }
  const made: Row[] = [];
  if (direct.length > 0) made.push(...(await client.query(NOTIFY_DIRECT, ids(direct))).rows);
  if (mentioned.length > 0) {
    const values = [
      ...ids(mentioned.map(({ message }) => message)),
      mentioned.map(({ name }) => name),
    ];
    made.push(...(await client.query(NOTIFY_MENTIONED, values)).rows);
  }
  if (made.length === 0) return;
  const users = Map.groupBy(made, (row) => Number(row["message_id"]));
  for (const [i, one] of appended.entries()) {
    if (one.answer !== "stored") continue;
    const notified = users.get(one.message.id)?.map((row) => Number(row["user_id"])) ?? [];
    appended[i] = { ...one, notified };
  }
}

function ids(messages: readonly Message[]): number[][] {
  return [
    messages.map(({ id }) => id),
    messages.map(({ channelId }) => channelId),
    messages.map(({ authorId }) => authorId),
    messages.map(({ createdAtMs }) => createdAtMs),
  ];
}
