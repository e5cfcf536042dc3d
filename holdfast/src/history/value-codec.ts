/**
 * Ids, values and results as bytes: one tag byte, then as little as the value needs. Every value has exactly one
 * encoding, so that two values are equal if and only if their bytes are: the reader compares and interns bytes and
 * decodes only what is shown. A UUID takes 17 bytes instead of 38.
 */
import { nodeCrypto } from "../base/node.ts";
import type { Value } from "../record/value.ts";
import { VALUE_BYTES_MAX } from "./limits.ts";

/** The first byte of an encoded value. The numbers are on disk: add at the end only. */
export const TAG = {
  none: 0,
  null: 1,
  false: 2,
  true: 3,
  /** One byte: 0 to 255. */
  uint8: 4,
  /** Four bytes, for the other whole numbers below 2^31. */
  int32: 5,
  float64: 6,
  /** Sixteen bytes, for the lower-case text form. */
  uuid: 7,
  /** UTF-8 with a one-byte length. */
  text: 8,
  /** UTF-8 with a two-byte length. */
  longText: 9,
  /** UTF-8 with a two-byte length; the members of objects are sorted by name. */
  json: 10,
  /** SHA-256 of the JSON of a value longer than VALUE_BYTES_MAX. */
  digest: 11,
} as const;

/** No encoded value is longer. */
export const ENCODED_BYTES_MAX: number = VALUE_BYTES_MAX + 3;

/** Longer texts are copied by the runtime. */
const SHORT_LENGTH_MAX = 32;
const ASCII_MAX = 0x7f;
const UUID_LENGTH = 36;
const DASH = 45;
/** Where the 16 pairs of digits of a UUID stand in its text. */
const UUID_PAIRS = new Uint8Array([0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34]);
const NO_DIGIT = 0xf0;
const DIGIT_OF = digitTable();
const TEXT_OF_BYTE = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Where texts are encoded before it is known how they are written. */
const scratch = new Uint8Array(VALUE_BYTES_MAX);
const encoder = new TextEncoder();
// Without this option the decoder would swallow a byte order mark at the start of a text.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

const float64 = new Float64Array(1);
const float64Bytes = new Uint8Array(float64.buffer);

/** Writes a value at `at` and gives the position after it. HOT. There must be room for ENCODED_BYTES_MAX. */
export function writeValue(bytes: Uint8Array, at: number, value: Value | undefined): number {
  if (value === undefined) {
    bytes[at] = TAG.none;
    return at + 1;
  }
  if (typeof value === "string") return writeText(bytes, at, value);
  if (typeof value === "number") return writeNumber(bytes, at, value);
  if (value === null || typeof value === "boolean") {
    bytes[at] = value === null ? TAG.null : value ? TAG.true : TAG.false;
    return at + 1;
  }
  return writeJson(bytes, at, value);
}

/**
 * The same for a text. HOT. Most texts are short and ASCII, and for these a loop is faster than a call into the runtime.
 */
export function writeText(bytes: Uint8Array, at: number, text: string): number {
  const { length } = text;
  if (length > SHORT_LENGTH_MAX) {
    if (length === UUID_LENGTH && writeUuid(bytes, at, text)) return at + 17;
    return writeAnyText(bytes, at, text);
  }
  const from = at + 2;
  let letters = 0;
  for (let i = 0; i < length; i++) {
    const letter = text.charCodeAt(i);
    letters |= letter;
    bytes[from + i] = letter;
  }
  if (letters > ASCII_MAX) return writeAnyText(bytes, at, text);
  bytes[at] = TAG.text;
  bytes[at + 1] = length;
  return from + length;
}

function writeAnyText(bytes: Uint8Array, at: number, text: string): number {
  const { read, written } = encoder.encodeInto(text, scratch);
  // A surrogate without its other half has no UTF-8; as JSON it is an escape and stays itself.
  if (written !== text.length && !text.isWellFormed()) return writeJson(bytes, at, text);
  if (read < text.length) return writeDigest(bytes, at, sortedJson(text));
  if (written > 255) return writeLong(bytes, at, TAG.longText, written);
  bytes[at] = TAG.text;
  bytes[at + 1] = written;
  const from = at + 2;
  for (let i = 0; i < written; i++) bytes[from + i] = scratch[i] as number;
  return from + written;
}

/** Packs the text; false when it is no lower-case UUID, and then what it wrote is to be written over. */
function writeUuid(bytes: Uint8Array, at: number, text: string): boolean {
  if (text.charCodeAt(8) !== DASH || text.charCodeAt(13) !== DASH) return false;
  if (text.charCodeAt(18) !== DASH || text.charCodeAt(23) !== DASH) return false;
  let wrong = 0;
  for (let i = 0; i < 16; i++) {
    const place = UUID_PAIRS[i] as number;
    const high = text.charCodeAt(place);
    const low = text.charCodeAt(place + 1);
    const left = DIGIT_OF[high & 0xff] as number;
    const right = DIGIT_OF[low & 0xff] as number;
    // The last two find letters that look like a digit in their low bits only.
    wrong |= left | right | (high & 0xff00) | (low & 0xff00);
    bytes[at + 1 + i] = (left << 4) | right;
  }
  bytes[at] = TAG.uuid;
  return wrong < NO_DIGIT;
}

