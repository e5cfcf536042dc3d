/** What somebody received, for rules such as `deliveredOnce` and `inOrder`. */
export interface Receipts {
  /**
   * Number `number` of the room (`key`) has come: one row of history for each run of consecutive numbers, not for each
   * message. `receivedNs`: when, as the message says; default now.
   */
  add(key: string, number: number, receivedNs?: number): void;
}
