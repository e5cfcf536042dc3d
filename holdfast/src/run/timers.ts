/** Waiting in the main thread: for something that may never come, and again and again. */
import { monotonicNs, systemClock } from "../base/clock.ts";
import type { Clock } from "../base/clock.ts";
import { NS_PER_MS } from "../base/units.ts";

const clock = systemClock(monotonicNs());

/** A promise that fails after a while, for races. Call `cancel` when the race is over, or it keeps the process alive. */
export function deadline(
  afterMs: number,
  error: () => Error,
): { promise: Promise<never>; cancel(): void } {
  let cancel = (): void => undefined;
  const promise = new Promise<never>((_, reject) => {
    cancel = clock.at(clock.nowNs() + afterMs * NS_PER_MS, () => reject(error()));
  });
  promise.catch(() => undefined);
  return { promise, cancel: () => cancel() };
}

/** Again and again, counted from the end of the call before; the returned function ends it. */
export function every(pace: Clock, ms: number, call: () => void): () => void {
  let cancel = (): void => undefined;
  const next = (): void => {
    cancel = pace.at(pace.nowNs() + ms * NS_PER_MS, () => {
      call();
      next();
    });
  };
  next();
  return () => cancel();
}
