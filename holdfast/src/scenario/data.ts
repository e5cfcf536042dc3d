/**
 * Rows for virtual users, from CSV or JSON. The file is read once per thread; who gets which row is decided without
 * talking to anyone: by the iteration's or the virtual user's number, both unique over the run.
 */
export interface DataSource<Row> {
  readonly kind: "csv" | "json" | "rows";
  /** Path beside the test file, or the rows themselves. */
  readonly from: string | readonly Row[];
  /**
   * - `shared`: every iteration gets one, round and round (the default).
   * - `unique per iteration`: no row serves two iterations of the run; when they run out, the run stops and says so.
   * - `unique per VU`: each virtual user has one of its own, for good.
   */
  readonly claim: Claim;
}

export type Claim = "shared" | "unique per iteration" | "unique per VU";
