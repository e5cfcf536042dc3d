/** Takes blocks apart again: the other half of block-writer.ts. */
import { BLOCK_MAGIC, checksumOf, columnsAt, HEADER, ROW_BYTES } from "./block-layout.ts";
import type { BlockColumns } from "./block-layout.ts";

/** One block, taken apart; nothing is copied. */
export interface Block {
  /** Its length, header and padding included. */
  bytes: number;
  thread: number;
  sequence: number;
  lost: number;
  claimNs: number;
  rows: number;
  columns: BlockColumns;
  /** Id, value and result of each row, one after another. */
  values: Uint8Array;
  names: readonly string[];
  keys: readonly string[];
}

/** The stored block at `offset`, a multiple of 8; undefined when it is torn, damaged or none. */
export function storedBlockAt(buffer: ArrayBuffer, offset: number, end: number): Block | undefined {
  const bytes = blockBytes(buffer, offset, end);
  if (bytes === undefined) return undefined;
  const checksum = new DataView(buffer, offset).getUint32(HEADER.checksum, true);
  if (checksum !== checksumOf(new Uint8Array(buffer, offset, bytes))) return undefined;
  return takeApart(buffer, offset, bytes);
}

/** A block that has not left memory: it needs no checksum, and has none yet. Undefined when it is none. */
export function freshBlock(buffer: ArrayBuffer): Block | undefined {
  const bytes = blockBytes(buffer, 0, buffer.byteLength);
  return bytes === undefined ? undefined : takeApart(buffer, 0, bytes);
}

/** The length that a block states, where there is one and all of it. */
function blockBytes(buffer: ArrayBuffer, offset: number, end: number): number | undefined {
  if (offset + HEADER.size > end) return undefined;
  const header = new DataView(buffer, offset);
  const bytes = header.getUint32(HEADER.bytes, true);
  const whole = bytes >= HEADER.size && offset + bytes <= end;
  return whole && header.getUint32(HEADER.magic, true) === BLOCK_MAGIC ? bytes : undefined;
}

function takeApart(buffer: ArrayBuffer, offset: number, bytes: number): Block {
  const header = new DataView(buffer, offset);
  const get = (field: number): number => header.getUint32(field, true);
  const whole = new Uint8Array(buffer, offset, bytes);
  const rows = get(HEADER.rows);
  const valuesAt = HEADER.size + rows * ROW_BYTES;
  const dictionaryAt = valuesAt + get(HEADER.valueBytes);
  const dictionary = whole.subarray(dictionaryAt, dictionaryAt + get(HEADER.dictionaryBytes));
  const { names, keys } = JSON.parse(new TextDecoder().decode(dictionary)) as {
    names: string[];
    keys: string[];
  };
  return {
    bytes,
    thread: get(HEADER.thread),
    sequence: get(HEADER.sequence),
    lost: get(HEADER.lost),
    claimNs: header.getFloat64(HEADER.claimNs, true),
    rows,
    columns: columnsAt(buffer, offset + HEADER.size, rows),
    values: whole.subarray(valuesAt, dictionaryAt),
    names,
    keys,
  };
}
