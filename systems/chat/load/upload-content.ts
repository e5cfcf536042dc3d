/**
 * What is uploaded. All contents of one size begin alike and end in their own id, so that no two are the same, and yet
 * neither 50 MB nor their checksum have to be made anew each time: what is alike is hashed once.
 */
import { createHash, type Hash } from "node:crypto";

export interface Size {
  readonly name: string;
  readonly bytes: number;
  /** Of all uploads, so many are of this size. */
  readonly share: number;
}

export interface Content {
  readonly id: string;
  readonly size: Size;
  /** SHA-256, in hexadecimal. */
  readonly sha256: string;
  /** The bytes, a piece at a time. */
  stream(): AsyncIterable<Uint8Array>;
}

const KB = 1_000;
const MB = 1_000_000;
const PIECE_BYTES = 256 * KB;

export const SIZES: readonly Size[] = [
  { name: "100 KB", bytes: 100 * KB, share: 0.6 },
  { name: "1 MB", bytes: MB, share: 0.27 },
  { name: "10 MB", bytes: 10 * MB, share: 0.1 },
  { name: "50 MB", bytes: 50 * MB, share: 0.03 },
];

/** The beginning of all contents: made when it is first needed, once in each thread. */
let beginning: Buffer | undefined;
const hashes = new Map<number, Hash>();

export function contentOf(size: Size, id: string): Content {
  const tail = Buffer.from(id);
  const headBytes = size.bytes - tail.length;
  const sha256 = hashOf(headBytes).copy().update(tail).digest("hex");
  return {
    id,
    size,
    sha256,
    async *stream() {
      const head = headOf(headBytes);
      for (let from = 0; from < headBytes; from += PIECE_BYTES) {
        yield head.subarray(from, from + PIECE_BYTES);
      }
      yield tail;
    },
  };
}

/** Compared byte by byte. */
export function isContent(bytes: Uint8Array, { size, id }: Content): boolean {
  const tail = Buffer.from(id);
  const headBytes = size.bytes - tail.length;
  const found = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return (
    found.length === size.bytes &&
    found.subarray(0, headBytes).equals(headOf(headBytes)) &&
    found.subarray(headBytes).equals(tail)
  );
}

function headOf(bytes: number): Buffer {
  beginning ??= pseudoRandom(Math.max(...SIZES.map((size) => size.bytes)));
  return beginning.subarray(0, bytes);
}

function hashOf(bytes: number): Hash {
  const known = hashes.get(bytes) ?? createHash("sha256").update(headOf(bytes));
  hashes.set(bytes, known);
  return known;
}

/** The same bytes in every thread and every run; nothing that could be compressed. */
function pseudoRandom(bytes: number): Buffer {
  const words = new Uint32Array(Math.ceil(bytes / 4));
  let state = 1;
  for (let i = 0; i < words.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[i] = state;
  }
  return Buffer.from(words.buffer, 0, bytes);
}
