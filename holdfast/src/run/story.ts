/** What a run is, and what became of it: all that its result is made of. */
import type { Ledger } from "./ledger.ts";
import type { Interruption } from "./interruption.ts";
import type { LoadReport } from "./load.ts";
import type { PlannedRun } from "./prepare-run.ts";
import type { RunFolder } from "./run-folder.ts";
import type { Losses } from "./run-record.ts";
import type { RunHost } from "./terminal.ts";

/** Fixed before anything is sent. */
export interface Frame extends PlannedRun {
  readonly folder: RunFolder;
  readonly interruption: Interruption;
  readonly host: RunHost;
}

/** What happened. */
export interface RunStory {
  readonly load: LoadReport;
  readonly ledger: Ledger;
  /** What audit and teardown threw. */
  readonly trouble: readonly Trouble[];
  /** Operations that were sent and are missing from the history, and why the first of them is. */
  readonly losses: Losses;
  readonly url: string;
  readonly parts: string | null;
}

export type Trouble = Error;
