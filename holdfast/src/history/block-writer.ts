/**
 * The block that is being filled. Rows are written where they will lie in the stored block if it gets full; one that is
 * sealed earlier is moved together in place. So a full block costs nothing to finish, and its memory goes to the thread
 * that writes files as it is, and comes back from there to be filled again.
 */
import type { Value } from "../record/value.ts";
import {
  BLOCK_MAGIC,
  COLUMN_WIDTHS,
  columnsAt,
  HEADER,
  padded,
  ROW_BYTES,
} from "./block-layout.ts";
import type { BlockColumns } from "./block-layout.ts";
import {
  BLOCK_DICTIONARY_BYTES,
  BLOCK_ROWS_MAX,
  BLOCK_VALUE_BYTES_MAX,
  SPARE_BLOCKS_MAX,
} from "./limits.ts";
import { ENCODED_BYTES_MAX, TAG, writeValue } from "./value-codec.ts";

const VALUES_PER_ROW = 3;
const VALUE_BYTES_FULL = BLOCK_VALUE_BYTES_MAX - VALUES_PER_ROW * ENCODED_BYTES_MAX;
/** Where the values of a full block begin. */
const VALUES_AT = HEADER.size + ROW_BYTES * BLOCK_ROWS_MAX;
const BLOCK_BYTES = padded(VALUES_AT + BLOCK_VALUE_BYTES_MAX + BLOCK_DICTIONARY_BYTES);

/** What one block says besides its rows. */
export interface BlockFacts {
  thread: number;
  sequence: number;
  lost: number;
  claimNs: number;
  names: readonly string[];
}

export class BlockWriter {
  rows = 0;
  readonly #spare: ArrayBuffer[] = [];
  #buffer = new ArrayBuffer(BLOCK_BYTES);
  #columns: BlockColumns = columnsAt(this.#buffer, HEADER.size, BLOCK_ROWS_MAX);
  #values = new Uint8Array(this.#buffer, VALUES_AT, BLOCK_VALUE_BYTES_MAX);
  #valueBytes = 0;
  readonly #keys: string[] = [];
  readonly #keyCodes = new Map<string, number>();
  #lastKey: string | undefined;
  #lastKeyCode = 0;

  /** True when the next row might not fit. */
  get full(): boolean {
    return this.rows === BLOCK_ROWS_MAX || this.#valueBytes > VALUE_BYTES_FULL;
  }

  /** HOT. The fixed columns of the next row; `values` must follow. `invokeNs` is a whole number. */
  row(
    invokeNs: number,
    durationNs: number,
    process: number,
    name: number,
    key: string,
    phase: number,
    rule: number,
    status: number,
  ): void {
    const row = this.rows;
    const columns = this.#columns;
    columns.invokeNs[row] = invokeNs;
    // One part in 2^23 more than the duration: rounding to a float32 loses at most half of that, so it is never less.
    columns.durationNs[row] = durationNs > 0 ? durationNs * FLOAT32_UP : 0;
    columns.process[row] = process;
    columns.status[row] = status;
    columns.key[row] = key === this.#lastKey ? this.#lastKeyCode : this.#keyCode(key);
    columns.name[row] = name;
    columns.phase[row] = phase;
    columns.rule[row] = rule;
    this.rows = row + 1;
  }

  /** HOT. The rest of the row that `row` began. A value that cannot be written as JSON is left out. */
  values(id: string | undefined, value: Value | undefined, result: Value | undefined): void {
    let at = this.#value(this.#valueBytes, id);
    at = this.#value(at, value);
    this.#valueBytes = this.#value(at, result);
  }

  #value(at: number, value: Value | undefined): number {
    if (value === undefined) {
      this.#values[at] = TAG.none;
      return at + 1;
    }
    try {
      return writeValue(this.#values, at, value);
    } catch {
      // A cycle or a bigint, which the types forbid but a script can still hand over: no value, no evidence.
      this.#values[at] = TAG.none;
      return at + 1;
    }
  }

