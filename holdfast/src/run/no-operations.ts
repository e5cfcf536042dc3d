/** A log that keeps nothing, for runs without history. Process ids are still dealt out: virtual users have one. */
import type { OperationLog } from "../record/recorder.ts";

export function noOperations(thread: number, threads: number): OperationLog {
  let next = thread;
  return {
    newProcess() {
      const process = next;
      next += threads;
      return process;
    },
    invoke: () => 0,
    complete: () => undefined,
  };
}
