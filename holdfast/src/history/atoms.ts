/**
 * The distinct values of a history, each kept once as bytes and named by a small number. Equal values have equal
 * codes, so that a checker compares and groups by integers and decodes only the few values it shows. Code 0 is "none".
 *
 * Open addressing over codes, doubled at two thirds; the bytes lie in 16 MiB pieces, because no single array may grow
 * past 2 GiB and copying a large one to grow it would need twice the memory.
 */
import { assert } from "../base/assert.ts";
import type { Value } from "../record/value.ts";
import { ENCODED_BYTES_MAX, encodedLength, readValue, TAG, writeValue } from "./value-codec.ts";

const PIECE_BITS = 24;
const PIECE_BYTES = 1 << PIECE_BITS;
const PIECES_MAX = 256;
const FIRST_PIECE_BYTES = 1 << 10;
const FIRST_SLOTS = 1 << 6;

export class Atoms {
  readonly #pieces: Uint8Array<ArrayBuffer>[] = [new Uint8Array(FIRST_PIECE_BYTES)];
  #pieceBytes = 0;
  /** Per code: where its bytes start, counted over all pieces. */
  #starts = new Uint32Array(FIRST_SLOTS);
  #hashes = new Uint32Array(FIRST_SLOTS);
  #count = 1;
  #slots = new Uint32Array(FIRST_SLOTS);
  readonly #scratch = new Uint8Array(ENCODED_BYTES_MAX);
  /** Codes of the values that take at most one byte besides their tag, which are the most frequent ones. */
  readonly #small = new Uint32Array((TAG.uint8 + 1) * 256);

  /** Values given as values that are too long for a record: of those read from disk there is only the digest. */
  readonly #long = new Map<number, Value>();

  /** One more than the highest code. */
  get size(): number {
    return this.#count;
  }

  /** The code of a value given as a value. */
  codeOf(value: Value | undefined): number {
    if (value === undefined) return 0;
    const end = writeValue(this.#scratch, 0, value);
    const code = this.intern(this.#scratch, 0, end);
    if (this.#scratch[0] === TAG.digest) this.#long.set(code, value);
    return code;
  }

  /** The code of a value given as its encoded bytes. */
  intern(bytes: Uint8Array, from: number, to: number): number {
    const tag = bytes[from] as number;
    if (tag === TAG.none) return 0;
    if (tag > TAG.uint8) return this.#intern(bytes, from, to);
    const small = tag * 256 + (to - from > 1 ? (bytes[from + 1] as number) : 0);
    const known = this.#small[small] as number;
    if (known !== 0) return known;
    const code = this.#intern(bytes, from, to);
    this.#small[small] = code;
    return code;
  }

  /** The value of a code; undefined for 0. */
  value(code: number): Value | undefined {
    if (code === 0) return undefined;
    const long = this.#long.size === 0 ? undefined : this.#long.get(code);
    if (long !== undefined) return long;
    const start = this.#starts[code] as number;
    return readValue(this.#pieces[start >>> PIECE_BITS] as Uint8Array, start & (PIECE_BYTES - 1));
  }

  /** Makes room for this many values at once, while there are none. */
  reserve(values: number): void {
    if (this.#count > 1) return;
    let slots = FIRST_SLOTS;
    while (slots * 2 < values * 3) slots *= 2;
    this.#slots = new Uint32Array(slots);
    this.#starts = new Uint32Array(slots);
    this.#hashes = new Uint32Array(slots);
  }

  /** Gives back the memory that only new values need: from here on `value` alone may be asked. */
  freeze(): void {
    this.#slots = new Uint32Array(0);
    this.#hashes = new Uint32Array(0);
    this.#starts = this.#starts.slice(0, this.#count);
  }

  #intern(bytes: Uint8Array, from: number, to: number): number {
    if (this.#count * 3 > this.#slots.length * 2) this.#rehash();
    const hash = hashOf(bytes, from, to);
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const code = this.#slots[slot] as number;
      if (code === 0) return this.#add(slot, hash, bytes, from, to);
      if (this.#hashes[code] === hash && this.#same(code, bytes, from, to)) return code;
      slot = (slot + 1) & mask;
    }
  }

  #same(code: number, bytes: Uint8Array, from: number, to: number): boolean {
    const start = this.#starts[code] as number;
    const piece = this.#pieces[start >>> PIECE_BITS] as Uint8Array;
    const at = start & (PIECE_BYTES - 1);
    if (encodedLength(piece, at) !== to - from) return false;
    for (let i = 0; i < to - from; i++) if (piece[at + i] !== bytes[from + i]) return false;
    return true;
  }

  #add(slot: number, hash: number, bytes: Uint8Array, from: number, to: number): number {
    const length = to - from;
    const target = this.#room(length);
    const piece = this.#pieces.length - 1;
    for (let i = 0; i < length; i++) target[this.#pieceBytes + i] = bytes[from + i] as number;
    const code = this.#count++;
    this.#starts[code] = piece * PIECE_BYTES + this.#pieceBytes;
    this.#hashes[code] = hash;
    this.#slots[slot] = code;
    this.#pieceBytes += length;
    return code;
  }

  /** The last piece, with room for `length` more bytes: the first one grows up to PIECE_BYTES, then new ones follow. */
  #room(length: number): Uint8Array {
    const last = this.#pieces.length - 1;
    let piece = this.#pieces[last] as Uint8Array<ArrayBuffer>;
    while (this.#pieceBytes + length > piece.length && piece.length < PIECE_BYTES) {
      const larger = new Uint8Array(piece.length * 2);
      larger.set(piece);
      this.#pieces[last] = piece = larger;
    }
    if (this.#pieceBytes + length <= piece.length) return piece;
    assert(
      this.#pieces.length < PIECES_MAX,
      "the distinct values of a history take less than 4 GiB",
    );
    piece = new Uint8Array(PIECE_BYTES);
    this.#pieces.push(piece);
    this.#pieceBytes = 0;
    return piece;
  }

  #rehash(): void {
    const slots = this.#slots.length * 2;
    this.#slots = new Uint32Array(slots);
    this.#starts = enlarged(this.#starts, slots);
    this.#hashes = enlarged(this.#hashes, slots);
    for (let code = 1; code < this.#count; code++) {
      let slot = (this.#hashes[code] as number) & (slots - 1);
      while (this.#slots[slot] !== 0) slot = (slot + 1) & (slots - 1);
      this.#slots[slot] = code;
    }
  }
}

/** Four bytes a step, multiplied and folded; finished by a mixer because the table uses the low bits. */
function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = to - from;
  let i = from;
  for (; i + 4 <= to; i += 4) {
    const word =
      (bytes[i] as number) |
      ((bytes[i + 1] as number) << 8) |
      ((bytes[i + 2] as number) << 16) |
      ((bytes[i + 3] as number) << 24);
    hash = Math.imul(hash ^ word, 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  for (; i < to; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function enlarged(from: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  const to = new Uint32Array(length);
  to.set(from);
  return to;
}
