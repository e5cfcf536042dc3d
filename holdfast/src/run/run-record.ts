/**
 * The history of a run as the main thread writes it: blocks of the engine threads, and its own operations: those of
 * `setup`, held back until the run's time has begun, and the facts that `audit` observes.
 */
import type { Clock } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import { createHistory } from "../history/history-files.ts";
import type { HistoryFiles, HistoryStart } from "../history/history-files.ts";
import { HistoryRecorder } from "../history/history-recorder.ts";
import type { OperationLog } from "../record/recorder.ts";
import { EarlyOperations } from "./early-operations.ts";
import { noOperations } from "./no-operations.ts";

export interface RunRecord {
  /** For `setup`: kept until `begin`. */
  readonly early: OperationLog;
  /** For `audit`. */
  readonly late: OperationLog;
  readonly files: HistoryFiles | undefined;
  /** The run's time begins at `zeroNs` of the clock that `early` was recorded by. */
  begin(zeroNs: number): void;
  /** Hands over what is closed so far; as often as the engine threads do, or a crash would void what they kept. */
  flush(clock: Clock): void;
  /** Writes the rest; never rejects. `lostRecords` are those that the engine threads dropped. */
  finish(clock: Clock, end: { auditComplete: boolean; lostRecords: number }): Promise<Losses>;
}

/** What is missing from the history in all, and why the first of it is. */
export interface Losses {
  records: number;
  reason: string | undefined;
}

/** `threads` are the engine's; the main thread records as one more. */
export async function openRecord(folder: string, start: HistoryStart): Promise<RunRecord> {
  const files = await createHistory(folder, { ...start, threads: start.threads + 1 });
  const recorder: HistoryRecorder = new HistoryRecorder({
    thread: start.threads,
    threads: start.threads + 1,
    onBlock: (block) => void files.append(block).then(() => recorder.blockSettled()),
  });
  const early = new EarlyOperations(() => recorder.newProcess());
  return {
    early,
    late: recorder,
    files,
    begin: (zeroNs) => early.replay(recorder, zeroNs),
    flush: (clock) => recorder.flush(clock.nowNs()),
    async finish(clock, end) {
      recorder.close(clock.nowNs());
      const lostRecords = end.lostRecords + recorder.lost;
      const { auditComplete } = end;
      let reason: string | undefined;
      try {
        await files.finish({ endedNs: clock.nowNs(), auditComplete, lostRecords });
      } catch (error) {
        // Without its end the history is read as that of a run that was cut off: judged as far as it can be trusted.
        reason = `history/manifest.json could not be completed: ${messageOf(error)}`;
      }
      return { records: lostRecords + files.lostRecords, reason: files.firstError ?? reason };
    },
  };
}

/** For `--no-history`. */
export function noRecord(threads: number): RunRecord {
  const nothing = noOperations(threads, threads + 1);
  return {
    early: nothing,
    late: nothing,
    files: undefined,
    begin: () => undefined,
    flush: () => undefined,
    finish: () => Promise.resolve({ records: 0, reason: undefined }),
  };
}
