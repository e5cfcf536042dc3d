/**
 * The head a route got last. Servers say nearly the same thing every time (the date moves once a second), and reading
 * a head byte by byte costs ten times as much as seeing that it is the one from before: 40 words against 160 bytes.
 * Equal bytes have equal meaning, so nothing is guessed.
 */
import { Buffer } from "node:buffer";
import type { Head } from "./head.ts";
import { HEAD_MEMO_BYTES_MAX, HEAD_MEMO_MISSES_MAX } from "./limits.ts";

/** The thread's read buffer, as bytes and as the same memory in words. */
export class ReadBuffer {
  readonly bytes: Buffer;
  readonly words: Int32Array;

  constructor(size: number) {
    this.bytes = Buffer.allocUnsafeSlow(size);
    this.words = new Int32Array(this.bytes.buffer, 0, size >>> 2);
  }
}

export class HeadMemo {
  #head: Head | undefined;
  #words = new Int32Array(0);
  /** What does not fill a word: 0 to 3 bytes. */
  #rest = new Uint8Array(0);
  #size = 0;
  #misses = 0;

  /** HOT. The remembered head, when the buffer begins with it; its length is `head.text.length`. */
  recall(buffer: ReadBuffer, bytes: number): Head | undefined {
    const size = this.#size;
    if (size === 0 || size > bytes) return undefined;
    const known = this.#words;
    const { words } = buffer;
    const { length } = known;
    for (let i = 0; i < length; i++) if (words[i] !== known[i]) return undefined;
    const rest = this.#rest;
    for (let i = 0; i < rest.length; i++) {
      if (buffer.bytes[length * 4 + i] !== rest[i]) return undefined;
    }
    this.#misses = 0;
    return this.#head;
  }

  /**
   * Remembers the head with which the buffer begins. Where every head differs (a request id), remembering is a waste:
   * after some misses in a row it is done only now and then.
   */
  keep(buffer: ReadBuffer, head: Head): void {
    this.#misses += 1;
    const size = head.text.length;
    const often = this.#misses <= HEAD_MEMO_MISSES_MAX || this.#misses % HEAD_MEMO_MISSES_MAX === 0;
    if (!often || size > HEAD_MEMO_BYTES_MAX) return;
    this.#head = head;
    this.#size = size;
    this.#words = buffer.words.slice(0, size >>> 2);
    this.#rest = Uint8Array.from(buffer.bytes.subarray(size & ~3, size));
  }
}
