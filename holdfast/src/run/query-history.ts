/** SQL over a run's history, where the optional DuckDB is installed. */
import { openSql } from "../history/sql.ts";

export interface QueryAnswer {
  columns: string[];
  rows: unknown[][];
}

/** With `parquetFile`, the answer is written there and the returned rows are empty. */
export async function queryHistory(
  folder: string,
  query: string,
  parquetFile: string | undefined,
): Promise<QueryAnswer> {
  const sql = await openSql(folder);
  try {
    if (parquetFile === undefined) return await sql.query(query);
    await sql.exportParquet(query, parquetFile);
    return { columns: [], rows: [] };
  } finally {
    sql.close();
  }
}
