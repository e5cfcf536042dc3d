/**
 * Which virtual users are active when, along levels in virtual users. Each has a number in its scenario, from 1. Number
 * n comes when a rising line reaches n, and goes when a falling one reaches n - 1: so 0 → 10 in 10 s brings one a
 * second, the first after a second, and 10 → 0 takes one a second, the last after ten. A jump takes no time.
 */
import type { Level } from "../scenario/levels.ts";
import type { Share } from "./pacers.ts";

export interface VuStep {
  /** Since the scenario's start. */
  readonly atNs: number;
  /** The virtual user's number, from 1. */
  readonly number: number;
  readonly comes: boolean;
}

/** In order of time. Only the share's numbers: `first` is counted from 0. */
export function* vuSteps(levels: readonly Level[], share: Share): Generator<VuStep> {
  let active = 0;
  for (const level of levels) {
    yield* change(active, level.from, share, () => level.fromNs);
    const spanNs = level.toNs - level.fromNs;
    const slope = level.to - level.from;
    yield* change(level.from, level.to, share, (at) =>
      slope === 0 ? level.fromNs : level.fromNs + (spanNs * (at - level.from)) / slope,
    );
    active = level.to;
  }
}

function* change(
  from: number,
  to: number,
  share: Share,
  timeAt: (level: number) => number,
): Generator<VuStep> {
  if (to > from) {
    for (let n = nextInShare(from + 1, share); n <= to; n += share.step) {
      yield { atNs: timeAt(n), number: n, comes: true };
    }
    return;
  }
  for (let n = previousInShare(from, share); n > to; n -= share.step) {
    yield { atNs: timeAt(n - 1), number: n, comes: false };
  }
}

/** The least number of the share that is at least `number`. */
function nextInShare(number: number, { first, step }: Share): number {
  const behind = number - 1 - first;
  return first + 1 + Math.max(0, Math.ceil(behind / step)) * step;
}

/** The greatest number of the share that is at most `number`; 0 or less when there is none. */
function previousInShare(number: number, { first, step }: Share): number {
  return first + 1 + Math.floor((number - 1 - first) / step) * step;
}
