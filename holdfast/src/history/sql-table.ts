/**
 * A history as a table of DuckDB. Columns are copied in as bytes, a chunk of rows at a time, into a table that keeps them
 * as they are; the view `operations` shows them as they are documented.
 */
import type * as duckdbApi from "@duckdb/node-api";
import type bindingsApi from "@duckdb/node-bindings";
import { assert } from "../base/assert.ts";
import { PHASES } from "../record/operation.ts";
import { OUTCOMES } from "../record/outcome.ts";
import { Atoms } from "./atoms.ts";
import type { RowsInTime } from "./history.ts";
import { shapeOf, TextChunk } from "./sql-texts.ts";

export interface DuckDb {
  api: typeof duckdbApi;
  bindings: typeof bindingsApi;
}

/** Rows that are handed over at once: DuckDB's own vector size. */
const CHUNK_ROWS = 2_048;

/** One column of the stored table: its type, and the bytes of a chunk of its rows. */
interface Column {
  readonly name: string;
  readonly type: duckdbApi.DuckDBType;
  readonly bytes: ArrayBuffer | undefined;
  readonly width: number;
  /** One bit per row, where some have nothing. */
  readonly valid?: ArrayBuffer;
  /** Instead of bytes. */
  readonly texts?: readonly (string | null)[];
}

/** Makes the view `operations`, its rows in order of invocation. */
export async function createOperations(
  duckdb: DuckDb,
  connection: duckdbApi.DuckDBConnection,
  operations: RowsInTime,
): Promise<void> {
  const chunk = new OperationChunk(duckdb, operations);
  const { columns } = chunk;
  const declared = columns.map(({ name, type }) => `"${name}" ${type.toString()}`);
  await connection.run(`create table stored_operations (${declared.join(", ")})`);
  const appender = await connection.createAppender("stored_operations");
  // One for all: what is appended is copied, and to make another costs as much as to fill it.
  const types = columns.map(({ type }) => type);
  const carrier = duckdb.api.DuckDBDataChunk.create(types);
  for (let from = 0; from < operations.rows; from += CHUNK_ROWS) {
    const rows = Math.min(CHUNK_ROWS, operations.rows - from);
    chunk.fill(from, rows);
    load(duckdb, carrier, columns, rows);
    appender.appendDataChunk(carrier);
  }
  appender.closeSync();
  await connection.run(chunk.view());
}

function load(
  { bindings }: DuckDb,
  chunk: duckdbApi.DuckDBDataChunk,
  columns: readonly Column[],
  rows: number,
): void {
  chunk.reset();
  chunk.rowCount = rows;
  for (const [i, { bytes, width, valid, texts }] of columns.entries()) {
    if (bytes === undefined) {
      chunk.setColumnValues(i, (texts ?? []).slice(0, rows));
      continue;
    }
    const vector = bindings.data_chunk_get_vector(chunk.chunk, i);
    bindings.copy_data_to_vector(vector, 0, bytes, 0, rows * width);
    if (valid === undefined) continue;
    bindings.vector_ensure_validity_writable(vector);
    bindings.copy_data_to_vector_validity(vector, 0, valid, 0, Math.ceil(rows / 64) * 8);
  }
}

/** The rows that are handed over next, column by column. */
class OperationChunk {
  readonly columns: readonly Column[];
  readonly #operations: RowsInTime;
  readonly #invokeNs = new Float64Array(CHUNK_ROWS);
  readonly #returnNs = new Float64Array(CHUNK_ROWS);
  readonly #process = new Uint32Array(CHUNK_ROWS);
  readonly #status = new Uint16Array(CHUNK_ROWS);
  readonly #name = new Uint8Array(CHUNK_ROWS);
  readonly #phase = new Uint8Array(CHUNK_ROWS);
  readonly #outcome = new Uint8Array(CHUNK_ROWS);
  readonly #rule = new Uint8Array(CHUNK_ROWS);
  /** Per group: the codes of its name and its key. */
  readonly #nameOf: Uint32Array;
  readonly #keyOf: Uint32Array;
  /** Two rules may have one name. */
  readonly #ruleOf: Uint8Array;
  readonly #key: TextChunk;
  readonly #id: TextChunk;
  readonly #value: TextChunk;
  readonly #result: TextChunk;

