/** What the running view says while a history comes in, operation by operation, each in a block of its own. */
import { HistoryRecorder } from "../../history/history-recorder.ts";
import type { Invariant } from "../../record/invariant.ts";
import type { Watch, WatchLine } from "../watch.ts";
import { openWatch } from "../watch.ts";
import type { Attempt } from "./attempt.ts";

/** One for all, for it is large. */
const recorder: HistoryRecorder = new HistoryRecorder({
  thread: 0,
  threads: 1,
  onBlock: (block) => {
    watch?.feed(block);
    recorder.blockSettled();
  },
});
let watch: Watch | undefined;

/** One line for each operation, in the order in which they were answered. */
export function watchLines(invariant: Invariant, operations: readonly Attempt[]): WatchLine[] {
  const current = openWatch([invariant]);
  watch = current;
  return operations
    .toSorted((a, b) => a.returnNs - b.returnNs)
    .map(({ name, key, id, value, result, process, phase, invokeNs, returnNs, rule, status }) => {
      const start = { definition: { name, statuses: {} }, key, id, value };
      const slot = recorder.invoke(start, process, phase, invokeNs);
      recorder.complete(slot, returnNs, rule, status, result);
      recorder.flush(returnNs);
      return current.lines()[0] as WatchLine;
    });
}
