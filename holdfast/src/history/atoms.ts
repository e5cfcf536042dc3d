/**
 * The distinct values of a history, each kept once as bytes and named by a small number. Equal values have equal
 * codes, so that a checker compares and groups by integers and decodes only the few values it shows. Code 0 is "none".
 *
 * Open addressing over pairs of code and hash, doubled at two thirds; the bytes lie in 16 MiB pieces, because no single
 * array may grow past 2 GiB and copying a large one to grow it would need twice the memory. The table is larger than any
 * cache, so that what a lookup costs is waiting for memory: the values of a whole block are looked up together, their
 * places first all touched, then compared, and the processor waits for many of them at a time. Where codes are not needed
 * before the end, short values are kept as they come and merged then, which costs less still.
 */
import { Buffer } from "node:buffer";
import { assert } from "../base/assert.ts";
import type { Value } from "../record/value.ts";
import { BLOCK_ROWS_MAX } from "./limits.ts";
import { firstOfHash } from "./first-of-hash.ts";
import { ENCODED_BYTES_MAX, encodedLength, readValue, TAG, writeValue } from "./value-codec.ts";

const PIECE_BITS = 24;
const PIECE_BYTES = 1 << PIECE_BITS;
const PIECES_MAX = 256;
/** For more bytes a call into the runtime is faster than a loop. */
const COPIED_SINGLY_MAX = 128;
const FIRST_PIECE_BYTES = 1 << 10;
const FIRST_SLOTS = 1 << 6;

/** Values that are looked up together: those of a block. */
export const TOGETHER_MAX: number = BLOCK_ROWS_MAX;

export class Atoms {
  readonly #pieces: Piece[] = [pieceOf(FIRST_PIECE_BYTES)];
  #pieceBytes = 0;
  /** Per code: where its bytes start, counted over all pieces. */
  #starts = new Uint32Array(FIRST_SLOTS);
  #count = 1;
  /** How many of them are in the table. */
  #listed = 0;
  /** Two numbers a slot: a code, 0 for none, and the hash of its value. */
  #slots = new Uint32Array(FIRST_SLOTS * 2);
  readonly #scratch = new Uint8Array(ENCODED_BYTES_MAX);
  readonly #scratchView = new DataView(this.#scratch.buffer);
  readonly #hashes = new Uint32Array(TOGETHER_MAX);
  /** Of no meaning: it is there so that touching memory is not optimized away. */
  touched = 0;
  /** Codes of the values that take at most one byte besides their tag, which are the most frequent ones. */
  readonly #small = new Uint32Array((TAG.uint8 + 1) * 256);

  /** Values given as values that are too long for a record: of those read from disk there is only the digest. */
  readonly #long = new Map<number, Value>();

  readonly #plainBytesMax: number;

  /** Values of at most `plainBytesMax` bytes are kept anew each time, and equal ones merged at the end or never. */
  constructor(plainBytesMax = 0) {
    this.#plainBytesMax = plainBytesMax;
  }

  /** True when equal values may have several codes. */
  get isPlain(): boolean {
    return this.#plainBytesMax > 0;
  }

  /** One more than the highest code. */
  get size(): number {
    return this.#count;
  }

