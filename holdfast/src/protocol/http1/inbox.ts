/**
 * Answers that the kernel has handed over, held until all that this turn of the event loop brings are there, and then
 * read one right after another. With the outbox behind it, a turn is four programs, each of them small enough for the
 * processor's first-level caches, instead of one that is not and starts cold for every request:
 *
 *     poll:   keep, keep, keep          whatever the kernel has; each with the time at which it came
 *     check:  take, take, take          answers are read, their numbers and operations recorded
 *             script, script, script    the promises' callbacks: virtual users go on and ask for more
 *             write, write, write       the outbox is emptied
 *
 * Only small reads are kept, because they are copied. Whoever has to act on a connection otherwise (it ended, it broke)
 * empties the box first, so that everything is seen in the order in which it came.
 */
import type { Clock } from "../../base/clock.ts";
import { KEPT_BYTES_MAX, KEPT_MAX } from "./limits.ts";
import type { ReadBuffer } from "./read-buffer.ts";

export interface Taker {
  /** HOT. `[from, to)` of the whole read buffer came at `atNs`. */
  take(from: number, to: number, atNs: number): void;
}

export class Inbox {
  readonly #clock: Clock;
  readonly #buffer: ReadBuffer;
  readonly #takers: (Taker | undefined)[] = Array.from({ length: KEPT_MAX });
  readonly #from = new Uint32Array(KEPT_MAX);
  readonly #to = new Uint32Array(KEPT_MAX);
  readonly #atNs = new Float64Array(KEPT_MAX);
  #kept = 0;
  #taken = 0;
  /** Words of the buffer that are in use. */
  #used = 0;

  constructor(clock: Clock, buffer: ReadBuffer) {
    this.#clock = clock;
    this.#buffer = buffer;
  }

  /** HOT. Keeps what the kernel has just put into the buffer. False when it does not fit: then nothing is kept. */
  keep(taker: Taker, bytes: number, atNs: number): boolean {
    const kept = this.#kept;
    if (bytes > KEPT_BYTES_MAX || kept === KEPT_MAX) return false;
    if (kept === 0) this.#begin();
    const { words } = this.#buffer;
    const used = this.#used;
    const size = (bytes + 3) >>> 2;
    if (used + size > words.length) return false;
    for (let i = 0; i < size; i++) words[used + i] = words[i] as number;
    this.#takers[kept] = taker;
    this.#from[kept] = used * 4;
    this.#to[kept] = used * 4 + bytes;
    this.#atNs[kept] = atNs;
    this.#kept = kept + 1;
    this.#used = used + size;
    return true;
  }

  /** Hands out all that is kept, in order. */
  readonly empty = (): void => {
    while (this.#taken < this.#kept) {
      const next = this.#taken++;
      const taker = this.#takers[next] as Taker;
      this.#takers[next] = undefined;
      taker.take(this.#from[next] as number, this.#to[next] as number, this.#atNs[next] as number);
    }
    this.#kept = this.#taken = 0;
  };

  #begin(): void {
    this.#used = this.#buffer.bytes.length >>> 2;
    this.#clock.soon(this.empty);
  }
}
