/**
 * Which thread does what, decided by each thread alone. A scenario's virtual users and arrivals are dealt out like
 * cards: thread r of n takes numbers r, r + n, r + 2n, … The shares sum to the whole, whatever the numbers. Each
 * scenario deals from another thread on, so that small scenarios do not all land on the first.
 */
import type { Share } from "./pacers.ts";

export interface ThreadPlace {
  readonly index: number;
  readonly count: number;
}

/** The thread's share of a scenario's virtual users, counted from 0. */
export function shareOfVus(thread: ThreadPlace, scenarioIndex: number): Share {
  const { index, count } = thread;
  return { first: (index + count - (scenarioIndex % count)) % count, step: count };
}

/** The same of its arrivals, among the threads that have a virtual user at all; undefined for the others. */
export function shareOfArrivals(
  thread: ThreadPlace,
  scenarioIndex: number,
  vusMax: number,
): Share | undefined {
  const { first } = shareOfVus(thread, scenarioIndex);
  const step = Math.min(thread.count, vusMax);
  return first < step ? { first, step } : undefined;
}

/** How many of `total` things, numbered from 0, fall to the share. */
export function sizeOfShare({ first, step }: Share, total: number): number {
  return Math.max(0, Math.ceil((total - first) / step));
}
