/**
 * SQL over a stored history, by DuckDB, which is an optional dependency: 70 MB that only this file asks for.
 *
 * Table `operations`, one row per operation in order of invocation. Ids, values and results are text (JSON where they
 * are no texts): DuckDB would round a number of 16 bytes to a DOUBLE on its way to Parquet, and two ids would look
 * like one. Views `ok`, `rejected`, `unknown` are its rows of one outcome, audit excluded.
 */
import type * as duckdbApi from "@duckdb/node-api";
import { HoldfastError, messageOf } from "../base/errors.ts";
import { NS_PER_MS } from "../base/units.ts";
import { PHASES } from "../record/operation.ts";
import { OUTCOMES } from "../record/outcome.ts";
import type { History } from "./history.ts";
import { textOf } from "./history.ts";
import { readHistory } from "./read-history.ts";

type DuckDb = typeof duckdbApi;

export interface HistorySql {
  /** Columns and rows of one statement; numbers beyond 2^53 come as text. Rejects with DuckDB's own words. */
  query(sql: string): Promise<{ columns: string[]; rows: unknown[][] }>;
  /** Writes what a query gives, or the table of that name, into a Parquet file (zstd). */
  exportParquet(query: string, path: string): Promise<void>;
  close(): void;
}

/** Rows that are handed to DuckDB at once: its own vector size. */
const CHUNK_ROWS = 2_048;

/** Loads a history into a database in memory. Rejects in one line when DuckDB or the history is not there. */
export async function openSql(folder: string): Promise<HistorySql> {
  const duckdb = await load();
  const history = await readHistory(folder);
  const instance = await duckdb.DuckDBInstance.create(":memory:", {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  const connection = await instance.connect();
  await createTable(duckdb, connection, history);
  for (const outcome of ["ok", "rejected", "failed", "unknown"]) {
    await connection.run(
      `create view "${outcome}" as select * from operations ` +
        `where outcome = '${outcome}' and phase <> 'audit'`,
    );
  }
  const run = async <T>(act: () => Promise<T>): Promise<T> => {
    try {
      return await act();
    } catch (error) {
      throw new HoldfastError(messageOf(error), { code: "HF_SQL", cause: error });
    }
  };
  return {
    query: (sql) =>
      run(async () => {
        const reader = await connection.runAndReadAll(sql);
        return { columns: reader.columnNames(), rows: reader.getRowsJson() };
      }),
    exportParquet: (query, path) =>
      run(async () => {
        const source = /^\s*\w+\s*$/.test(query) ? query : `(${query.replace(/;\s*$/, "")})`;
        const file = path.replaceAll("'", "''");
        await connection.run(`copy ${source} to '${file}' (format parquet, compression zstd)`);
      }),
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

async function load(): Promise<DuckDb> {
  try {
    return await import("@duckdb/node-api");
  } catch (error) {
    throw new HoldfastError(
      "SQL needs the optional package @duckdb/node-api, which is not installed",
      {
        code: "HF_SQL_ABSENT",
        hint: "npm install @duckdb/node-api",
        cause: error,
      },
    );
  }
}

type Cell = string | number | null;

interface Column {
  readonly name: string;
  readonly type: duckdbApi.DuckDBType;
  readonly cell: (row: number) => Cell;
}

/** Column by column, the low-cardinality ones as enums: several times faster than row by row. */
async function createTable(
  duckdb: DuckDb,
  connection: duckdbApi.DuckDBConnection,
  history: History,
): Promise<void> {
  const columns = columnsOf(duckdb, history);
  const declared = columns.map(({ name, type }) => `"${name}" ${type.toString()}`);
  await connection.run(`create table operations (${declared.join(", ")})`);
  const appender = await connection.createAppender("operations");
  const rowOf = new Uint32Array(history.size);
  history.columns.index.forEach((index, row) => {
    rowOf[index] = row;
  });
  const types = columns.map(({ type }) => type);
  for (let from = 0; from < history.size; from += CHUNK_ROWS) {
    const rows = Array.from(rowOf.subarray(from, from + CHUNK_ROWS));
    const chunk = duckdb.DuckDBDataChunk.create(types, rows.length);
    chunk.setColumns(columns.map(({ cell }) => rows.map(cell)));
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

function columnsOf(
  { DOUBLE, ENUM, UINTEGER, USMALLINT, VARCHAR }: DuckDb,
  history: History,
): Column[] {
  const { atoms, columns, groups, rules } = history;
  const { index, phase, process, id, value, result, invokeNs, returnNs, outcome, rule, status } =
    columns;
  const groupOf = new Uint32Array(history.size);
  groups.forEach((group, i) => groupOf.fill(i, group.from, group.to));
  const words = (name: string, list: readonly string[], code: (row: number) => number): Column => ({
    name,
    // An enum of nothing is none.
    type: list.length > 0 ? ENUM([...new Set(list)]) : VARCHAR,
    cell: (row) => list[code(row)] ?? null,
  });
  const text = (name: string, codes: Uint32Array): Column => ({
    name,
    type: VARCHAR,
    cell: (row) => {
      const found = atoms.value(codes[row] as number);
      return found === undefined ? null : textOf(found);
    },
  });
  const number = (
    name: string,
    type: duckdbApi.DuckDBType,
    of: (row: number) => number,
  ): Column => ({
    name,
    type,
    cell: of,
  });
  const names = groups.map((group) => group.name);
  return [
    number("index", UINTEGER, (row) => index[row] as number),
    words("name", names, (row) => groupOf[row] as number),
    words("phase", PHASES, (row) => phase[row] as number),
    number("process", UINTEGER, (row) => process[row] as number),
    { name: "key", type: VARCHAR, cell: (row) => groups[groupOf[row] as number]?.key ?? null },
    text("id", id),
    text("value", value),
    text("result", result),
    number("invoked_ms", DOUBLE, (row) => (invokeNs[row] as number) / NS_PER_MS),
    number("returned_ms", DOUBLE, (row) => (returnNs[row] as number) / NS_PER_MS),
    number(
      "duration_ms",
      DOUBLE,
      (row) => ((returnNs[row] as number) - (invokeNs[row] as number)) / NS_PER_MS,
    ),
    words("outcome", OUTCOMES, (row) => outcome[row] as number),
    words(
      "rule",
      rules.map(({ name }) => name),
      (row) => rule[row] as number,
    ),
    number("status", USMALLINT, (row) => status[row] as number),
  ];
}
