/**
 * SQL over a stored history, by DuckDB, which is an optional dependency: 70 MB that only this file asks for.
 *
 * `operations` has one row per operation in order of invocation. Ids, values and results are text (JSON where they
 * are no texts): DuckDB would round a number of 16 bytes to a DOUBLE on its way to Parquet, and two ids would look
 * like one. Views `ok`, `rejected`, `unknown` are its rows of one outcome, audit excluded.
 */
import { HoldfastError, messageOf } from "../base/errors.ts";
import { readInTime } from "./read-history.ts";
import type { DuckDb } from "./sql-table.ts";
import { createOperations } from "./sql-table.ts";

export interface HistorySql {
  /** Columns and rows of one statement; numbers beyond 2^53 come as text. Rejects with DuckDB's own words. */
  query(sql: string): Promise<{ columns: string[]; rows: unknown[][] }>;
  /** Writes what a query gives, or the table of that name, into a Parquet file (zstd). */
  exportParquet(query: string, path: string): Promise<void>;
  close(): void;
}

/** Loads a history into a database in memory. Rejects in one line when DuckDB or the history is not there. */
export async function openSql(folder: string): Promise<HistorySql> {
  const duckdb = await load();
  const operations = await readInTime(folder);
  const instance = await duckdb.api.DuckDBInstance.create(":memory:", {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  const connection = await instance.connect();
  await createOperations(duckdb, connection, operations);
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
    const [api, bindings] = await Promise.all([
      import("@duckdb/node-api"),
      import("@duckdb/node-bindings"),
    ]);
    return { api, bindings: bindings.default };
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
