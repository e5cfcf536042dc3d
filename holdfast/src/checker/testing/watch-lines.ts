/** What the running view says while a history comes in, in two blocks. */
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

/** In the order in which they were answered: what it says when half of them are in, and at the end. */
export function watchLines(invariant: Invariant, operations: readonly Attempt[]): WatchLine[] {
  const current = openWatch([invariant]);
  watch = current;
  const half = Math.ceil(operations.length / 2);
  const sorted = operations.toSorted((a, b) => a.returnNs - b.returnNs);
  return [sorted.slice(0, half), sorted.slice(half)].map((part) => {
    for (const { name, key, id, value, result, process, phase, ...rest } of part) {
      const start = { definition: { name, statuses: {} }, key, id, value };
      const slot = recorder.invoke(start, process, phase, rest.invokeNs);
      recorder.complete(slot, rest.returnNs, rest.rule, rest.status, result);
    }
    recorder.flush(sorted.at(-1)?.returnNs ?? 0);
    return current.lines()[0] as WatchLine;
  });
}
