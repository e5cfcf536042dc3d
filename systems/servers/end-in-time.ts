/**
 * A process of ours that has been told to end does end: closing what it is made of may wait for a server that is away,
 * and nobody may be left to kill it.
 */
import { PROCESS_END_MS_MAX } from "./limits.ts";

/** Resolves on SIGTERM, on SIGINT, and when standard input closes; the process then has `endMsMax` to close. */
export async function toldToEnd(
  log: (line: string) => void,
  endMsMax: number = PROCESS_END_MS_MAX,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  process.once("SIGTERM", resolve).once("SIGINT", resolve);
  process.stdin.on("end", resolve).on("error", resolve).resume();
  await promise;
  const late = setTimeout(() => {
    log(`closing took over ${endMsMax / 1000} s; ended in the middle of it`);
    process.exit(1);
  }, endMsMax);
  late.unref();
}
