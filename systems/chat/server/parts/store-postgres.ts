/** The store as a real database: PostgreSQL, with all its safety on. */
import { randomBytes } from "node:crypto";
import type { Pool } from "pg";
import { wordsOf } from "../search/words.ts";
import { appendBatch } from "./append-postgres.ts";
import { MESSAGE_COLUMNS, SCHEMA } from "./schema-postgres.ts";
import {
  channelOf,
  credentialsOf,
  fileOf,
  messageOf,
  notificationOf,
  userOf,
  type Row,
} from "./store-rows.ts";
import type {
  Appended,
  Channel,
  ChatStore,
  Credentials,
  FileStatus,
  Message,
  NewChannel,
  NewFile,
  NewMessage,
  NewUser,
  Notification,
  PageOptions,
  StoredFile,
  User,
} from "./store.ts";
import { inPostgresTransaction } from "../../../ports/transactions.ts";

export class PostgresChatStore implements ChatStore {
  readonly #pool: Pool;

  private constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** `pool` stays the caller's to close. */
  static async open(pool: Pool): Promise<PostgresChatStore> {
    await pool.query(SCHEMA);
    return new PostgresChatStore(pool);
  }

  async secret(): Promise<Buffer> {
    await this.#pool.query(
      "INSERT INTO chat.secrets SELECT $1 WHERE NOT EXISTS (SELECT 1 FROM chat.secrets)",
      [randomBytes(32).toString("hex")],
    );
    const { rows } = await this.#pool.query("SELECT secret FROM chat.secrets");
    return Buffer.from(String(rows[0].secret), "hex");
  }

  async addUsers(users: readonly NewUser[]): Promise<(User | undefined)[]> {
    const rows = await this.#rows(
      `INSERT INTO chat.users (name, display_name, password)
      SELECT * FROM unnest($1::text[], $2::text[], $3::text[]) ON CONFLICT (name) DO NOTHING RETURNING *`,
      users.map(({ name }) => name),
      users.map(({ displayName }) => displayName),
      users.map(({ password }) => password ?? null),
    );
    const added = new Map(rows.map((row) => [row["name"], userOf(row)]));
    return users.map(({ name }) => {
      const user = added.get(name);
      // A name that comes twice in one list is taken by the first.
      added.delete(name);
      return user;
    });
  }

  async user(id: number): Promise<User | undefined> {
    return first(await this.#rows("SELECT * FROM chat.users WHERE id = $1", id), userOf);
  }

  async credentials(name: string): Promise<Credentials | undefined> {
    const rows = await this.#rows("SELECT * FROM chat.users WHERE name = $1", name);
    return first(rows, credentialsOf);
  }

  async changeUser(id: number, displayName: string): Promise<User | undefined> {
    const sql = "UPDATE chat.users SET display_name = $2 WHERE id = $1 RETURNING *";
    return first(await this.#rows(sql, id, displayName), userOf);
  }

  addChannel(channel: NewChannel): Promise<Channel> {
    const { name, type, description, ownerId, memberIds } = channel;
    return inPostgresTransaction(this.#pool, async (client) => {
      const { rows } = await client.query<Row>(
        `INSERT INTO chat.channels (name, type, description, owner_id) VALUES ($1, $2, $3, $4) RETURNING *`,
        [name, type, description, ownerId],
      );
      const added = channelOf(rows[0] as Row);
      await client.query(
        "INSERT INTO chat.members SELECT $1, unnest($2::bigint[]) ON CONFLICT DO NOTHING",
        [added.id, [ownerId, ...memberIds]],
      );
      return added;
    });
  }

  async channel(id: number): Promise<Channel | undefined> {
    return first(await this.#rows("SELECT * FROM chat.channels WHERE id = $1", id), channelOf);
  }

  async channelNamed(name: string): Promise<Channel | undefined> {
    const sql = "SELECT * FROM chat.channels WHERE name = $1 ORDER BY id LIMIT 1";
    return first(await this.#rows(sql, name), channelOf);
  }

  async channels(userId: number, page: { after: number; limit: number }): Promise<Channel[]> {
    const rows = await this.#rows(
      `SELECT * FROM chat.channels WHERE id > $1 AND (type = 'public'
        OR id IN (SELECT channel_id FROM chat.members WHERE user_id = $2)) ORDER BY id LIMIT $3`,
      page.after,
      userId,
      page.limit,
    );
    return rows.map(channelOf);
  }

  removeChannel(id: number): Promise<void> {
    return inPostgresTransaction(this.#pool, async (client) => {
      for (const table of ["messages", "notifications", "members"]) {
        await client.query(`DELETE FROM chat.${table} WHERE channel_id = $1`, [id]);
      }
      await client.query("DELETE FROM chat.channels WHERE id = $1", [id]);
    });
  }

  async addMembers(channelId: number, userIds: readonly number[]): Promise<void> {
    const sql = "INSERT INTO chat.members SELECT $1, unnest($2::bigint[]) ON CONFLICT DO NOTHING";
    await this.#rows(sql, channelId, userIds);
  }

  async removeMember(channelId: number, userId: number): Promise<void> {
    const sql = "DELETE FROM chat.members WHERE channel_id = $1 AND user_id = $2";
    await this.#rows(sql, channelId, userId);
  }

  async isMember(channelId: number, userId: number): Promise<boolean> {
    const sql = "SELECT 1 FROM chat.members WHERE channel_id = $1 AND user_id = $2";
    return (await this.#rows(sql, channelId, userId)).length > 0;
  }

  async members(channelId: number, limit: number): Promise<User[]> {
    const rows = await this.#rows(
      `SELECT users.* FROM chat.members JOIN chat.users ON users.id = user_id
      WHERE channel_id = $1 ORDER BY user_id LIMIT $2`,
      channelId,
      limit,
    );
    return rows.map(userOf);
  }

  async privateChannelsOf(userId: number): Promise<number[]> {
    const rows = await this.#rows(
      `SELECT channel_id FROM chat.members JOIN chat.channels ON channels.id = channel_id
      WHERE user_id = $1 AND type <> 'public'`,
      userId,
    );
    return rows.map((row) => Number(row["channel_id"]));
  }

  append(batch: readonly NewMessage[]): Promise<Appended[]> {
    return appendBatch(this.#pool, batch);
  }

  async message(id: number): Promise<Message | undefined> {
    const sql = `SELECT ${MESSAGE_COLUMNS} FROM chat.messages WHERE id = $1`;
    return first(await this.#rows(sql, id), messageOf);
  }

  async page(channelId: number, { after, before, limit }: PageOptions): Promise<Message[]> {
    const from = `SELECT ${MESSAGE_COLUMNS} FROM chat.messages WHERE channel_id = $1`;
    const rows =
      after === undefined
        ? await this.#rows(
            `${from} AND seq < $2 ORDER BY seq DESC LIMIT $3`,
            channelId,
            before ?? Number.MAX_SAFE_INTEGER,
            limit,
          )
        : await this.#rows(`${from} AND seq > $2 ORDER BY seq LIMIT $3`, channelId, after, limit);
    return rows.map(messageOf);
  }

  async edit(id: number, content: string, atMs: number): Promise<Message | undefined> {
    const rows = await this.#rows(
      `UPDATE chat.messages SET content = $2, edited_at_ms = $3, words = to_tsvector('simple', $4)
      WHERE id = $1 AND NOT deleted RETURNING ${MESSAGE_COLUMNS}`,
      id,
      content,
      atMs,
      wordsOf(content).join(" "),
    );
    return first(rows, messageOf);
  }

  async erase(id: number): Promise<Message | undefined> {
    const rows = await this.#rows(
      `UPDATE chat.messages SET content = '', deleted = true, words = ''
      WHERE id = $1 AND NOT deleted RETURNING ${MESSAGE_COLUMNS}`,
      id,
    );
    return first(rows, messageOf);
  }

  async notifications(
    userId: number,
    page: { before: number; limit: number },
  ): Promise<Notification[]> {
    const sql =
      "SELECT * FROM chat.notifications WHERE user_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    return (await this.#rows(sql, userId, page.before, page.limit)).map(notificationOf);
  }

  async unread(userId: number): Promise<number> {
    const sql = "SELECT count(*) FROM chat.notifications WHERE user_id = $1 AND NOT read";
    return Number((await this.#rows(sql, userId))[0]?.["count"]);
  }

  async markRead(userId: number, throughId: number): Promise<number> {
    const sql =
      "UPDATE chat.notifications SET read = true WHERE user_id = $1 AND NOT read AND id <= $2";
    const { rowCount } = await this.#pool.query(sql, [userId, throughId]);
    return rowCount ?? 0;
  }

  async addFile(file: NewFile): Promise<StoredFile> {
    const { channelId, ownerId, name, clientId, bytes, sha256, place } = file;
    const rows = await this.#rows(
      `INSERT INTO chat.files (channel_id, owner_id, name, client_id, bytes, sha256, place)
      VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING *`,
      channelId,
      ownerId,
      name,
      clientId,
      bytes,
      sha256,
      place,
    );
    return fileOf(rows[0] as Row);
  }

  async file(id: number): Promise<StoredFile | undefined> {
    return first(await this.#rows("SELECT * FROM chat.files WHERE id = $1", id), fileOf);
  }

  async files(channelId: number, page: { after: number; limit: number }): Promise<StoredFile[]> {
    const sql = "SELECT * FROM chat.files WHERE channel_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    return (await this.#rows(sql, channelId, page.after, page.limit)).map(fileOf);
  }

  async fileIs(id: number, status: FileStatus, kind: string | null): Promise<void> {
    await this.#rows(
      "UPDATE chat.files SET status = $2, kind = $3 WHERE id = $1",
      id,
      status,
      kind,
    );
  }

  async #rows(sql: string, ...values: unknown[]): Promise<Row[]> {
    return (await this.#pool.query<Row>(sql, values)).rows;
  }
}

function first<T>(rows: readonly Row[], read: (row: Row) => T): T | undefined {
  return rows[0] === undefined ? undefined : read(rows[0]);
}
