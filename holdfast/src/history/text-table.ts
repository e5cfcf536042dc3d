/**
 * The distinct texts of a block, numbered in the order in which they came and kept as the bytes that will be stored.
 * But for a few seen lately no text is held on to: a key that came with a request would else outlive it and burden the
 * garbage collector.
 *
 *     entry   length in bytes × 2, in groups of seven bits, low first; the bytes, as UTF-8
 *             length in bytes × 2 + 1, likewise; the bytes, as UTF-16, where a surrogate has no other half
 */
import { Buffer } from "node:buffer";
import { BLOCK_DICTIONARY_BYTES } from "./limits.ts";

/** Texts whose length fits into the first byte and that are copied by a loop, which calls no runtime. */
const SHORT_LENGTH_MAX = 63;
const SEEN_PLACES = 512;
const SEVEN_BITS = 0x7f;
const MORE = 0x80;

const encoder = new TextEncoder();

export class TextTable {
  /** How many there are. */
  count = 0;
  /** Bytes of all entries. */
  used = 0;
  #bytes = new Uint8Array(BLOCK_DICTIONARY_BYTES);
  /** Where each entry begins, and where the next one would. */
  readonly #starts: Uint32Array;
  readonly #hashes: Uint32Array;
  /** Open addressing, half empty at most: one more than the number of a text, 0 for none. */
  readonly #slots: Uint16Array;
  /** Texts seen lately, by their last letters, and where they were found: most keys come again and again. */
  readonly #seen: (string | undefined)[] = Array.from({ length: SEEN_PLACES });
  readonly #seenCodes = new Uint16Array(SEEN_PLACES);
  readonly #seenTurns = new Uint32Array(SEEN_PLACES);
  /** Counts how often the table was emptied: what was seen before is of no use any more. */
  #turn = 1;

  /** `textsMax` is a power of two, at most 2^15. */
  constructor(textsMax: number) {
    this.#starts = new Uint32Array(textsMax + 1);
    this.#hashes = new Uint32Array(textsMax);
    this.#slots = new Uint16Array(textsMax * 2);
  }

  /** HOT. The number of a text, from 0. At most `textsMax` different ones may be asked for. */
  codeOf(text: string): number {
    const { length } = text;
    const place = length < 2 ? length : placeOf(text, length);
    if (this.#seenTurns[place] === this.#turn && this.#seen[place] === text) {
      return this.#seenCodes[place] as number;
    }
    const code = this.#encode(text, length);
    this.#seen[place] = text;
    this.#seenCodes[place] = code;
    this.#seenTurns[place] = this.#turn;
    return code;
  }

  #encode(text: string, length: number): number {
    const from = this.used;
    const room = length * 3 + 8;
    if (from + room > this.#bytes.length) this.#grow(room);
    const bytes = this.#bytes;
    let hash = length;
    let letters = 0;
    let to = from + 1;
    if (length <= SHORT_LENGTH_MAX) {
      bytes[from] = length * 2;
      for (let i = 0; i < length; i++) {
        const letter = text.charCodeAt(i);
        letters |= letter;
        bytes[to++] = letter;
        hash = Math.imul(hash ^ letter, 0x01000193);
      }
    }
    if (length > SHORT_LENGTH_MAX || letters > SEVEN_BITS) {
      to = writeEntry(bytes, from, text);
      hash = hashOf(bytes, from, to);
    }
    return this.#find(from, to, hash ^ (hash >>> 15));
  }

  /** Copies all entries to `at`; gives the position after them. */
  copyTo(target: Uint8Array, at: number): number {
    target.set(this.#bytes.subarray(0, this.used), at);
    return at + this.used;
  }

  clear(): void {
    this.count = 0;
    this.used = 0;
    this.#slots.fill(0);
    this.#turn += 1;
  }

  /** The number of the entry that has been written at the end of the others; it stays there if it is new. */
  #find(from: number, to: number, hash: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const code = (slots[slot] as number) - 1;
      if (code < 0) break;
      if (this.#hashes[code] === hash >>> 0 && this.#same(code, from, to)) return code;
      slot = (slot + 1) & mask;
    }
    const code = this.count++;
    slots[slot] = code + 1;
    this.#hashes[code] = hash;
    this.#starts[code] = from;
    this.#starts[code + 1] = to;
    this.used = to;
    return code;
  }

  #same(code: number, from: number, to: number): boolean {
    const bytes = this.#bytes;
    const start = this.#starts[code] as number;
    if ((this.#starts[code + 1] as number) - start !== to - from) return false;
    for (let i = 0; i < to - from; i++) if (bytes[start + i] !== bytes[from + i]) return false;
    return true;
  }

  #grow(room: number): void {
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.used + room));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

function placeOf(text: string, length: number): number {
  const last = text.charCodeAt(length - 1);
  return (last * 37 + text.charCodeAt(length - 2) * 11 + length) & (SEEN_PLACES - 1);
}

/** The texts of `count` entries that begin at `from`, and where the last one ends. */
export function textsAt(
  bytes: Uint8Array,
  from: number,
  count: number,
): { texts: string[]; end: number } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const texts: string[] = [];
  let at = from;
  for (let i = 0; i < count; i++) {
    let head = 0;
    let shift = 0;
    let byte: number;
    do {
      byte = bytes[at++] as number;
      head += (byte & SEVEN_BITS) * 2 ** shift;
      shift += 7;
    } while (byte >= MORE);
    const end = at + Math.floor(head / 2);
    texts.push(buffer.toString(head % 2 === 0 ? "utf8" : "utf16le", at, end));
    at = end;
  }
  return { texts, end: at };
}

/** Every text has one entry only, so that equal entries are equal texts. */
function writeEntry(bytes: Uint8Array, from: number, text: string): number {
  const wellFormed = text.isWellFormed();
  const stored = wellFormed ? encoder.encode(text) : utf16Of(text);
  let head = stored.length * 2 + (wellFormed ? 0 : 1);
  let at = from;
  for (; head >= MORE; head = Math.floor(head / MORE)) bytes[at++] = (head % MORE) + MORE;
  bytes[at++] = head;
  bytes.set(stored, at);
  return at + stored.length;
}

function utf16Of(text: string): Uint8Array {
  const units = Uint16Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
  return new Uint8Array(units.buffer);
}

function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = to - from;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
  return hash;
}
