/** A channel with somebody in it: the number of its latest message, and the last few messages themselves. */
import type { Message } from "../parts/store.ts";

export class Room {
  readonly channelId: number;
  readonly #recentMax: number;
  readonly #recent: Message[] = [];
  #seq: number;

  constructor(channelId: number, seq: number, recentMax: number) {
    this.channelId = channelId;
    this.#seq = seq;
    this.#recentMax = recentMax;
  }

  get seq(): number {
    return this.#seq;
  }

  /** False for a message that is not new here. */
  take(message: Message): boolean {
    if (message.seq <= this.#seq) return false;
    this.#seq = message.seq;
    this.#recent.push(message);
    if (this.#recent.length > this.#recentMax) this.#recent.shift();
    return true;
  }

  /** A message as it is now. */
  replace(message: Message): void {
    const index = this.#recent.findIndex(({ seq }) => seq === message.seq);
    if (index >= 0) this.#recent[index] = message;
  }

  /** All messages with a number above `seq`, or undefined when some of them are no longer in memory. */
  since(seq: number): Message[] | undefined {
    if (seq >= this.#seq) return [];
    const oldest = this.#recent[0]?.seq ?? this.#seq + 1;
    return oldest <= seq + 1 ? this.#recent.filter((message) => message.seq > seq) : undefined;
  }
}
