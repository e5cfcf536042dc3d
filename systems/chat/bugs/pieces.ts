/** What a careless store would do, over both parts. */
import type { EmbeddedParts } from "../server/parts/embedded.ts";
import type { RealParts } from "../server/parts/real.ts";
import type { Message } from "../server/parts/store.ts";
import { wordsOf } from "../server/search/words.ts";

const COLUMNS = "id, channel_id, seq, author_id, client_id, type, content, file_id, created_at_ms";

/** Puts a message with a number of its own into the database, unchecked. */
export async function insertBlindly(
  parts: EmbeddedParts | RealParts,
  message: Message,
  isPrivate: boolean,
): Promise<void> {
  const { id, channelId, seq, authorId, clientId, type, content, fileId, createdAtMs } = message;
  const values = [id, channelId, seq, authorId, clientId, type, content, fileId, createdAtMs];
  if (parts.kind === "embedded") {
    const { database } = parts.store;
    database
      .prepare(`INSERT INTO messages (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`)
      .run(...values);
    database.prepare("UPDATE channels SET seq = max(seq, ?) WHERE id = ?").run(seq, channelId);
    return;
  }
  await parts.pool.query(
    `INSERT INTO chat.messages (${COLUMNS}, private, words)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, to_tsvector('simple', $11))`,
    [...values, isPrivate, wordsOf(content).join(" ")],
  );
  await parts.pool.query("UPDATE chat.channels SET seq = greatest(seq, $1) WHERE id = $2", [
    seq,
    channelId,
  ]);
}
