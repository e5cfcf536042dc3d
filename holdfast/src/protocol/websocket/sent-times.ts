/**
 * When messages left, by id, for whoever receives them on whatever thread: one table of shared memory, without locks
 * and without messages between threads.
 *
 * It holds the last ids only. An id has four places, by its hash; a new one takes the oldest of them. Of an id only 63
 * bits of hash are kept: two ids of one run that are mistaken for each other are less likely than one in a billion, and
 * what would be wrong then is one latency, never a proof.
 *
 * A place that one thread reads while another overwrites it is told by its first half, which is emptied first and
 * written last.
 */
import { SENT_IDS_MAX } from "./limits.ts";

const WAYS = 4;
const BYTES_EACH = 16;

/** The memory of one run's table. */
export function newSentIds(): SharedArrayBuffer {
  return new SharedArrayBuffer(SENT_IDS_MAX * BYTES_EACH);
}

export class SentTimes {
  /** Two halves of the hash for each place; a first half of 0 is an empty place. */
  readonly #hashes: Int32Array;
  readonly #timesNs: Float64Array;
  #low = 0;
  #high = 0;

  constructor(memory: SharedArrayBuffer) {
    this.#timesNs = new Float64Array(memory, 0, SENT_IDS_MAX);
    this.#hashes = new Int32Array(memory, SENT_IDS_MAX * Float64Array.BYTES_PER_ELEMENT);
  }

  /** HOT. A second note of an id replaces the first. */
  note(id: string, atNs: number): void {
    this.#hash(id);
    const first = this.#firstPlace();
    let place = first;
    for (let way = 0; way < WAYS; way++) {
      const candidate = first + way;
      const low = this.#hashes[candidate * 2];
      if (low === 0 || this.#is(candidate)) {
        place = candidate;
        break;
      }
      if ((this.#timesNs[candidate] as number) < (this.#timesNs[place] as number)) {
        place = candidate;
      }
    }
    Atomics.store(this.#hashes, place * 2, 0);
    this.#timesNs[place] = atNs;
    this.#hashes[place * 2 + 1] = this.#high;
    Atomics.store(this.#hashes, place * 2, this.#low);
  }

  /** HOT. When it left; NaN when that is not known, or not any more. */
  find(id: string): number {
    this.#hash(id);
    const first = this.#firstPlace();
    for (let place = first; place < first + WAYS; place++) {
      if (!this.#is(place)) continue;
      const atNs = this.#timesNs[place] as number;
      // Overwritten meanwhile: then it is the time of another.
      return Atomics.load(this.#hashes, place * 2) === this.#low ? atNs : Number.NaN;
    }
    return Number.NaN;
  }

  #is(place: number): boolean {
    return (
      Atomics.load(this.#hashes, place * 2) === this.#low &&
      this.#hashes[place * 2 + 1] === this.#high
    );
  }

  #firstPlace(): number {
    return (this.#high & (SENT_IDS_MAX / WAYS - 1)) * WAYS;
  }

  /** Two rounds of FNV-1a with different beginnings, finished as murmur3 does. */
  #hash(id: string): void {
    let low = 0x811c9dc5;
    let high = 0x9dc5811c;
    for (let i = 0; i < id.length; i++) {
      const code = id.charCodeAt(i);
      low = Math.imul(low ^ code, 0x01000193);
      high = Math.imul(high ^ code, 0x85ebca6b);
    }
    this.#low = finish(low) | 1;
    this.#high = finish(high);
  }
}

function finish(hash: number): number {
  let bits = hash ^ (hash >>> 16);
  bits = Math.imul(bits, 0x85ebca6b);
  bits ^= bits >>> 13;
  bits = Math.imul(bits, 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
