/** The request and the answer of one operation as they were on the wire, for a reader of a proof. */
export interface RawExchange {
  readonly process: number;
  /** As in the history: with the process and the name it tells which operation this is. */
  readonly invokeNs: number;
  readonly name: string;
  readonly id: string | null;
  /** Head and body, each cut at a limit, and then saying so. */
  readonly request: string;
  /** The same; in words where there was none. */
  readonly answer: string;
}
