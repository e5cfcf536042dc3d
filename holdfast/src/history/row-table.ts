/**
 * Rows of a history while they are collected, all of one row side by side: 40 bytes, of which a processor fetches 64 at
 * once. Putting them in order then jumps through memory once for each row, and not once for each row and column.
 *
 *     floats   invokeNs, returnNs
 *     words    process, id, value, result, group, and status, phase, rule and outcome in one
 */
const ROW_BYTES = 40;
const FLOATS = ROW_BYTES / 8;
const WORDS = ROW_BYTES / 4;
const RETURN = 1;
const PROCESS = 4;
const ID = 5;
const VALUE = 6;
const RESULT = 7;
const GROUP = 8;
const CODES = 9;
// Within the last word, above the 16 bits of the status.
const PHASE_SHIFT = 16;
const RULE_SHIFT = 18;
const OUTCOME_SHIFT = 26;

/** The columns of all rows in some order. */
export interface RowColumns {
  invokeNs: Float64Array;
  returnNs: Float64Array;
  process: Uint32Array;
  id: Uint32Array;
  value: Uint32Array;
  result: Uint32Array;
  group: Uint32Array;
  status: Uint16Array;
  phase: Uint8Array;
  rule: Uint8Array;
  outcome: Uint8Array;
}

export class RowTable {
  rows = 0;
  #floats = new Float64Array(0);
  #words = new Uint32Array(0);

  /** HOT. `outcome` and `phase` take two bits each, `rule` eight. */
  add(
    group: number,
    invokeNs: number,
    returnNs: number,
    process: number,
    phase: number,
    rule: number,
    outcome: number,
    status: number,
    id: number,
    value: number,
    result: number,
  ): void {
    const row = this.rows;
    if ((row + 1) * FLOATS > this.#floats.length) this.reserve(Math.max(16, row * 2));
    this.rows = row + 1;
    const floats = this.#floats;
    const words = this.#words;
    floats[row * FLOATS] = invokeNs;
    floats[row * FLOATS + RETURN] = returnNs;
    const at = row * WORDS;
    words[at + PROCESS] = process;
    words[at + ID] = id;
    words[at + VALUE] = value;
    words[at + RESULT] = result;
    words[at + GROUP] = group;
    words[at + CODES] =
      status | (phase << PHASE_SHIFT) | (rule << RULE_SHIFT) | (outcome << OUTCOME_SHIFT);
  }

  /** Makes room for this many rows at once: growing step by step takes up to three times the memory. */
  reserve(rows: number): void {
    if (rows * FLOATS <= this.#floats.length) return;
    const buffer = new ArrayBuffer(rows * ROW_BYTES);
    const words = new Uint32Array(buffer);
    words.set(this.#words);
    this.#floats = new Float64Array(buffer);
    this.#words = words;
  }

  /** Puts another code for each id, value and result. */
  recode(codes: Uint32Array): void {
    const words = this.#words;
    for (let at = 0; at < this.rows * WORDS; at += WORDS) {
      for (let word = at + ID; word <= at + RESULT; word++) {
        words[word] = codes[words[word] as number] as number;
      }
    }
  }

  /** What rows are ordered by, in the order in which they came. */
  orderedBy(): Pick<RowColumns, "group" | "invokeNs"> {
    const { rows } = this;
    const group = new Uint32Array(rows);
    const invokeNs = new Float64Array(rows);
    for (let row = 0; row < rows; row++) {
      group[row] = this.#words[row * WORDS + GROUP] as number;
      invokeNs[row] = this.#floats[row * FLOATS] as number;
    }
    return { group, invokeNs };
  }

  /** All rows in a new order. */
  inOrder(order: Uint32Array): RowColumns {
    const { rows } = this;
    const columns = emptyColumns(rows);
    const { invokeNs, returnNs, process, id, value, result, group } = columns;
    const { status, phase, rule, outcome } = columns;
    const floats = this.#floats;
    const words = this.#words;
    for (let to = 0; to < rows; to++) {
      const row = order[to] as number;
      invokeNs[to] = floats[row * FLOATS] as number;
      returnNs[to] = floats[row * FLOATS + RETURN] as number;
      const at = row * WORDS;
      process[to] = words[at + PROCESS] as number;
      id[to] = words[at + ID] as number;
      value[to] = words[at + VALUE] as number;
      result[to] = words[at + RESULT] as number;
      group[to] = words[at + GROUP] as number;
      const codes = words[at + CODES] as number;
      status[to] = codes;
      phase[to] = (codes >>> PHASE_SHIFT) & 0x3;
      rule[to] = codes >>> RULE_SHIFT;
      outcome[to] = (codes >>> OUTCOME_SHIFT) & 0x3;
    }
    return columns;
  }
}

function emptyColumns(rows: number): RowColumns {
  return {
    invokeNs: new Float64Array(rows),
    returnNs: new Float64Array(rows),
    process: new Uint32Array(rows),
    id: new Uint32Array(rows),
    value: new Uint32Array(rows),
    result: new Uint32Array(rows),
    group: new Uint32Array(rows),
    status: new Uint16Array(rows),
    phase: new Uint8Array(rows),
    rule: new Uint8Array(rows),
    outcome: new Uint8Array(rows),
  };
}
