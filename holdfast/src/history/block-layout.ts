/**
 * One block of a stored history, as bytes. A block stands alone: it can be read without any other, so that a torn last
 * one costs nothing but itself.
 *
 *     header      64 bytes: HEADER below, little-endian
 *     columns     one array per column, all rows of it: COLUMNS below, widest first so that each stays aligned
 *     values      per row: id, value, result, as value-codec.ts writes them
 *     dictionary  JSON: {"names": […], "keys": […]}, which the columns `name` and `key` point into
 *     padding     to a multiple of 8 bytes, so that the next block in a file is aligned, too
 *
 * The checksum covers everything after itself; it is set by the thread that writes the file, not by the one that makes
 * load. All machines Node 24 runs on are little-endian, and so is the format.
 */
import { crc32 } from "node:zlib";

export const BLOCK_MAGIC = 0x31424648; // "HFB1"

/** Where each field of the header stands. All are unsigned 32-bit except `claimNs`, a float64. */
export const HEADER = {
  magic: 0,
  bytes: 4,
  checksum: 8,
  thread: 12,
  /** Number of this block on its thread, from 0: a gap means that a block was lost. */
  sequence: 16,
  rows: 20,
  /** Rows this thread has had to drop so far, because blocks were not written fast enough. */
  lost: 24,
  valueBytes: 28,
  /** Everything this thread began before this time is in this block or an earlier one. */
  claimNs: 32,
  dictionaryBytes: 40,
  size: 64,
} as const;

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
export const COLUMN_WIDTHS: readonly number[] = [8, 4, 4, 2, 2, 1, 1, 1];

/** Bytes of one row besides its values. */
export const ROW_BYTES: number = COLUMN_WIDTHS.reduce((sum, width) => sum + width);

/** The columns of a block of `rows` rows that starts at `offset` of a buffer; `offset` is a multiple of 8. */
export function columnsAt(buffer: ArrayBuffer, offset: number, rows: number): BlockColumns {
  let at = offset;
  const next = (width: number): number => {
    const from = at;
    at += width * rows;
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

/** Stamps the block at the start of a buffer with its checksum; gives its bytes. */
export function finished(buffer: ArrayBuffer): Uint8Array<ArrayBuffer> {
  const header = new DataView(buffer);
  const block = new Uint8Array(buffer, 0, header.getUint32(HEADER.bytes, true));
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
