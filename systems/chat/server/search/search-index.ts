/** Finds messages, and suggests words. Fed with what was stored, in order, a moment after it was. */
import type { Message } from "../parts/store.ts";
import type { Term } from "./query.ts";

/** A message with what the index must know of its channel. */
export interface IndexedMessage {
  readonly message: Message;
  /** Its channel is not public: only members find it, and its words are suggested to nobody. */
  readonly isPrivate: boolean;
}

export interface SearchRequest {
  readonly terms: readonly Term[];
  readonly excluded: readonly Term[];
  readonly authorId: number | undefined;
  readonly channelId: number | undefined;
  readonly fromMs: number | undefined;
  readonly beforeMs: number | undefined;
  /** Of the channels that are not public, those that the reader is a member of. */
  readonly privateChannels: readonly number[];
  readonly limit: number;
}

export interface Hit {
  readonly id: number;
  readonly channelId: number;
  readonly seq: number;
  readonly authorId: number;
  readonly content: string;
  readonly createdAtMs: number;
  readonly score: number;
}

export interface Suggestion {
  readonly word: string;
  /** Messages of public channels that have it. */
  readonly messages: number;
}

export interface SearchIndex extends AsyncDisposable {
  /** New messages, in the order in which they were stored. */
  add(messages: readonly IndexedMessage[]): void;
  /** A message as it is now, after an edit; one that was deleted is found no more. */
  change(before: IndexedMessage, after: IndexedMessage): void;
  /** A whole channel is gone. */
  forget(channelId: number): void;
  /** Messages that were stored and cannot be found yet. */
  readonly waiting: number;
  /** Messages that can be found. */
  messages(): Promise<number>;
  search(request: SearchRequest): Promise<Hit[]>;
  /** The most frequent words of public messages that begin so. */
  suggest(beginning: string, limit: number): Promise<Suggestion[]>;
}
