/** Takes blocks apart again: the other half of block-writer.ts. */
import { BLOCK_MAGIC, checksumOf, columnsAt, HEADER, partField } from "./block-layout.ts";
import type { BlockColumns, PartName } from "./block-layout.ts";
import { textsAt } from "./text-table.ts";

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
  /** Of each row, one after another; empty where no row has any. */
  ids: Uint8Array<ArrayBuffer>;
  values: Uint8Array<ArrayBuffer>;
  results: Uint8Array<ArrayBuffer>;
  names: readonly string[];
  keys: readonly string[];
}

/** The stored block at `offset`, a multiple of 8; or why there is none: not all of it is there, or it is no block. */
export function storedBlockAt(
  buffer: ArrayBuffer,
  offset: number,
  end: number,
): Block | "cut" | "damaged" {
  if (offset + HEADER.size > end) return "cut";
  const header = new DataView(buffer, offset);
  const bytes = header.getUint32(HEADER.bytes, true);
  const isBlock = header.getUint32(HEADER.magic, true) === BLOCK_MAGIC && bytes >= HEADER.size;
  if (!isBlock) return "damaged";
  if (offset + bytes > end) return "cut";
  const checksum = header.getUint32(HEADER.checksum, true);
  if (checksum !== checksumOf(new Uint8Array(buffer, offset, bytes))) return "damaged";
  return takeApart(buffer, offset, bytes);
}

/** A block that has not left memory: it needs no checksum, and has none yet. Undefined when it is none. */
export function freshBlock(buffer: ArrayBuffer): Block | undefined {
  const header = new DataView(buffer);
  if (buffer.byteLength < HEADER.size) return undefined;
  if (header.getUint32(HEADER.magic, true) !== BLOCK_MAGIC) return undefined;
  return takeApart(buffer, 0, header.getUint32(HEADER.bytes, true));
}

function takeApart(buffer: ArrayBuffer, offset: number, bytes: number): Block {
  const header = new DataView(buffer, offset);
  const get = (field: number): number => header.getUint32(field, true);
  const part = (name: PartName): Uint8Array<ArrayBuffer> => {
    const field = partField(name);
    return new Uint8Array(buffer, offset + get(field), get(field + 4));
  };
  const rows = get(HEADER.rows);
  const dictionary = part("dictionary");
  const names = textsAt(dictionary, 0, get(HEADER.names));
  return {
    bytes,
    thread: get(HEADER.thread),
    sequence: get(HEADER.sequence),
    lost: get(HEADER.lost),
    claimNs: header.getFloat64(HEADER.claimNs, true),
    rows,
    columns: columnsAt(buffer, offset, get(HEADER.rowsRoom), rows),
    ids: part("ids"),
    values: part("values"),
    results: part("results"),
    names: names.texts,
    keys: textsAt(dictionary, names.end, get(HEADER.keys)).texts,
  };
}
