/** What each engine thread shall act; no more than is known before the system is up. */
import { availableParallelism } from "node:os";
import { keepsRaw } from "./prepare-run.ts";
import type { PlannedRun } from "./prepare-run.ts";
import type { ThreadTask } from "./thread-messages.ts";

export function threadTasks({ loaded, options, prepared, seed }: PlannedRun): ThreadTask[] {
  return Array.from({ length: options.threads }, (_, index) => ({
    file: loaded.file,
    exportName: loaded.exportName,
    planOptions: prepared.planOptions,
    index,
    count: options.threads,
    seed,
    keepHistory: options.keepHistory,
    keepRaw: keepsRaw({ loaded, options }),
    availableCores: availableParallelism(),
  }));
}
