/** What a run shows while it runs and when it is over: the live view on a terminal, a line now and then in a pipe. */
import { openLive } from "../report/live.ts";
import type { Live, LiveOut, LivePlan } from "../report/live.ts";
import { passingLine } from "../report/passing-line.ts";
import type { RunResult } from "../verdict/result.ts";

/** The outside world as a run sees it; the command line has the real one. */
export interface RunHost {
  readonly out: LiveOut;
  readonly cwd: string;
  /** Called at every Ctrl-C or SIGTERM; returns how to stop listening. */
  onInterrupt(listener: () => void): () => void;
}

/** How much a run prints: everything, the verdict alone, or nothing. */
export type Volume = "full" | "quiet" | "silent";

export function openTerminal(out: LiveOut, volume: Volume, plan: LivePlan): Live {
  return openLive(out, plan, { quiet: volume !== "full" });
}

/** What goes on while there are no numbers to show: `the audit reads back`. Empty when something else is to be shown. */
export function tell(out: LiveOut, volume: Volume, text: string): void {
  if (volume === "full") passingLine(out, text);
}

/** The last word: the summary, or the verdict's line. */
export async function conclude(
  out: LiveOut,
  volume: Volume,
  result: RunResult,
  folder: string,
): Promise<void> {
  const { renderSummary, renderVerdictLine } = await import("../report/summary.ts");
  const { color } = out;
  if (volume === "full") out.write(renderSummary(result, { width: out.columns(), color, folder }));
  if (volume === "quiet") out.write(renderVerdictLine(result, { color }));
}