  #keyCode(key: string): number {
    let code = this.#keyCodes.get(key);
    if (code === undefined) {
      code = this.#keys.length;
      this.#keyCodes.set(key, code);
      this.#keys.push(key);
    }
    this.#lastKey = key;
    this.#lastKeyCode = code;
    return code;
  }

  /**
   * The block, all but its checksum; it may be followed by unused bytes, its header says how long it is. Then starts the
   * next one, empty.
   */
  seal(facts: BlockFacts): ArrayBuffer {
    const { rows } = this;
    const dictionary = new TextEncoder().encode(
      JSON.stringify({ names: facts.names, keys: this.#keys }),
    );
    const valueBytes = this.#valueBytes;
    const dictionaryAt = moveTogether(this.#buffer, rows, valueBytes);
    const bytes = padded(dictionaryAt + dictionary.length);
    const buffer = withRoom(this.#buffer, dictionaryAt, bytes);
    const block = new Uint8Array(buffer);
    block.set(dictionary, dictionaryAt);
    block.fill(0, dictionaryAt + dictionary.length, bytes);

    const header = new DataView(buffer);
    const set = (field: number, value: number): void => header.setUint32(field, value, true);
    block.fill(0, 0, HEADER.size);
    set(HEADER.magic, BLOCK_MAGIC);
    set(HEADER.bytes, bytes);
    set(HEADER.thread, facts.thread);
    set(HEADER.sequence, facts.sequence);
    set(HEADER.rows, rows);
    set(HEADER.lost, facts.lost);
    set(HEADER.valueBytes, valueBytes);
    set(HEADER.dictionaryBytes, dictionary.length);
    header.setFloat64(HEADER.claimNs, facts.claimNs, true);
    this.#begin(this.#spare.pop() ?? new ArrayBuffer(BLOCK_BYTES));
    return buffer;
  }

  /** Takes back the memory of a block that nobody needs any more. */
  takeBack(block: ArrayBuffer): void {
    if (block.byteLength === BLOCK_BYTES && this.#spare.length < SPARE_BLOCKS_MAX) {
      this.#spare.push(block);
    }
  }

  /** Forgets the rows it holds. */
  clear(): void {
    this.rows = 0;
    this.#valueBytes = 0;
    this.#keys.length = 0;
    this.#keyCodes.clear();
    this.#lastKey = undefined;
  }

  #begin(buffer: ArrayBuffer): void {
    this.#buffer = buffer;
    this.#columns = columnsAt(buffer, HEADER.size, BLOCK_ROWS_MAX);
    this.#values = new Uint8Array(buffer, VALUES_AT, BLOCK_VALUE_BYTES_MAX);
    this.clear();
  }
}

const FLOAT32_UP = 1 + 2 ** -23;

/** Closes the gaps that the rows leave which are not there; gives the position after the values. */
function moveTogether(buffer: ArrayBuffer, rows: number, valueBytes: number): number {
  const valuesAt = HEADER.size + ROW_BYTES * rows;
  if (rows === BLOCK_ROWS_MAX) return valuesAt + valueBytes;
  const bytes = new Uint8Array(buffer);
  let from = HEADER.size;
  let to = HEADER.size;
  // Everything moves towards the front, first things first, so that nothing is written over before it is moved.
  for (const width of COLUMN_WIDTHS) {
    bytes.copyWithin(to, from, from + width * rows);
    from += width * BLOCK_ROWS_MAX;
    to += width * rows;
  }
  bytes.copyWithin(valuesAt, VALUES_AT, VALUES_AT + valueBytes);
  return valuesAt + valueBytes;
}

/** The same bytes up to `used`, in a buffer that has room for `bytes`. */
function withRoom(buffer: ArrayBuffer, used: number, bytes: number): ArrayBuffer {
  if (bytes <= buffer.byteLength) return buffer;
  const larger = new ArrayBuffer(bytes);
  new Uint8Array(larger).set(new Uint8Array(buffer, 0, used));
  return larger;
}
