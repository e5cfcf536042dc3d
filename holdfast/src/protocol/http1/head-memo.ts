/**
 * The head a route got last. Servers say nearly the same thing every time (the date moves once a second), and reading
 * a head byte by byte costs ten times as much as seeing that it is the one from before: 40 words against 160 bytes.
 * Equal bytes have equal meaning, so nothing is guessed.
 */
import type { Head } from "./head.ts";
import { HEAD_MEMO_BYTES_MAX, HEAD_MEMO_MISSES_MAX } from "./limits.ts";
import type { ReadBuffer } from "./read-buffer.ts";

export class HeadMemo {
  #head: Head | undefined;
  #words = new Int32Array(0);
  /** What does not fill a word: 0 to 3 bytes. */
  #rest = new Uint8Array(0);
  #size = 0;
  #misses = 0;

  /** HOT. The remembered head, when `[from, to)` begins with it; `from` is a multiple of 4. */
  recall(buffer: ReadBuffer, from: number, to: number): Head | undefined {
    const size = this.#size;
    if (size === 0 || from + size > to) return undefined;
    const known = this.#words;
    const { words } = buffer;
    const { length } = known;
    const first = from >>> 2;
    for (let i = 0; i < length; i++) if (words[first + i] !== known[i]) return undefined;
    const rest = this.#rest;
    for (let i = 0; i < rest.length; i++) {
      if (buffer.all[from + length * 4 + i] !== rest[i]) return undefined;
    }
    this.#misses = 0;
    return this.#head;
  }

  /**
   * Remembers the head that stands at `from`, a multiple of 4. Where every head differs (a request id), remembering is
   * a waste: after some misses in a row it is done only now and then.
   */
  keep(buffer: ReadBuffer, from: number, head: Head): void {
    this.#misses += 1;
    const size = head.text.length;
    const often = this.#misses <= HEAD_MEMO_MISSES_MAX || this.#misses % HEAD_MEMO_MISSES_MAX === 0;
    if (!often || size > HEAD_MEMO_BYTES_MAX) return;
    this.#head = head;
    this.#size = size;
    this.#words = buffer.words.slice(from >>> 2, (from + size) >>> 2);
    this.#rest = Uint8Array.from(buffer.all.subarray(from + (size & ~3), from + size));
  }
}
