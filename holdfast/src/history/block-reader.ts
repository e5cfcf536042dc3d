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

/** The block that starts at `offset`, or undefined when it is torn or something else. `offset` is a multiple of 8. */
export function blockAt(buffer: ArrayBuffer, offset: number, end: number): Block | undefined {
  if (offset + HEADER.size > end) return undefined;
  const header = new DataView(buffer, offset);
  const get = (field: number): number => header.getUint32(field, true);
  const bytes = get(HEADER.bytes);
  if (get(HEADER.magic) !== BLOCK_MAGIC || bytes < HEADER.size || offset + bytes > end)
    return undefined;
  const whole = new Uint8Array(buffer, offset, bytes);
  if (checksumOf(whole) !== get(HEADER.checksum)) return undefined;
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
