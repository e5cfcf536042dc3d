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

const TABLE = `create table operations (
  index UINTEGER, name VARCHAR, phase VARCHAR, process UINTEGER, key VARCHAR, id VARCHAR,
  value VARCHAR, result VARCHAR, invoked_ms DOUBLE, returned_ms DOUBLE, duration_ms DOUBLE,
  outcome VARCHAR, rule VARCHAR, status USMALLINT)`;

/** Loads a history into a database in memory. Rejects in one line when DuckDB or the history is not there. */
export async function openSql(folder: string): Promise<HistorySql> {
  const duckdb = await load();
  const history = await readHistory(folder);
  const instance = await duckdb.DuckDBInstance.create(":memory:", {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  const connection = await instance.connect();
  await connection.run(TABLE);
  await fill(duckdb, connection, history);
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

async function fill(
  duckdb: DuckDb,
  connection: duckdbApi.DuckDBConnection,
  history: History,
): Promise<void> {
  const appender = await connection.createAppender("operations");
  const types = Array.from({ length: appender.columnCount }, (_, i) => appender.columnType(i));
  const rowOf = new Uint32Array(history.size);
  history.columns.index.forEach((index, row) => {
    rowOf[index] = row;
  });
  for (let from = 0; from < history.size; from += CHUNK_ROWS) {
    const rows = [...rowOf.subarray(from, from + CHUNK_ROWS)].map((row) => rowValues(history, row));
    const chunk = duckdb.DuckDBDataChunk.create(types);
    chunk.setRows(rows);
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

function rowValues(history: History, row: number): (string | number | null)[] {
  const operation = history.operation(row);
  const text = (value: typeof operation.value): string | null =>
    value === undefined ? null : textOf(value);
  const { invokeNs, returnNs } = operation;
  return [
    operation.index,
    operation.name,
    operation.phase,
    operation.process,
    operation.key,
    operation.id ?? null,
    text(operation.value),
    text(operation.result),
    invokeNs / NS_PER_MS,
    returnNs / NS_PER_MS,
    (returnNs - invokeNs) / NS_PER_MS,
    operation.outcome,
    history.rules[operation.rule]?.name ?? null,
    operation.status,
  ];
}
