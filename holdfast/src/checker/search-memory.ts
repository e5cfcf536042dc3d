/**
 * Which configurations were tried: the operations placed, those of unknown outcome among them, and the state. Compared
 * exactly, word by word, in one growing array: a few words each, because operations are placed nearly in the order of
 * their calls and so only a short window of bits is neither all ones nor all zeros.
 *
 *     entry    next of the chain · hash · first word, words · the bits · the same of the unknown ones
 *
 * The state is in the hash alone: states are spread one to one, so of two configurations with the same operations and the
 * same hash the states are the same, too.
 */
import { roomFor } from "./room.ts";

/** A set of small numbers as bits, with the window of words that matter. */
export class PlacedSet {
  readonly words: Uint32Array;
  /** Words below are full, words from `to` on are empty. */
  from = 0;
  to = 0;
  hash = 0;

  constructor(size: number) {
    this.words = new Uint32Array(Math.floor(size / 32) + 1);
  }

  has(operation: number): boolean {
    return ((this.words[operation >>> 5] as number) & (1 << (operation & 31))) !== 0;
  }

  add(operation: number): void {
    const word = operation >>> 5;
    this.words[word] = (this.words[word] as number) | (1 << (operation & 31));
    this.hash ^= mixed(operation + 1);
    this.to = Math.max(this.to, word + 1);
    while (this.words[this.from] === 0xffffffff) this.from += 1;
  }

  delete(operation: number): void {
    const word = operation >>> 5;
    this.words[word] = (this.words[word] as number) & ~(1 << (operation & 31));
    this.hash ^= mixed(operation + 1);
    this.from = Math.min(this.from, word);
    // Ends at the latest at `from`, before which words are full.
    while (this.words[this.to - 1] === 0) this.to -= 1;
  }
}

/** A number's bits, spread, so that sets can be hashed by exclusive or. */
function mixed(number: number): number {
  let hash = Math.imul(number, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca77);
  return hash ^ (hash >>> 13);
}

const FIRST_WORDS = 1 << 9;
const FIRST_SLOTS = 1 << 6;
/** Words of an entry besides its bits. */
const HEADER = 6;

export class Configurations {
  #words = new Uint32Array(FIRST_WORDS);
  /** Where the next entry goes; 0 is no entry. */
  #end = 1;
  /** Per slot, the first entry of its chain. */
  #slots = new Uint32Array(FIRST_SLOTS);
  #count = 0;

  /** Memory taken so far, in words of 4 bytes. */
  get words(): number {
    return this.#end + this.#slots.length;
  }

  /**
   * Notes a configuration; false when it was there already, or one that had the same operations and state and had used
   * no unknown operation that this one has not.
   */
  add(known: PlacedSet, unknown: PlacedSet, state: number): boolean {
    const hash = (known.hash ^ mixed(~state)) >>> 0;
    const from = known.from;
    const length = Math.max(0, known.to - from);
    const slot = hash & (this.#slots.length - 1);
    const words = this.#words;
    for (let entry = this.#slots[slot] as number; entry !== 0; entry = words[entry] as number) {
      if (words[entry + 1] !== hash) continue;
      if (words[entry + 2] !== from || words[entry + 3] !== length) continue;
      if (!this.#sameBits(entry + HEADER, known.words, from, length)) continue;
      if (this.#usedNoMore(entry, unknown)) return false;
    }
    this.#append(slot, hash, known, unknown);
    return true;
  }

  #sameBits(at: number, bits: Uint32Array, from: number, length: number): boolean {
    for (let i = 0; i < length; i++) {
      if (this.#words[at + i] !== bits[from + i]) return false;
    }
    return true;
  }

  /** True when the entry's unknown operations are all in `unknown`. */
  #usedNoMore(entry: number, unknown: PlacedSet): boolean {
    const words = this.#words;
    const from = words[entry + 4] as number;
    const length = words[entry + 5] as number;
    const at = entry + HEADER + (words[entry + 3] as number);
    if (from > unknown.from) return false;
    for (let i = 0; i < length; i++) {
      if (((words[at + i] as number) & ~(unknown.words[from + i] as number)) !== 0) return false;
    }
    return true;
  }

  #append(slot: number, hash: number, known: PlacedSet, unknown: PlacedSet): void {
    const length = Math.max(0, known.to - known.from);
    const unknownLength = Math.max(0, unknown.to - unknown.from);
    const entry = this.#end;
    this.#end = entry + HEADER + length + unknownLength;
    const room = roomFor(this.#end, this.#words.length);
    if (room !== this.#words.length) this.#grow(room);
    const words = this.#words;
    words[entry] = this.#slots[slot] as number;
    words[entry + 1] = hash;
    words[entry + 2] = known.from;
    words[entry + 3] = length;
    words[entry + 4] = unknown.from;
    words[entry + 5] = unknownLength;
    let at = entry + HEADER;
    for (let i = 0; i < length; i++) words[at++] = known.words[known.from + i] as number;
    for (let i = 0; i < unknownLength; i++) words[at++] = unknown.words[unknown.from + i] as number;
    this.#slots[slot] = entry;
    this.#count += 1;
    if (this.#count > this.#slots.length) this.#rehash();
  }

  #grow(room: number): void {
    const larger = new Uint32Array(room);
    larger.set(this.#words);
    this.#words = larger;
  }

  #rehash(): void {
    const slots = new Uint32Array(this.#slots.length * 4);
    const words = this.#words;
    for (let entry = 1; entry !== this.#end;) {
      const slot = (words[entry + 1] as number) & (slots.length - 1);
      words[entry] = slots[slot] as number;
      slots[slot] = entry;
      entry += HEADER + (words[entry + 3] as number) + (words[entry + 5] as number);
    }
    this.#slots = slots;
  }
}
