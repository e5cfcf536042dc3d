/**
 * The store inside the process: SQLite in WAL mode, one writer. A commit is with the kernel, so it survives our death,
 * though not the machine's.
 */
import { randomBytes } from "node:crypto";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { LIVE_IDS_FROM, LIVE_OWNERS_FROM, LOG_PAGES_MAX } from "../limits.ts";
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
import { inSqliteTransaction } from "../../../ports/transactions.ts";

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA wal_autocheckpoint = ${LOG_PAGES_MAX};
  CREATE TABLE IF NOT EXISTS secrets (secret TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS users (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, display_name TEXT NOT NULL, password TEXT
  ) STRICT;
  CREATE TABLE IF NOT EXISTS channels (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, type TEXT NOT NULL, description TEXT NOT NULL,
    owner_id INTEGER NOT NULL, seq INTEGER NOT NULL, archived INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS channels_name ON channels (name);
  CREATE TABLE IF NOT EXISTS members (
    channel_id INTEGER NOT NULL, user_id INTEGER NOT NULL, PRIMARY KEY (channel_id, user_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS members_user ON members (user_id, channel_id);
  CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, channel_id INTEGER NOT NULL, seq INTEGER NOT NULL, author_id INTEGER NOT NULL,
    client_id TEXT NOT NULL, type TEXT NOT NULL, content TEXT NOT NULL, file_id INTEGER, created_at_ms INTEGER NOT NULL,
    edited_at_ms INTEGER, deleted INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE UNIQUE INDEX IF NOT EXISTS messages_seq ON messages (channel_id, seq);
  CREATE UNIQUE INDEX IF NOT EXISTS messages_client ON messages (author_id, client_id, channel_id);
  CREATE TABLE IF NOT EXISTS notifications (
    id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER NOT NULL, kind TEXT NOT NULL, message_id INTEGER NOT NULL,
    channel_id INTEGER NOT NULL, author_id INTEGER NOT NULL, read INTEGER NOT NULL DEFAULT 0, created_at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS notifications_user ON notifications (user_id, read, id);
  CREATE TABLE IF NOT EXISTS files (
    id INTEGER PRIMARY KEY, channel_id INTEGER NOT NULL, owner_id INTEGER NOT NULL, name TEXT NOT NULL,
    client_id TEXT NOT NULL, bytes INTEGER NOT NULL, sha256 TEXT NOT NULL, place TEXT NOT NULL, status TEXT NOT NULL DEFAULT 'processing', kind TEXT
  ) STRICT;
  INSERT INTO sqlite_sequence (name, seq)
    SELECT column1, column2 FROM (VALUES ('users', ${LIVE_OWNERS_FROM}), ('channels', ${LIVE_OWNERS_FROM}), ('messages', ${LIVE_IDS_FROM}))
    WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence);
`;

export class SqliteChatStore implements ChatStore, AsyncDisposable {
  /** Open to the planted bugs, which do wrong with it. */
  readonly database: DatabaseSync;
  readonly #sql: ReturnType<typeof prepared>;
  #archivePage: ArchivePages | undefined;

  constructor(path: string) {
    this.database = new DatabaseSync(path);
    this.database.exec(SCHEMA);
    this.#sql = prepared(this.database);
  }

  async secret(): Promise<Buffer> {
    const kept = this.database.prepare("SELECT secret FROM secrets").get()?.["secret"];
    if (kept !== undefined) return Buffer.from(String(kept), "hex");
    const secret = randomBytes(32);
    this.database.prepare("INSERT INTO secrets (secret) VALUES (?)").run(secret.toString("hex"));
    return secret;
  }

  async addUsers(users: readonly NewUser[]): Promise<(User | undefined)[]> {
    return inSqliteTransaction(this.database, () =>
      users.map(({ name, displayName, password }) =>
        found(this.#sql.addUser.get(name, displayName, password ?? null), userOf),
      ),
    );
  }

  async user(id: number): Promise<User | undefined> {
    return found(this.#sql.user.get(id), userOf);
  }

  async credentials(name: string): Promise<Credentials | undefined> {
    return found(this.#sql.userNamed.get(name), credentialsOf);
  }

  async changeUser(id: number, displayName: string): Promise<User | undefined> {
    return found(this.#sql.changeUser.get(displayName, id), userOf);
  }

  async addChannel(channel: NewChannel): Promise<Channel> {
    const { name, type, description, ownerId, memberIds } = channel;
    return inSqliteTransaction(this.database, () => {
      const row = this.#sql.addChannel.get(name, type, description, ownerId) as Row;
      const added = channelOf(row);
      for (const userId of [ownerId, ...memberIds]) this.#sql.addMember.run(added.id, userId);
      return added;
    });
  }

  async channel(id: number): Promise<Channel | undefined> {
    return found(this.#sql.channel.get(id), channelOf);
  }

  async channelNamed(name: string): Promise<Channel | undefined> {
    return found(this.#sql.channelNamed.get(name), channelOf);
  }

  async channels(userId: number, page: { after: number; limit: number }): Promise<Channel[]> {
    return this.#sql.channels.all(page.after, userId, page.limit).map(channelOf);
  }

  async removeChannel(id: number): Promise<void> {
    inSqliteTransaction(this.database, () => {
      for (const statement of this.#sql.removeChannel) statement.run(id);
    });
  }

  async addMembers(channelId: number, userIds: readonly number[]): Promise<void> {
    inSqliteTransaction(this.database, () => {
      for (const id of userIds) this.#sql.addMember.run(channelId, id);
    });
  }

  async removeMember(channelId: number, userId: number): Promise<void> {
    this.#sql.removeMember.run(channelId, userId);
  }

  async isMember(channelId: number, userId: number): Promise<boolean> {
    return this.#sql.isMember.get(channelId, userId) !== undefined;
  }

  async members(channelId: number, limit: number): Promise<User[]> {
    return this.#sql.members.all(channelId, limit).map(userOf);
  }

  async privateChannelsOf(userId: number): Promise<number[]> {
    return this.#sql.privateChannelsOf.all(userId).map((row) => Number(row["channel_id"]));
  }

  async append(batch: readonly NewMessage[]): Promise<Appended[]> {
    return inSqliteTransaction(this.database, () =>
      batch.map((message) => this.#appendOne(message)),
    );
  }

  async message(id: number): Promise<Message | undefined> {
    return found(this.#sql.message.get(id), messageOf);
  }

  async page(channelId: number, { after, before, limit }: PageOptions): Promise<Message[]> {
    const archived = Number(this.#sql.channel.get(channelId)?.["archived"] ?? 0) === 1;
    const { oldestFirst, newestFirst } = (archived && this.#archivePage) || this.#sql;
    const rows =
      after === undefined
        ? newestFirst.all(channelId, before ?? Number.MAX_SAFE_INTEGER, limit)
        : oldestFirst.all(channelId, after, limit);
    return rows.map(messageOf);
  }

  async edit(id: number, content: string, atMs: number): Promise<Message | undefined> {
    return found(this.#sql.edit.get(content, atMs, id), messageOf);
  }

  async erase(id: number): Promise<Message | undefined> {
    return found(this.#sql.erase.get(id), messageOf);
  }

  async notifications(
    userId: number,
    page: { before: number; limit: number },
  ): Promise<Notification[]> {
    return this.#sql.notifications.all(userId, page.before, page.limit).map(notificationOf);
  }

  async unread(userId: number): Promise<number> {
    return Number(this.#sql.unread.get(userId)?.["unread"]);
  }

  async markRead(userId: number, throughId: number): Promise<number> {
    return Number(this.#sql.markRead.run(userId, throughId).changes);
  }

  async addFile(file: NewFile): Promise<StoredFile> {
    const { channelId, ownerId, name, clientId, bytes, sha256, place } = file;
    const values = [channelId, ownerId, name, clientId, bytes, sha256, place];
    return fileOf(this.#sql.addFile.get(...values) as Row);
  }

  async file(id: number): Promise<StoredFile | undefined> {
    return found(this.#sql.file.get(id), fileOf);
  }

  async files(channelId: number, page: { after: number; limit: number }): Promise<StoredFile[]> {
    return this.#sql.files.all(channelId, page.after, page.limit).map(fileOf);
  }

  async fileIs(id: number, status: FileStatus, kind: string | null): Promise<void> {
    this.#sql.fileIs.run(status, kind, id);
  }

  /** Every message that was not deleted, oldest first: what a search index starts again from. */
  *everyMessage(): Iterable<{ message: Message; isPrivate: boolean }> {
    for (const row of this.#sql.everyMessage.iterate()) {
      yield { message: messageOf(row), isPrivate: Boolean(row["private"]) };
    }
  }

  /** From here on the users, channels and messages of an archive are there, too; its messages stay in its own file. */
  attachArchive(path: string): void {
    const file = path.replaceAll("'", "''");
    this.database.exec(`ATTACH DATABASE 'file:${file}?mode=ro&immutable=1' AS archive`);
    inSqliteTransaction(this.database, () => {
      this.database.exec(`
        INSERT OR IGNORE INTO users SELECT id, name, display_name, password FROM archive.users;
        INSERT OR IGNORE INTO channels SELECT id, name, type, description, owner_id, seq, 1 FROM archive.channels;
        INSERT OR IGNORE INTO members SELECT channel_id, user_id FROM archive.members;
      `);
    });
    this.#archivePage = archivePages(this.database);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.database.close();
  }

  #appendOne(message: NewMessage): Appended {
    const { channelId, authorId, clientId, type, content, fileId, createdAtMs } = message;
    const channel = this.#sql.channelFor.get(authorId, channelId);
    if (channel === undefined) return { answer: "unknown-channel" };
    if (channel["archived"] === 1) return { answer: "archived" };
    if (channel["member"] === null) return { answer: "not-member" };
    const before = this.#sql.sentBefore.get(authorId, clientId, channelId);
    if (before !== undefined) return { answer: "repeated", message: messageOf(before) };
    const seq = Number(channel["seq"]) + 1;
    this.#sql.setSeq.run(seq, channelId);
    const row = this.#sql.addMessage.get(
      channelId,
      seq,
      authorId,
      clientId,
      type,
      content,
      fileId,
      createdAtMs,
    ) as Row;
    const stored = messageOf(row);
    const isPrivate = channel["type"] !== "public";
    const notified = this.#notify(stored, message, channel);
    return { answer: "stored", message: stored, isPrivate, notified };
  }

  #notify(stored: Message, { mentions }: NewMessage, channel: Row): number[] {
    const isDirect = channel["type"] === "direct";
    if (!isDirect && mentions.length === 0) return [];
    const { id, channelId, authorId, createdAtMs } = stored;
    const rows = isDirect
      ? this.#sql.otherMembers.all(channelId, authorId)
      : mentions.flatMap((name) =>
          this.#sql.mentioned.all(name, authorId, String(channel["type"]), channelId),
        );
    return rows.map((row) => {
      const userId = Number(row["user_id"]);
      const kind = isDirect ? "direct" : "mention";
      this.#sql.notify.run(userId, kind, id, channelId, authorId, createdAtMs);
      return userId;
    });
  }
}

interface ArchivePages {
  readonly oldestFirst: StatementSync;
  readonly newestFirst: StatementSync;
}

function archivePages(database: DatabaseSync): ArchivePages {
  const columns = `id, channel_id, seq, author_id, '' AS client_id, type, content, NULL AS file_id, created_at_ms,
    NULL AS edited_at_ms, 0 AS deleted`;
  return {
    oldestFirst: database.prepare(
      `SELECT ${columns} FROM archive.messages WHERE channel_id = ? AND seq > ? ORDER BY seq LIMIT ?`,
    ),
    newestFirst: database.prepare(
      `SELECT ${columns} FROM archive.messages WHERE channel_id = ? AND seq < ? ORDER BY seq DESC LIMIT ?`,
    ),
  };
}

function found<T>(row: Row | undefined, read: (row: Row) => T): T | undefined {
  return row === undefined ? undefined : read(row);
}

// oxlint-disable-next-line typescript/explicit-module-boundary-types
function prepared(database: DatabaseSync) {
  const sql = (text: string): StatementSync => database.prepare(text);
  return {
    addUser: sql(`INSERT INTO users (name, display_name, password) VALUES (?, ?, ?)
      ON CONFLICT (name) DO NOTHING RETURNING *`),
    user: sql("SELECT * FROM users WHERE id = ?"),
    userNamed: sql("SELECT * FROM users WHERE name = ?"),
    changeUser: sql("UPDATE users SET display_name = ? WHERE id = ? RETURNING *"),
    addChannel: sql(`INSERT INTO channels (name, type, description, owner_id, seq, archived)
      VALUES (?, ?, ?, ?, 0, 0) RETURNING *`),
    channel: sql("SELECT * FROM channels WHERE id = ?"),
    channelNamed: sql("SELECT * FROM channels WHERE name = ? ORDER BY id LIMIT 1"),
    channels: sql(`SELECT * FROM channels WHERE id > ? AND (type = 'public'
      OR id IN (SELECT channel_id FROM members WHERE user_id = ?)) ORDER BY id LIMIT ?`),
    removeChannel: [
      "DELETE FROM messages WHERE channel_id = ?",
      "DELETE FROM notifications WHERE channel_id = ?",
      "DELETE FROM members WHERE channel_id = ?",
      "DELETE FROM channels WHERE id = ?",
    ].map(sql),
    addMember: sql("INSERT OR IGNORE INTO members (channel_id, user_id) VALUES (?, ?)"),
    removeMember: sql("DELETE FROM members WHERE channel_id = ? AND user_id = ?"),
    isMember: sql("SELECT 1 FROM members WHERE channel_id = ? AND user_id = ?"),
    members: sql(`SELECT users.* FROM members JOIN users ON users.id = members.user_id
      WHERE channel_id = ? ORDER BY user_id LIMIT ?`),
    privateChannelsOf: sql(`SELECT channel_id FROM members JOIN channels ON channels.id = channel_id
      WHERE user_id = ? AND type <> 'public'`),
    channelFor:
      sql(`SELECT seq, type, archived, (SELECT 1 FROM members WHERE channel_id = id AND user_id = ?) AS member
      FROM channels WHERE id = ?`),
    sentBefore: sql(
      "SELECT * FROM messages WHERE author_id = ? AND client_id = ? AND channel_id = ?",
    ),
    setSeq: sql("UPDATE channels SET seq = ? WHERE id = ?"),
    addMessage:
      sql(`INSERT INTO messages (channel_id, seq, author_id, client_id, type, content, file_id, created_at_ms)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING *`),
    otherMembers: sql("SELECT user_id FROM members WHERE channel_id = ? AND user_id <> ?"),
    mentioned: sql(`SELECT id AS user_id FROM users WHERE name = ? AND id <> ? AND (? = 'public'
      OR EXISTS (SELECT 1 FROM members WHERE channel_id = ? AND user_id = users.id))`),
    notify:
      sql(`INSERT INTO notifications (user_id, kind, message_id, channel_id, author_id, created_at_ms)
      VALUES (?, ?, ?, ?, ?, ?)`),
    message: sql("SELECT * FROM messages WHERE id = ?"),
    oldestFirst: sql(
      "SELECT * FROM messages WHERE channel_id = ? AND seq > ? ORDER BY seq LIMIT ?",
    ),
    newestFirst: sql(
      "SELECT * FROM messages WHERE channel_id = ? AND seq < ? ORDER BY seq DESC LIMIT ?",
    ),
    edit: sql(
      "UPDATE messages SET content = ?, edited_at_ms = ? WHERE id = ? AND deleted = 0 RETURNING *",
    ),
    erase: sql(
      "UPDATE messages SET content = '', deleted = 1 WHERE id = ? AND deleted = 0 RETURNING *",
    ),
    notifications: sql(
      "SELECT * FROM notifications WHERE user_id = ? AND id < ? ORDER BY id DESC LIMIT ?",
    ),
    unread: sql("SELECT count(*) AS unread FROM notifications WHERE user_id = ? AND read = 0"),
    markRead: sql("UPDATE notifications SET read = 1 WHERE user_id = ? AND read = 0 AND id <= ?"),
    addFile: sql(`INSERT INTO files (channel_id, owner_id, name, client_id, bytes, sha256, place)
      VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING *`),
    files: sql("SELECT * FROM files WHERE channel_id = ? AND id > ? ORDER BY id LIMIT ?"),
    file: sql("SELECT * FROM files WHERE id = ?"),
    fileIs: sql("UPDATE files SET status = ?, kind = ? WHERE id = ?"),
    everyMessage: sql(`SELECT messages.*, channels.type <> 'public' AS private
      FROM messages JOIN channels ON channels.id = channel_id WHERE deleted = 0 ORDER BY messages.id`),
  };
}
