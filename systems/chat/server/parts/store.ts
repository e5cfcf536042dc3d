/** What a chat keeps: users, channels with their members, messages, notifications. One writer, any number of readers. */

export type ChannelType = "public" | "private" | "direct";
export type MessageType = "text" | "mention" | "file" | "code";

export interface User {
  readonly id: number;
  readonly name: string;
  readonly displayName: string;
}

export interface NewUser {
  readonly name: string;
  readonly displayName: string;
  /** Undefined: nobody signs in with a password; the seeding hands out a token. */
  readonly password: string | undefined;
}

/** What a sign-in is compared with. */
export interface Credentials {
  readonly user: User;
  readonly password: string | undefined;
}

export interface Channel {
  readonly id: number;
  readonly name: string;
  readonly type: ChannelType;
  readonly description: string;
  readonly ownerId: number;
  /** Sequence number of the latest message, 0 for none. */
  readonly seq: number;
  /** Of the archive: read, searched, never written to. */
  readonly archived: boolean;
}

export interface NewChannel {
  readonly name: string;
  readonly type: ChannelType;
  readonly description: string;
  readonly ownerId: number;
  /** Besides the owner. */
  readonly memberIds: readonly number[];
}

export interface Message {
  readonly id: number;
  readonly channelId: number;
  /** 1, 2, 3… in each channel, without a gap. */
  readonly seq: number;
  readonly authorId: number;
  /** The sender's own name for it: sent again, it is the same message. */
  readonly clientId: string;
  readonly type: MessageType;
  /** Empty when it was deleted. */
  readonly content: string;
  readonly fileId: number | null;
  readonly createdAtMs: number;
  readonly editedAtMs: number | null;
  readonly deleted: boolean;
}

export interface NewMessage {
  readonly channelId: number;
  readonly authorId: number;
  readonly clientId: string;
  readonly type: MessageType;
  readonly content: string;
  readonly fileId: number | null;
  readonly createdAtMs: number;
  /** Names behind an @, each once. */
  readonly mentions: readonly string[];
}

/**
 * - `stored`: new. `notified` are the users for whom it made a notification.
 * - `repeated`: the same author sent this client id to this channel before; here is what came of it.
 */
export type Appended =
  | {
      readonly answer: "stored";
      readonly message: Message;
      readonly isPrivate: boolean;
      readonly notified: readonly number[];
    }
  | { readonly answer: "repeated"; readonly message: Message }
  | { readonly answer: "unknown-channel" | "not-member" | "archived" };

export type NotificationKind = "mention" | "direct";

export interface Notification {
  readonly id: number;
  readonly kind: NotificationKind;
  readonly messageId: number;
  readonly channelId: number;
  readonly authorId: number;
  readonly read: boolean;
  readonly createdAtMs: number;
}

export type FileStatus = "processing" | "ready" | "damaged";

export interface StoredFile {
  readonly id: number;
  /** Its members may download it. */
  readonly channelId: number;
  readonly ownerId: number;
  readonly name: string;
  /** The sender's own name for this upload; empty when it has none. */
  readonly clientId: string;
  readonly bytes: number;
  readonly sha256: string;
  /** On the shelf. */
  readonly place: string;
  readonly status: FileStatus;
  /** A media type; null until it was looked through. */
  readonly kind: string | null;
}

export type NewFile = Omit<StoredFile, "id" | "status" | "kind">;

/** `after`: oldest first from there; `before`: newest first from there; neither: newest first. */
export interface PageOptions {
  readonly after?: number | undefined;
  readonly before?: number | undefined;
  readonly limit: number;
}

export interface ChatStore {
  /** Signs sessions; the same for as long as the store lives. */
  secret(): Promise<Buffer>;

  /** In the order of the names; undefined where the name was taken. */
  addUsers(users: readonly NewUser[]): Promise<(User | undefined)[]>;
  user(id: number): Promise<User | undefined>;
  credentials(name: string): Promise<Credentials | undefined>;
  changeUser(id: number, displayName: string): Promise<User | undefined>;

  addChannel(channel: NewChannel): Promise<Channel>;
  channel(id: number): Promise<Channel | undefined>;
  channelNamed(name: string): Promise<Channel | undefined>;
  /** Those a user may see: public ones and his own, by id, from behind `after`. */
  channels(userId: number, page: { after: number; limit: number }): Promise<Channel[]>;
  /** With its members, messages and notifications. */
  removeChannel(id: number): Promise<void>;
  addMembers(channelId: number, userIds: readonly number[]): Promise<void>;
  removeMember(channelId: number, userId: number): Promise<void>;
  isMember(channelId: number, userId: number): Promise<boolean>;
  members(channelId: number, limit: number): Promise<User[]>;
  /** The channels that are not public and that this user is a member of. */
  privateChannelsOf(userId: number): Promise<number[]>;

  /** All in one transaction, answered in the same order, durable when it resolves. */
  append(batch: readonly NewMessage[]): Promise<Appended[]>;
  message(id: number): Promise<Message | undefined>;
  page(channelId: number, page: PageOptions): Promise<Message[]>;
  edit(id: number, content: string, atMs: number): Promise<Message | undefined>;
  erase(id: number): Promise<Message | undefined>;

  notifications(userId: number, page: { before: number; limit: number }): Promise<Notification[]>;
  unread(userId: number): Promise<number>;
  /** Those up to this id; gives how many were unread. */
  markRead(userId: number, throughId: number): Promise<number>;

  /** In status `processing`. */
  addFile(file: NewFile): Promise<StoredFile>;
  file(id: number): Promise<StoredFile | undefined>;
  /** Of one channel, by id, from behind `after`. */
  files(channelId: number, page: { after: number; limit: number }): Promise<StoredFile[]>;
  fileIs(id: number, status: FileStatus, kind: string | null): Promise<void>;
}