  constructor({ api }: DuckDb, operations: RowsInTime) {
    const { groups, atoms, columns } = operations;
    this.#operations = operations;
    const keys = new Atoms();
    const names = [...new Set(groups.map(({ name }) => name))];
    const numberOf = new Map(names.map((name, i) => [name, i]));
    const ruleNames = operations.rules.map(({ name }) => name);
    const rules = [...new Set(ruleNames)];
    this.#ruleOf = Uint8Array.from(ruleNames, (name) => rules.indexOf(name));
    assert(names.length < 256 && rules.length < 256, "names and rules of a history take a byte");
    this.#nameOf = Uint32Array.from(groups, ({ name }) => numberOf.get(name) as number);
    this.#keyOf = Uint32Array.from(groups, ({ key }) => keys.codeOf(key));
    const texts = (of: Atoms, codes: Uint32Array): TextChunk =>
      new TextChunk(of, shapeOf(of, codes), CHUNK_ROWS);
    this.#key = texts(keys, this.#keyOf);
    this.#id = texts(atoms, columns.id);
    this.#value = texts(atoms, columns.value);
    this.#result = texts(atoms, columns.result);

    const { DOUBLE, ENUM, UINTEGER, USMALLINT, VARCHAR } = api;
    const numbers = (
      name: string,
      type: duckdbApi.DuckDBType,
      { buffer, BYTES_PER_ELEMENT }: NumberArray,
    ): Column => ({ name, type, bytes: buffer, width: BYTES_PER_ELEMENT });
    // An enum of nothing is none. One of at most 255 words is kept as a byte a row.
    const words = (name: string, list: readonly string[], bytes: Uint8Array<ArrayBuffer>): Column =>
      list.length > 0
        ? numbers(name, ENUM([...list]), bytes)
        : { name, type: VARCHAR, bytes: undefined, width: 0, texts: [] };
    this.columns = [
      numbers("invoke_ns", DOUBLE, this.#invokeNs),
      numbers("return_ns", DOUBLE, this.#returnNs),
      numbers("process", UINTEGER, this.#process),
      numbers("status", USMALLINT, this.#status),
      words("name", names, this.#name),
      words("phase", PHASES, this.#phase),
      words("outcome", OUTCOMES, this.#outcome),
      words("rule", rules, this.#rule),
      ...textColumns(api, "key", this.#key),
      ...textColumns(api, "id", this.#id),
      ...textColumns(api, "value", this.#value),
      ...textColumns(api, "result", this.#result),
    ];
  }

  fill(from: number, rows: number): void {
    const { columns } = this.#operations;
    const texts = [this.#key, this.#id, this.#value, this.#result];
    for (const text of texts) text.begin();
    for (let i = 0; i < rows; i++) {
      const row = from + i;
      const group = columns.group[row] as number;
      this.#invokeNs[i] = columns.invokeNs[row] as number;
      this.#returnNs[i] = columns.returnNs[row] as number;
      this.#process[i] = columns.process[row] as number;
      this.#status[i] = columns.status[row] as number;
      this.#phase[i] = columns.phase[row] as number;
      this.#outcome[i] = columns.outcome[row] as number;
      this.#rule[i] = this.#ruleOf[columns.rule[row] as number] as number;
      this.#name[i] = this.#nameOf[group] as number;
      this.#key.put(i, this.#keyOf[group] as number);
      this.#id.put(i, columns.id[row] as number);
      this.#value.put(i, columns.value[row] as number);
      this.#result.put(i, columns.result[row] as number);
    }
  }

  /** The columns as they are documented. */
  view(): string {
    return `create view operations as select
      rowid::uinteger as "index",
      "name",
      "phase",
      "process",
      ${textOfParts("key", this.#key)} as "key",
      ${textOfParts("id", this.#id)} as "id",
      ${textOfParts("value", this.#value)} as "value",
      ${textOfParts("result", this.#result)} as "result",
      invoke_ns / 1e6 as invoked_ms,
      return_ns / 1e6 as returned_ms,
      (return_ns - invoke_ns) / 1e6 as duration_ms,
      "outcome",
      "rule",
      "status"
    from stored_operations`;
  }
}

interface NumberArray {
  readonly buffer: ArrayBuffer;
  readonly BYTES_PER_ELEMENT: number;
}

function textColumns(api: typeof duckdbApi, name: string, chunk: TextChunk): Column[] {
  const columns: Column[] = chunk.pieces.map((piece, i) => ({
    name: `${name}_${i}`,
    type: api.VARCHAR,
    bytes: piece.buffer,
    width: 16,
    valid: chunk.inPieces.buffer,
  }));
  const { uuids, isUuid, others, shape } = chunk;
  if (shape.uuids) {
    const valid = isUuid.buffer;
    columns.push({ name: `${name}_uuid`, type: api.UUID, bytes: uuids.buffer, width: 16, valid });
  }
  if (shape.others) {
    columns.push({
      name: `${name}_other`,
      type: api.VARCHAR,
      bytes: undefined,
      width: 0,
      texts: others,
    });
  }
  return columns;
}

/** What puts a text together from the columns it is kept in. */
function textOfParts(name: string, { shape }: TextChunk): string {
  const pieces = Array.from({ length: shape.pieces }, (_, i) => `${name}_${i}`);
  const parts = [
    ...(pieces.length > 0 ? [pieces.join(" || ")] : []),
    ...(shape.uuids ? [`${name}_uuid::varchar`] : []),
    ...(shape.others ? [`${name}_other`] : []),
  ];
  if (parts.length === 0) return "null::varchar";
  return parts.length === 1 ? (parts[0] as string) : `coalesce(${parts.join(", ")})`;
}
