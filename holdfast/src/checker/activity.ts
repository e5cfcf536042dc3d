/** How much happened to an operation, and how much of it at once: whether a verdict rests on anything. */
import type { History, OperationColumns, OperationGroup } from "../history/history.ts";
import { OUTCOME, PHASE } from "../history/history.ts";

export interface Activity {
  /** Attempts and rows of the audit. */
  operations: number;
  /** Acknowledged attempts. */
  ok: number;
  unknown: number;
  /** The most attempts that were ever under way on one key at one instant. */
  overlapMax: number;
}

/** Over the groups of one operation. Linear but for a heap as small as the concurrency. */
export function activityOf(history: History, groups: readonly OperationGroup[]): Activity {
  const activity: Activity = { operations: 0, ok: 0, unknown: 0, overlapMax: 0 };
  const underWay = new ReturnHeap();
  const { phase, outcome } = history.columns;
  for (const group of groups) {
    activity.operations += group.to - group.from;
    for (let row = group.from; row < group.to; row++) {
      if (phase[row] === PHASE.audit) continue;
      if (outcome[row] === OUTCOME.ok) activity.ok += 1;
      else if (outcome[row] === OUTCOME.unknown) activity.unknown += 1;
    }
    activity.overlapMax = Math.max(
      activity.overlapMax,
      overlapOf(history.columns, group.to - group.from, (i) => group.from + i, underWay),
    );
  }
  return activity;
}

/**
 * The most operations under way at one instant, over `count` rows in order of invocation. Closed intervals: one that begins the
 * instant another returns overlaps it.
 */
export function overlapOf(
  { phase, invokeNs, returnNs }: OperationColumns,
  count: number,
  rowAt: (place: number) => number,
  underWay: ReturnHeap = new ReturnHeap(),
): number {
  let most = 0;
  underWay.size = 0;
  for (let place = 0; place < count; place++) {
    const row = rowAt(place);
    if (phase[row] === PHASE.audit) continue;
    const nowNs = invokeNs[row] as number;
    while (underWay.size > 0 && underWay.earliest() < nowNs) underWay.pop();
    underWay.push(returnNs[row] as number);
    most = Math.max(most, underWay.size);
  }
  return most;
}

/** A binary heap of return times, the earliest on top. */
class ReturnHeap {
  size = 0;
  #times = new Float64Array(64);

  earliest(): number {
    return this.#times[0] as number;
  }

  push(time: number): void {
    if (this.size === this.#times.length) {
      const larger = new Float64Array(2 * this.size);
      larger.set(this.#times);
      this.#times = larger;
    }
    const times = this.#times;
    let place = this.size++;
    while (place > 0) {
      const parent = (place - 1) >>> 1;
      if ((times[parent] as number) <= time) break;
      times[place] = times[parent] as number;
      place = parent;
    }
    times[place] = time;
  }

  pop(): void {
    const times = this.#times;
    const size = --this.size;
    const time = times[size] as number;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= size) break;
      // The place after the last child is still that of `time`, with which nothing would go on.
      if ((times[child + 1] as number) < (times[child] as number)) child += 1;
      if (time <= (times[child] as number)) break;
      times[place] = times[child] as number;
      place = child;
    }
    times[place] = time;
  }
}
