/**
 * A durable log of events with one group of consumers, as a Redis stream or a Kafka topic has it.
 *
 *     append ──► [ new | new | read by A | read by A | read by B ] ──► acknowledge: gone
 *                              └── A is dead? claim: read by B ──┘
 *
 * At least once: an entry that was read but not acknowledged comes again, to whoever claims it. What was appended
 * survives a kill −9 of whoever appended it from the moment `append` resolves.
 */
export type Fields = Readonly<Record<string, string>>;

export interface LogEntry {
  /** Unique in the log for ever, also after the entry is gone. */
  readonly id: string;
  readonly fields: Fields;
}

export interface EventLog {
  append(fields: Fields): Promise<string>;
  /** Up to `count` entries nobody has read, oldest first; waits at most `waitMs` for the first one, then gives none. */
  read(consumer: string, options: { count: number; waitMs: number }): Promise<LogEntry[]>;
  /** Takes over up to `count` entries that some consumer read at least `idleMs` ago and never acknowledged. */
  claim(consumer: string, options: { count: number; idleMs: number }): Promise<LogEntry[]>;
  /** These are done with. Ids that are gone already are no error. */
  acknowledge(ids: readonly string[]): Promise<void>;
  /** Entries not yet acknowledged, read or not: 0 means the log has drained. */
  waiting(): Promise<number>;
}
