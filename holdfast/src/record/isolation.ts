/**
 * How far transactions must be kept apart. Each level forbids what the one before it forbids, and more; from the last but
 * one on, the order in which each process acted counts, too, and at last the order of real time.
 */
export const ISOLATION_LEVELS = [
  "read-uncommitted",
  "read-committed",
  "snapshot-isolation",
  "serializable",
  "strong-session-serializable",
  "strict-serializable",
] as const;

export type IsolationLevel = (typeof ISOLATION_LEVELS)[number];

export const DEFAULT_ISOLATION: IsolationLevel = "serializable";
