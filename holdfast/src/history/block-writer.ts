/**
 * The block that is being filled: columns at full size, allocated once and used again for every block. `encode` copies
 * what is filled into a fresh buffer, which can then be transferred to another thread.
 */
import type { Value } from "../record/value.ts";
import { BLOCK_MAGIC, columnsAt, HEADER, padded, ROW_BYTES } from "./block-layout.ts";
import type { BlockColumns } from "./block-layout.ts";
import { BLOCK_ROWS_MAX, BLOCK_VALUE_BYTES_MAX } from "./limits.ts";
import { ENCODED_BYTES_MAX, TAG, writeValue } from "./value-codec.ts";

const VALUES_PER_ROW = 3;
const VALUE_BYTES_FULL = BLOCK_VALUE_BYTES_MAX - VALUES_PER_ROW * ENCODED_BYTES_MAX;

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
  readonly #columns: BlockColumns = columnsAt(
    new ArrayBuffer(padded(ROW_BYTES * BLOCK_ROWS_MAX)),
    0,
    BLOCK_ROWS_MAX,
  );
  readonly #values = new Uint8Array(BLOCK_VALUE_BYTES_MAX);
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

  /** The block as bytes of its own, but for its checksum; then starts the next one, empty. */
  encode(facts: BlockFacts): ArrayBuffer {
    const rows = this.rows;
    const dictionary = new TextEncoder().encode(
      JSON.stringify({ names: facts.names, keys: this.#keys }),
    );
    const valuesAt = HEADER.size + rows * ROW_BYTES;
    const dictionaryAt = valuesAt + this.#valueBytes;
    const bytes = padded(dictionaryAt + dictionary.length);
    const buffer = new ArrayBuffer(bytes);
    copyColumns(this.#columns, columnsAt(buffer, HEADER.size, rows), rows);
    const block = new Uint8Array(buffer);
    block.set(this.#values.subarray(0, this.#valueBytes), valuesAt);
    block.set(dictionary, dictionaryAt);

    const header = new DataView(buffer);
    const set = (field: number, value: number): void => header.setUint32(field, value, true);
    set(HEADER.magic, BLOCK_MAGIC);
    set(HEADER.bytes, bytes);
    set(HEADER.thread, facts.thread);
    set(HEADER.sequence, facts.sequence);
    set(HEADER.rows, rows);
    set(HEADER.lost, facts.lost);
    set(HEADER.valueBytes, this.#valueBytes);
    set(HEADER.dictionaryBytes, dictionary.length);
    header.setFloat64(HEADER.claimNs, facts.claimNs, true);
    this.#clear();
    return buffer;
  }

  /** Forgets the rows it holds. */
  #clear(): void {
    this.rows = 0;
    this.#valueBytes = 0;
    this.#keys.length = 0;
    this.#keyCodes.clear();
    this.#lastKey = undefined;
  }
}

const FLOAT32_UP = 1 + 2 ** -23;

function copyColumns(from: BlockColumns, to: BlockColumns, rows: number): void {
  to.invokeNs.set(from.invokeNs.subarray(0, rows));
  to.durationNs.set(from.durationNs.subarray(0, rows));
  to.process.set(from.process.subarray(0, rows));
  to.status.set(from.status.subarray(0, rows));
  to.key.set(from.key.subarray(0, rows));
  to.name.set(from.name.subarray(0, rows));
  to.phase.set(from.phase.subarray(0, rows));
  to.rule.set(from.rule.subarray(0, rows));
}