  /** The code of a value given as a value. */
  codeOf(value: Value | undefined): number {
    if (value === undefined) return 0;
    const end = writeValue(this.#scratch, 0, value);
    const code = this.#intern(this.#scratchView, 0, end);
    if (this.#scratch[0] === TAG.digest) this.#long.set(code, value);
    return code;
  }

  /**
   * The codes of the values of some rows of a block: of the rows `picked[0, count)`, whose values end in `bytes` at
   * `ends`; TOGETHER_MAX of them at most.
   */
  codesOf(
    bytes: Uint8Array<ArrayBuffer>,
    ends: Uint32Array,
    picked: Uint32Array,
    count: number,
    codes: Uint32Array,
  ): void {
    if (bytes.length === 0) {
      codes.fill(0, 0, count);
      return;
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (this.#plainBytesMax > 0) {
      this.#keep(view, ends, picked, count, codes);
      return;
    }
    this.#prepare(view, ends, picked, count, codes);
    for (let i = 0; i < count; i++) {
      const row = picked[i] as number;
      const from = startOf(ends, row);
      const to = ends[row] as number;
      const likely = codes[i] as number;
      if (likely !== 0 && this.#same(likely, view, from, to)) continue;
      const hash = this.#hashes[i] as number;
      codes[i] = to - from <= 2 ? this.#intern(view, from, to) : this.#find(hash, view, from, to);
    }
  }

  /** Rows that follow one another are copied together, but for values that are too long to be kept as they come. */
  #keep(
    view: DataView,
    ends: Uint32Array,
    picked: Uint32Array,
    count: number,
    codes: Uint32Array,
  ): void {
    for (let i = 0; i < count;) {
      const row = picked[i] as number;
      const from = startOf(ends, row);
      let to = from;
      let next = i;
      for (; next < count && picked[next] === row + next - i; next++) {
        const end = ends[picked[next] as number] as number;
        if (end - to > this.#plainBytesMax) break;
        to = end;
      }
      if (next === i) codes[i++] = this.#intern(view, from, ends[row] as number);
      else this.#keepRun(view, from, to, ends.subarray(row), codes.subarray(i, next));
      i = Math.max(i, next);
    }
  }

  #keepRun(view: DataView, from: number, to: number, ends: Uint32Array, codes: Uint32Array): void {
    const start = this.#copy(view, from, to) - from;
    if (this.#count + codes.length > this.#starts.length) {
      this.#starts = enlarged(this.#starts, (this.#count + codes.length) * 2);
    }
    const starts = this.#starts;
    let code = this.#count;
    let at = from;
    for (let i = 0; i < codes.length; i++) {
      const end = ends[i] as number;
      if (end - at > 2) {
        starts[code] = start + at;
        codes[i] = code++;
      } else {
        this.#count = code;
        codes[i] = this.#intern(view, at, end);
        code = this.#count;
      }
      at = end;
    }
    this.#count = code;
  }

  /** Hashes the values, and leaves in `codes` what the table likely says; then all it will read lies in the cache. */
  #prepare(
    view: DataView,
    ends: Uint32Array,
    picked: Uint32Array,
    count: number,
    codes: Uint32Array,
  ): void {
    while ((this.#listed + count) * 3 > this.#slots.length) this.#rehash();
    const slots = this.#slots;
    const hashes = this.#hashes;
    const starts = this.#starts;
    const mask = slots.length / 2 - 1;
    let touched = 0;
    for (let i = 0; i < count; i++) {
      const row = picked[i] as number;
      const from = startOf(ends, row);
      hashes[i] = hashOf(view, from, ends[row] as number);
    }
    for (let i = 0; i < count; i++) {
      touched ^= slots[((hashes[i] as number) & mask) * 2] as number;
    }
    for (let i = 0; i < count; i++) {
      const hash = hashes[i] as number;
      let slot = hash & mask;
      let code = slots[slot * 2] as number;
      while (code !== 0 && slots[slot * 2 + 1] !== hash) {
        slot = (slot + 1) & mask;
        code = slots[slot * 2] as number;
      }
      codes[i] = code;
      touched ^= starts[code] as number;
    }
    for (let i = 0; i < count; i++) {
      const start = starts[codes[i] as number] as number;
      const { bytes } = this.#pieces[start >>> PIECE_BITS] as Piece;
      touched ^= bytes[start & (PIECE_BYTES - 1)] as number;
    }
    this.touched = touched;
  }

  /** The value of a code; undefined for 0. */
  value(code: number): Value | undefined {
    if (code === 0) return undefined;
    const long = this.#long.size === 0 ? undefined : this.#long.get(code);
    if (long !== undefined) return long;
    return readValue(this.bytesOf(code), this.placeOf(code));
  }

  /** The encoded value of a code, which is not 0, begins in these bytes … */
  bytesOf(code: number): Uint8Array {
    return this.#pieceOf(code).bytes;
  }

  /** … at this place. */
  placeOf(code: number): number {
    return (this.#starts[code] as number) & (PIECE_BYTES - 1);
  }

  /** Gives equal values one code, in the order in which they first came; by code until now, what it has become. */
  merge(): Uint32Array {
    const hashes = new Uint32Array(this.#count);
    for (let code = 1; code < this.#count; code++) {
      const { view, bytes } = this.#pieceOf(code);
      const at = this.placeOf(code);
      hashes[code] = hashOf(view, at, at + encodedLength(bytes, at));
    }
    const codes = firstOfHash(hashes);
    // Where two different values have the same hash, the second is found by its bytes.
    const odd = new Map<string, number>();
    let count = 1;
    for (let code = 1; code < this.#count; code++) {
      const { view, bytes } = this.#pieceOf(code);
      const at = this.placeOf(code);
      const to = at + encodedLength(bytes, at);
      const first = codes[code] as number;
      const likely = first === code ? 0 : (codes[first] as number);
      if (likely !== 0 && this.#same(likely, view, at, to)) {
        codes[code] = likely;
        continue;
      }
      const text = first === code ? "" : hexOf(bytes, at, to);
      const known = text === "" ? undefined : odd.get(text);
      codes[code] = known ?? count;
      if (known !== undefined) continue;
      if (text !== "") odd.set(text, count);
      this.#starts[count++] = this.#starts[code] as number;
    }
    this.#count = count;
    return codes;
  }

  #pieceOf(code: number): Piece {
    return this.#pieces[(this.#starts[code] as number) >>> PIECE_BITS] as Piece;
  }

  /** Gives back the memory that only new values need: from here on they may only be read. */
  freeze(): void {
    this.#slots = new Uint32Array(0);
    this.#starts = this.#starts.slice(0, this.#count);
  }

  /** The code of the encoded value `[from, to)`. */
  #intern(view: DataView, from: number, to: number): number {
    const tag = view.getUint8(from);
    if (tag === TAG.none) return 0;
    if (tag > TAG.uint8) return this.#find(hashOf(view, from, to), view, from, to);
    const small = tag * 256 + (to - from > 1 ? view.getUint8(from + 1) : 0);
    const known = this.#small[small] as number;
    if (known !== 0) return known;
    const code = this.#find(hashOf(view, from, to), view, from, to);
    this.#small[small] = code;
    return code;
  }

  #find(hash: number, view: DataView, from: number, to: number): number {
    if (this.#listed * 3 > this.#slots.length) this.#rehash();
    const slots = this.#slots;
    const mask = slots.length / 2 - 1;
    let slot = hash & mask;
    for (;;) {
      const code = slots[slot * 2] as number;
      if (code === 0) break;
      if (slots[slot * 2 + 1] === hash && this.#same(code, view, from, to)) return code;
      slot = (slot + 1) & mask;
    }
    const code = this.#add(view, from, to);
    this.#listed += 1;
    slots[slot * 2] = code;
    slots[slot * 2 + 1] = hash;
    return code;
  }

  #same(code: number, view: DataView, from: number, to: number): boolean {
    const start = this.#starts[code] as number;
    const { bytes, view: own } = this.#pieces[start >>> PIECE_BITS] as Piece;
    const at = start & (PIECE_BYTES - 1);
    const length = to - from;
    if (encodedLength(bytes, at) !== length) return false;
    let i = 0;
    for (; i + 4 <= length; i += 4) {
      if (own.getUint32(at + i, true) !== view.getUint32(from + i, true)) return false;
    }
    for (; i < length; i++) if (bytes[at + i] !== view.getUint8(from + i)) return false;
    return true;
  }

  #add(view: DataView, from: number, to: number): number {
    const start = this.#copy(view, from, to);
    const code = this.#count++;
    if (code === this.#starts.length) this.#starts = enlarged(this.#starts, code * 2);
    this.#starts[code] = start;
    return code;
  }

  /** Gives where the copy starts, counted over all pieces. */
  #copy(view: DataView, from: number, to: number): number {
    const length = to - from;
    const { bytes, view: own } = this.#room(length);
    const at = this.#pieceBytes;
    if (length > COPIED_SINGLY_MAX) {
      bytes.set(new Uint8Array(view.buffer, view.byteOffset + from, length), at);
    } else {
      let i = 0;
      for (; i + 4 <= length; i += 4) own.setUint32(at + i, view.getUint32(from + i, true), true);
      for (; i < length; i++) bytes[at + i] = view.getUint8(from + i);
    }
    this.#pieceBytes += length;
    return (this.#pieces.length - 1) * PIECE_BYTES + at;
  }

  /** The last piece, with room for `length` more bytes: the first one grows up to PIECE_BYTES, then new ones follow. */
  #room(length: number): Piece {
    const last = this.#pieces.length - 1;
    let piece = this.#pieces[last] as Piece;
    while (this.#pieceBytes + length > piece.bytes.length && piece.bytes.length < PIECE_BYTES) {
      const larger = pieceOf(piece.bytes.length * 2);
      larger.bytes.set(piece.bytes);
      this.#pieces[last] = piece = larger;
    }
    if (this.#pieceBytes + length <= piece.bytes.length) return piece;
    assert(
      this.#pieces.length < PIECES_MAX,
      "the distinct values of a history take less than 4 GiB",
    );
    piece = pieceOf(PIECE_BYTES);
    this.#pieces.push(piece);
    this.#pieceBytes = 0;
    return piece;
  }

  #rehash(): void {
    const old = this.#slots;
    const slots = new Uint32Array(old.length * 2);
    const mask = old.length - 1;
    for (let from = 0; from < old.length; from += 2) {
      const code = old[from] as number;
      if (code === 0) continue;
      const hash = old[from + 1] as number;
      let slot = hash & mask;
      while (slots[slot * 2] !== 0) slot = (slot + 1) & mask;
      slots[slot * 2] = code;
      slots[slot * 2 + 1] = hash;
    }
    this.#slots = slots;
  }
}

interface Piece {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly view: DataView;
}

function pieceOf(length: number): Piece {
  const bytes = new Uint8Array(length);
  return { bytes, view: new DataView(bytes.buffer) };
}

/** Where the value of a row begins: where the one before it ends. */
function startOf(ends: Uint32Array, row: number): number {
  return row === 0 ? 0 : (ends[row - 1] as number);
}

function hexOf(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString("hex");
}

/** Four bytes a step, multiplied and folded; finished by a mixer because the table uses the low bits. */
function hashOf(view: DataView, from: number, to: number): number {
  let hash = to - from;
  let i = from;
  for (; i + 4 <= to; i += 4) {
    hash = Math.imul(hash ^ view.getUint32(i, true), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  for (; i < to; i++) hash = Math.imul(hash ^ view.getUint8(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function enlarged(from: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  const to = new Uint32Array(length);
  to.set(from);
  return to;
}
