/** All of the outside world that a command may touch, handed in, so that a test can hand in its own. */ import type { Worker } from "node:worker_threads";

export interface CliHost {
  /** Without node and script. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly out: Output;
  readonly err: Output;
  /** An engine thread that boots already, for a command that needs one. */
  readonly firstThread?: Worker | undefined;
  /** Ctrl-C, SIGTERM, or the launcher's death. Called once per signal; returns how to stop listening. */
  onInterrupt(listener: () => void): () => void;
}

export interface Output {
  write(text: string): void;
  columns(): number;
  rows?(): number;
  readonly isTty: boolean;
  readonly color: boolean;
}