function writeNumber(bytes: Uint8Array, at: number, value: number): number {
  const whole = value | 0;
  if (whole === value) {
    if (whole >= 0 && whole <= 255) {
      bytes[at] = TAG.uint8;
      bytes[at + 1] = whole;
      return at + 2;
    }
    bytes[at] = TAG.int32;
    bytes[at + 1] = whole;
    bytes[at + 2] = whole >> 8;
    bytes[at + 3] = whole >> 16;
    bytes[at + 4] = whole >> 24;
    return at + 5;
  }
  bytes[at] = TAG.float64;
  float64[0] = value;
  bytes.set(float64Bytes, at + 1);
  return at + 9;
}

function writeJson(bytes: Uint8Array, at: number, value: Value): number {
  const json = sortedJson(value);
  const { read, written } = encoder.encodeInto(json, scratch);
  if (read < json.length) return writeDigest(bytes, at, json);
  return writeLong(bytes, at, TAG.json, written);
}

/** What is in `scratch`, after a tag and two bytes for its length. */
function writeLong(bytes: Uint8Array, at: number, tag: number, length: number): number {
  bytes[at] = tag;
  bytes[at + 1] = length;
  bytes[at + 2] = length >> 8;
  bytes.set(scratch.subarray(0, length), at + 3);
  return at + 3 + length;
}

function writeDigest(bytes: Uint8Array, at: number, json: string): number {
  bytes[at] = TAG.digest;
  bytes.set(nodeCrypto().createHash("sha256").update(json).digest(), at + 1);
  return at + 33;
}

/** JSON in which equal values are equal texts: members in the order of their names, numbers as JavaScript writes them. */
export function sortedJson(value: Value): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (inner === null || typeof inner !== "object" || Array.isArray(inner)) return inner;
    const members = Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return Object.fromEntries(members);
  });
}

/** Bytes that the value at `at` takes, its tag included. Throws a RangeError on a tag that does not exist. */
export function encodedLength(bytes: Uint8Array, at: number): number {
  const tag = bytes[at] as number;
  switch (tag) {
    case TAG.none:
    case TAG.null:
    case TAG.false:
    case TAG.true:
      return 1;
    case TAG.uint8:
      return 2;
    case TAG.int32:
      return 5;
    case TAG.float64:
      return 9;
    case TAG.uuid:
      return 17;
    case TAG.text:
      return 2 + (bytes[at + 1] as number);
    case TAG.longText:
    case TAG.json:
      return 3 + (bytes[at + 1] as number) + ((bytes[at + 2] as number) << 8);
    case TAG.digest:
      return 33;
    default:
      throw new RangeError(`a stored value starts with the unknown tag ${tag}`);
  }
}

/** The value at `at`. A digest reads as the text `sha256:…`. */
export function readValue(bytes: Uint8Array, at: number): Value | undefined {
  const tag = bytes[at] as number;
  const end = at + encodedLength(bytes, at);
  switch (tag) {
    case TAG.none:
      return undefined;
    case TAG.null:
      return null;
    case TAG.false:
      return false;
    case TAG.true:
      return true;
    case TAG.uint8:
      return bytes[at + 1];
    case TAG.int32:
      return int32At(bytes, at + 1);
    case TAG.float64:
      for (let i = 0; i < 8; i++) float64Bytes[i] = bytes[at + 1 + i] as number;
      return float64[0];
    case TAG.uuid:
      return uuidText(bytes, at + 1);
    case TAG.text:
      return decoder.decode(bytes.subarray(at + 2, end));
    case TAG.longText:
      return decoder.decode(bytes.subarray(at + 3, end));
    case TAG.json:
      return JSON.parse(decoder.decode(bytes.subarray(at + 3, end))) as Value;
    default:
      return `sha256:${hex(bytes, at + 1, end)}`;
  }
}

/** Walks over the ids, values or results of a block, which hold one encoded value per row, or nothing at all. */
export class ValueReader {
  bytes: Uint8Array = new Uint8Array(0);
  /** The value of this row is `bytes[from, to)`; nothing where no row has any. */
  from = 0;
  to = 0;

  begin(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.from = 0;
    this.to = 0;
  }

  /** HOT. Goes to the next row, at first to row 0. */
  next(): void {
    this.from = this.to;
    if (this.to < this.bytes.length) this.to += encodedLength(this.bytes, this.to);
  }

  /** The value of this row, decoded. */
  get value(): Value | undefined {
    return this.from === this.to ? undefined : readValue(this.bytes, this.from);
  }
}

/** A view of its own for each number would be most of the cost. */
function int32At(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}

function uuidText(bytes: Uint8Array, at: number): string {
  const parts = [4, 6, 8, 10, 16].map((end, i, ends) =>
    hex(bytes, at + (ends[i - 1] ?? 0), at + end),
  );
  return parts.join("-");
}

function hex(bytes: Uint8Array, from: number, to: number): string {
  let text = "";
  for (let i = from; i < to; i++) text += TEXT_OF_BYTE[bytes[i] as number];
  return text;
}

function digitTable(): Uint8Array {
  const table = new Uint8Array(256).fill(NO_DIGIT);
  for (let digit = 0; digit < 16; digit++) table[digit.toString(16).charCodeAt(0)] = digit;
  return table;
}
