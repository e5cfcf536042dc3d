/**
 * Rows for virtual users, from CSV or JSON. The rows are read once per thread; who gets which row is decided without
 * a message to anyone: each unique claim takes the next number of a counter that all threads share.
 */

/** What an author declares; `load-rows.ts` reads it. */
export interface DataSource<Row> {
  readonly kind: "csv" | "json" | "rows";
  /** Path beside the test file, or the rows themselves. */
  readonly from: string | readonly Row[];
  readonly claim: Claim;
}

/**
 * - `shared`: every iteration gets one, round and round (the default).
 * - `unique per iteration`: no row serves two iterations of the run; when they run out, the scenario stops and says so.
 * - `unique per VU`: each virtual user has one of its own, for good; one that finds none left stops the scenario.
 */
export type Claim = "shared" | "unique per iteration" | "unique per VU";

export interface DataOptions {
  /** Default `shared`. */
  claim?: Claim;
}

/** A CSV file with a header line: each row is an object of texts. */
export function csv<Row = Readonly<Record<string, string>>>(
  path: string,
  options: DataOptions = {},
): DataSource<Row> {
  return Object.freeze({ kind: "csv", from: path, claim: options.claim ?? "shared" });
}

/** A JSON file that holds one array, or one value a line (`.jsonl`). */
export function json<Row>(path: string, options: DataOptions = {}): DataSource<Row> {
  return Object.freeze({ kind: "json", from: path, claim: options.claim ?? "shared" });
}

/** Rows that the test file makes itself. */
export function rows<Row>(values: readonly Row[], options: DataOptions = {}): DataSource<Row> {
  return Object.freeze({ kind: "rows", from: values, claim: options.claim ?? "shared" });
}
