/**
 * One block of a stored history, as bytes. A block stands alone: it can be read without any other, so that a torn last
 * one costs nothing but itself.
 *
 *     header      HEADER below, little-endian
 *     columns     one array per column, all rows of it: COLUMN_WIDTHS below, widest first so that each stays aligned
 *     ids         of all rows, one after another, as value-codec.ts writes them; nothing at all where no row has one
 *     values      likewise
 *     results     likewise
 *     dictionary  the names and then the keys that the columns `name` and `key` point into, as text-table.ts has them
 *     padding     to a multiple of 8 bytes, so that the next block in a file is aligned, too
 *
 * While a block is filled there are gaps between its parts, and the header says where each of them stands. The thread
 * that writes files closes the gaps and sets the checksum, which covers everything after itself; the one that makes load
 * does neither. All machines Node 24 runs on are little-endian, and so is the format.
 */
import { crc32 } from "node:zlib";

export const BLOCK_MAGIC = 0x32424648; // "HFB2"

/** Where each field of the header stands. All are unsigned 32-bit except `claimNs`, a float64. */
export const HEADER = {
  magic: 0,
  bytes: 4,
  checksum: 8,
  thread: 12,
  /** Number of this block on its thread, from 0: a gap means that a block was lost. */
  sequence: 16,
  rows: 20,
  /** Rows that each column has room for: those there are, once the block is stored. */
  rowsRoom: 24,
  /** Rows this thread has had to drop so far, because blocks were not written fast enough. */
  lost: 28,
  /** Everything this thread began before this time is in this block or an earlier one. */
  claimNs: 32,
  names: 40,
  keys: 44,
  /** Where these parts begin and how many bytes they take: PARTS below. */
  parts: 48,
  size: 80,
} as const;

/** The parts behind the columns, in their order: each has its place and its length in the header. */
export const PARTS = ["ids", "values", "results", "dictionary"] as const;
export type PartName = (typeof PARTS)[number];

const CHECKSUM_FROM = 12;

/** The `rule` of a row that had not ended when the block was written. */
export const IN_FLIGHT = 255;

/** Added to the `phase` of a row that an earlier block already listed as in flight. */
export const LISTED_BEFORE = 128;

/** The columns of `rows` operations, as views on one buffer. */
export interface BlockColumns {
  invokeNs: Float64Array;
  /** Rounded up. */
  durationNs: Float32Array;
  process: Uint32Array;
  status: Uint16Array;
  key: Uint16Array;
  name: Uint8Array;
  phase: Uint8Array;
  rule: Uint8Array;
}

/** Bytes of one row in each column, in the order in which they are stored. */
const COLUMN_WIDTHS: readonly number[] = [8, 4, 4, 2, 2, 1, 1, 1];

/** Bytes of one row besides its values. */
export const ROW_BYTES: number = COLUMN_WIDTHS.reduce((sum, width) => sum + width);

/** The columns of a block that starts at `offset`, a multiple of 8; each has room for `room` rows and shows `rows`. */
export function columnsAt(
  buffer: ArrayBuffer,
  offset: number,
  room: number,
  rows: number,
): BlockColumns {
  let at = offset + HEADER.size;
  const next = (width: number): number => {
    const from = at;
    at += width * room;
    return from;
  };
  return {
    invokeNs: new Float64Array(buffer, next(8), rows),
    durationNs: new Float32Array(buffer, next(4), rows),
    process: new Uint32Array(buffer, next(4), rows),
    status: new Uint16Array(buffer, next(2), rows),
    key: new Uint16Array(buffer, next(2), rows),
    name: new Uint8Array(buffer, next(1), rows),
    phase: new Uint8Array(buffer, next(1), rows),
    rule: new Uint8Array(buffer, next(1), rows),
  };
}

/** Where in the header a part's place stands; its length follows. */
export function partField(part: PartName): number {
  return HEADER.parts + PARTS.indexOf(part) * 8;
}

/**
 * Closes the gaps of the block at the start of a buffer and stamps it with its checksum; gives its bytes. Everything
 * moves towards the front, first things first, so that nothing is written over before it is moved.
 */
export function finished(buffer: ArrayBuffer): Uint8Array<ArrayBuffer> {
  const header = new DataView(buffer);
  const bytes = new Uint8Array(buffer);
  const rows = header.getUint32(HEADER.rows, true);
  const room = header.getUint32(HEADER.rowsRoom, true);
  let from: number = HEADER.size;
  let to: number = HEADER.size;
  for (const width of COLUMN_WIDTHS) {
    bytes.copyWithin(to, from, from + width * rows);
    from += width * room;
    to += width * rows;
  }
  for (const part of PARTS) {
    const field = partField(part);
    const at = header.getUint32(field, true);
    const length = header.getUint32(field + 4, true);
    bytes.copyWithin(to, at, at + length);
    header.setUint32(field, to, true);
    to += length;
  }
  bytes.fill(0, to, padded(to));
  header.setUint32(HEADER.rowsRoom, rows, true);
  header.setUint32(HEADER.bytes, padded(to), true);
  const block = bytes.subarray(0, padded(to));
  header.setUint32(HEADER.checksum, checksumOf(block), true);
  return block;
}

/** The checksum a block ought to carry. */
export function checksumOf(block: Uint8Array): number {
  return crc32(block.subarray(CHECKSUM_FROM));
}

/** The next multiple of 8. */
export function padded(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}
