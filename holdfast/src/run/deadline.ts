/** A promise that fails after a while, for races against something that may never come. */
import { monotonicNs, systemClock } from "../base/clock.ts";
import { NS_PER_MS } from "../base/units.ts";

const clock = systemClock(monotonicNs());

/** Call `cancel` when the race is over, or it keeps the process alive. */
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
