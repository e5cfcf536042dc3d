/**
 * What people do in channels, by whatever door they come: HTTP and sockets both end here. Who may do what is decided
 * here, too: what is private is read, found and received by its members only.
 */
import type { Fanout } from "./gateway/fanout.ts";
import type { Input } from "./input.ts";
import { CLIENT_ID_CHARS_MAX, CONTENT_CHARS_MAX, MENTIONS_MAX } from "./limits.ts";
import { MessageWriter } from "./message-writer.ts";
import type { Metrics } from "./metrics.ts";
import type {
  Appended,
  Channel,
  ChatStore,
  Message,
  MessageType,
  PageOptions,
} from "./parts/store.ts";
import { RequestProblem } from "../../http/request-problem.ts";
import { forbidden, noChannel, unknown } from "./refusals.ts";
import type { SearchIndex } from "./search/search-index.ts";

export const MESSAGE_TYPES: readonly MessageType[] = ["text", "mention", "file", "code"];

const MENTION = /@([\w-]{1,40})/g;

type Stored = Extract<Appended, { answer: "stored" }>;

export class Conversation {
  readonly #store: ChatStore;
  readonly #search: SearchIndex;
  readonly #fanout: Fanout;
  readonly #metrics: Metrics;
  readonly #writer: MessageWriter;

  constructor(store: ChatStore, search: SearchIndex, fanout: Fanout, metrics: Metrics) {
    this.#store = store;
    this.#search = search;
    this.#fanout = fanout;
    this.#metrics = metrics;
    this.#writer = new MessageWriter(store, (stored) => this.#tellAll(stored));
  }

  /** Messages that wait to be stored. */
  get waiting(): number {
    return this.#writer.waiting;
  }

  /** Sends what `input` says; sent again under the same client id it is the same message. Durable when it resolves. */
  async send(authorId: number, input: Input): Promise<Message> {
    const channelId = input.id("channelId");
    const clientId = input.text("clientId", { min: 1, max: CLIENT_ID_CHARS_MAX });
    const type = input.oneOf("type", MESSAGE_TYPES, "text");
    const content = input.text("content", { min: 1, max: CONTENT_CHARS_MAX });
    const fileId = input.countOr("fileId", { min: 1, max: Number.MAX_SAFE_INTEGER }, null);
    input.done();
    const mentions = mentionsIn(content);
    const createdAtMs = Date.now();
    const message = { channelId, authorId, clientId, type, content, fileId, createdAtMs, mentions };
    const appended = await this.#writer.send(message);
    this.#metrics.message(appended.answer);
    switch (appended.answer) {
      case "stored":
      case "repeated":
        return appended.message;
      case "unknown-channel":
        throw noChannel(channelId);
      case "not-member":
        throw notMember();
      case "archived":
        throw new RequestProblem(409, "archived", "the channel must be one that is still in use");
    }
  }

  /** Throws unless the author asks. */
  async edit(userId: number, id: number, content: string): Promise<Message> {
    const before = await this.#own(userId, id);
    return this.#changed(before, await this.#store.edit(id, content, Date.now()));
  }

  async erase(userId: number, id: number): Promise<Message> {
    const before = await this.#own(userId, id);
    return this.#changed(before, await this.#store.erase(id));
  }

  async history(userId: number, channelId: number, page: PageOptions): Promise<Message[]> {
    await this.mayRead(userId, channelId);
    return this.#store.page(channelId, page);
  }

  /** Public channels are read by everybody, others by their members. Throws 404 or 403. */
  async mayRead(userId: number, channelId: number): Promise<Channel> {
    const channel = await this.#store.channel(channelId);
    if (channel === undefined) throw noChannel(channelId);
    if (channel.type === "public") return channel;
    if (!(await this.#store.isMember(channelId, userId))) throw notMember();
    return channel;
  }

  /** Whoever enters a public channel becomes a member. */
  async mayEnter(userId: number, channelId: number): Promise<Channel> {
    const channel = await this.mayRead(userId, channelId);
    if (channel.type === "public" && !(await this.#store.isMember(channelId, userId))) {
      await this.#store.addMembers(channelId, [userId]);
    }
    return channel;
  }

  async remove(userId: number, channelId: number): Promise<void> {
    const channel = await this.#store.channel(channelId);
    if (channel === undefined) throw noChannel(channelId);
    if (channel.ownerId !== userId) throw forbidden("a channel is removed by its owner");
    await this.#store.removeChannel(channelId);
    this.#search.forget(channelId);
    this.#fanout.close(channelId);
  }

  #tellAll(stored: readonly Stored[]): void {
    for (const { message, notified } of stored) {
      this.#fanout.deliver(message);
      for (const userId of notified) this.#fanout.tellUser(userId, "notification", message);
    }
    if (stored.length > 0) this.#search.add(stored);
  }

  async #own(userId: number, id: number): Promise<Message> {
    const message = await this.#store.message(id);
    if (message === undefined || message.deleted) throw noMessage(id);
    await this.mayRead(userId, message.channelId);
    if (message.authorId !== userId) throw forbidden("a message is changed by its author");
    return message;
  }

  async #changed(before: Message, after: Message | undefined): Promise<Message> {
    if (after === undefined) throw noMessage(before.id);
    const channel = await this.#store.channel(after.channelId);
    const isPrivate = channel?.type !== "public";
    this.#search.change({ message: before, isPrivate }, { message: after, isPrivate });
    this.#fanout.changed(after);
    return after;
  }
}

function mentionsIn(content: string): string[] {
  if (!content.includes("@")) return [];
  const names = [...content.matchAll(MENTION)].map(([, name]) => name as string);
  return [...new Set(names)].slice(0, MENTIONS_MAX);
}

function noMessage(id: number): RequestProblem {
  return unknown("message", "one that exists", id);
}

function notMember(): RequestProblem {
  return forbidden("this channel is for its members");
}
