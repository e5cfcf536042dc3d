/** Rows as both databases give them (PostgreSQL gives big numbers as text), read into what the chat speaks of. */
import type { Channel, Credentials, Message, Notification, StoredFile, User } from "./store.ts";

export type Row = Readonly<Record<string, unknown>>;

export function userOf(row: Row): User {
  return {
    id: Number(row["id"]),
    name: String(row["name"]),
    displayName: String(row["display_name"]),
  };
}

export function credentialsOf(row: Row): Credentials {
  const { password } = row;
  return { user: userOf(row), password: typeof password === "string" ? password : undefined };
}

export function channelOf(row: Row): Channel {
  return {
    id: Number(row["id"]),
    name: String(row["name"]),
    type: row["type"] as Channel["type"],
    description: String(row["description"]),
    ownerId: Number(row["owner_id"]),
    seq: Number(row["seq"]),
    archived: Boolean(row["archived"]),
  };
}

export function messageOf(row: Row): Message {
  return {
    id: Number(row["id"]),
    channelId: Number(row["channel_id"]),
    seq: Number(row["seq"]),
    authorId: Number(row["author_id"]),
    clientId: String(row["client_id"]),
    type: row["type"] as Message["type"],
    content: String(row["content"]),
    fileId: numberOrNull(row["file_id"]),
    createdAtMs: Number(row["created_at_ms"]),
    editedAtMs: numberOrNull(row["edited_at_ms"]),
    deleted: Boolean(row["deleted"]),
  };
}

export function notificationOf(row: Row): Notification {
  return {
    id: Number(row["id"]),
    kind: row["kind"] as Notification["kind"],
    messageId: Number(row["message_id"]),
    channelId: Number(row["channel_id"]),
    authorId: Number(row["author_id"]),
    read: Boolean(row["read"]),
    createdAtMs: Number(row["created_at_ms"]),
  };
}

export function fileOf(row: Row): StoredFile {
  return {
    id: Number(row["id"]),
    channelId: Number(row["channel_id"]),
    ownerId: Number(row["owner_id"]),
    name: String(row["name"]),
    clientId: String(row["client_id"]),
    bytes: Number(row["bytes"]),
    sha256: String(row["sha256"]),
    place: String(row["place"]),
    status: row["status"] as StoredFile["status"],
    kind: row["kind"] as string | null,
  };
}

function numberOrNull(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value);
}
