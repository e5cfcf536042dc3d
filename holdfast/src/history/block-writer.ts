/**
 * The block that is being filled. Every part of it has room for the most it may hold, so that a row is written where it
 * stays, and sealing a block costs the load little more than a header. The memory goes to the thread that writes files,
 * which moves the parts together, and comes back from there to be filled again.
 */
import type { Value } from "../record/value.ts";
import { BLOCK_MAGIC, columnsAt, HEADER, padded, partField, ROW_BYTES } from "./block-layout.ts";
import type { BlockColumns, PartName } from "./block-layout.ts";
import {
  BLOCK_DICTIONARY_BYTES,
  BLOCK_ROWS_MAX,
  BLOCK_VALUE_BYTES_MAX,
  SPARE_BLOCKS_MAX,
} from "./limits.ts";
import { TextTable } from "./text-table.ts";
import { ENCODED_BYTES_MAX, TAG, writeText, writeValue } from "./value-codec.ts";

const VALUE_BYTES_FULL = BLOCK_VALUE_BYTES_MAX - ENCODED_BYTES_MAX;
const IDS_AT = padded(HEADER.size + ROW_BYTES * BLOCK_ROWS_MAX);
const VALUES_AT = IDS_AT + BLOCK_VALUE_BYTES_MAX;
const RESULTS_AT = VALUES_AT + BLOCK_VALUE_BYTES_MAX;
const DICTIONARY_AT = RESULTS_AT + BLOCK_VALUE_BYTES_MAX;
const BLOCK_BYTES = DICTIONARY_AT + BLOCK_DICTIONARY_BYTES;

/** What one block says besides its rows. */
export interface BlockFacts {
  thread: number;
  sequence: number;
  lost: number;
  claimNs: number;
  names: TextTable;
}

export class BlockWriter {
  rows = 0;
  readonly #spare: ArrayBuffer[] = [];
  #buffer = new ArrayBuffer(BLOCK_BYTES);
  #columns: BlockColumns = columnsAt(this.#buffer, 0, BLOCK_ROWS_MAX, BLOCK_ROWS_MAX);
  readonly #ids = new ValueColumn();
  readonly #values = new ValueColumn();
  readonly #results = new ValueColumn();
  readonly #keys = new TextTable(BLOCK_ROWS_MAX);

  constructor() {
    this.#begin(this.#buffer);
  }

  /** True when the next row might not fit. */
  get full(): boolean {
    return (
      this.rows === BLOCK_ROWS_MAX ||
      this.#ids.used > VALUE_BYTES_FULL ||
      this.#values.used > VALUE_BYTES_FULL ||
      this.#results.used > VALUE_BYTES_FULL
    );
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
    const { rows } = this;
    const columns = this.#columns;
    columns.invokeNs[rows] = invokeNs;
    // One part in 2^23 more than the duration: rounding to a float32 loses at most half of that, so it is never less.
    columns.durationNs[rows] = durationNs > 0 ? durationNs * FLOAT32_UP : 0;
    columns.process[rows] = process;
    columns.status[rows] = status;
    columns.key[rows] = this.#keys.codeOf(key);
    columns.name[rows] = name;
    columns.phase[rows] = phase;
    columns.rule[rows] = rule;
  }

  /** HOT. The rest of the row that `row` began. A value that cannot be written as JSON is left out. */
  values(id: string | undefined, value: Value | undefined, result: Value | undefined): void {
    const { rows } = this;
    this.#ids.put(id, rows);
    this.#values.put(value, rows);
    this.#results.put(result, rows);
    this.rows = rows + 1;
  }

  /** The block, its parts not yet moved together, and without its checksum. Then starts the next one, empty. */
  seal({ thread, sequence, lost, claimNs, names }: BlockFacts): ArrayBuffer {
    const dictionaryBytes = names.used + this.#keys.used;
    const bytes = padded(DICTIONARY_AT + dictionaryBytes);
    const buffer = withRoom(this.#buffer, bytes);
    this.#keys.copyTo(new Uint8Array(buffer), names.copyTo(new Uint8Array(buffer), DICTIONARY_AT));

    const header = new DataView(buffer);
    const set = (field: number, value: number): void => header.setUint32(field, value, true);
    const setPart = (part: PartName, at: number, length: number): void => {
      set(partField(part), at);
      set(partField(part) + 4, length);
    };
    set(HEADER.magic, BLOCK_MAGIC);
    set(HEADER.bytes, bytes);
    set(HEADER.checksum, 0);
    set(HEADER.thread, thread);
    set(HEADER.sequence, sequence);
    set(HEADER.rows, this.rows);
    set(HEADER.rowsRoom, BLOCK_ROWS_MAX);
    set(HEADER.lost, lost);
    header.setFloat64(HEADER.claimNs, claimNs, true);
    set(HEADER.names, names.count);
    set(HEADER.keys, this.#keys.count);
    setPart("ids", IDS_AT, this.#ids.used);
    setPart("values", VALUES_AT, this.#values.used);
    setPart("results", RESULTS_AT, this.#results.used);
    setPart("dictionary", DICTIONARY_AT, dictionaryBytes);
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
    this.#begin(this.#buffer);
  }

  #begin(buffer: ArrayBuffer): void {
    this.rows = 0;
    this.#buffer = buffer;
    this.#columns = columnsAt(buffer, 0, BLOCK_ROWS_MAX, BLOCK_ROWS_MAX);
    this.#ids.begin(new Uint8Array(buffer, IDS_AT, BLOCK_VALUE_BYTES_MAX));
    this.#values.begin(new Uint8Array(buffer, VALUES_AT, BLOCK_VALUE_BYTES_MAX));
    this.#results.begin(new Uint8Array(buffer, RESULTS_AT, BLOCK_VALUE_BYTES_MAX));
    this.#keys.clear();
  }
}

const FLOAT32_UP = 1 + 2 ** -23;

/** The ids, values or results of a block. As long as all of them are none, it is empty. */
class ValueColumn {
  used = 0;
  #bytes = new Uint8Array(0);

  begin(bytes: Uint8Array<ArrayBuffer>): void {
    this.used = 0;
    this.#bytes = bytes;
  }

  /** HOT. Small, so that the compiler takes it into its caller; most values are texts. */
  put(value: Value | undefined, row: number): void {
    const { used } = this;
    if (typeof value === "string" && (used > 0 || row === 0)) {
      this.used = writeText(this.#bytes, used, value);
    } else if (value !== undefined || used > 0) {
      this.#putOther(value, row);
    }
  }

  #putOther(value: Value | undefined, row: number): void {
    if (this.used === 0) this.used = this.#nothing(row);
    try {
      this.used = writeValue(this.#bytes, this.used, value);
    } catch {
      // A cycle or a bigint, which the types forbid but a script can still hand over: no value, no evidence.
      this.#bytes[this.used++] = TAG.none;
    }
  }

  /** The rows before the first that has a value. */
  #nothing(rows: number): number {
    this.#bytes.fill(TAG.none, 0, rows);
    return rows;
  }
}

/** The same bytes in a buffer that has room for so many. */
function withRoom(buffer: ArrayBuffer, bytes: number): ArrayBuffer {
  if (bytes <= buffer.byteLength) return buffer;
  const larger = new ArrayBuffer(bytes);
  new Uint8Array(larger).set(new Uint8Array(buffer));
  return larger;
}
