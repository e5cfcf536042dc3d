/**
 * Everyone in a thread who waits for a moment: sleeping and thinking virtual users, schedules, deadlines. A binary heap
 * in order of waking, and one timer of the clock for its top, so that 100,000 sleepers cost one timer, not 100,000.
 * Those due at one instant wake in the order they came.
 */
import { assert } from "../base/assert.ts";
import type { Clock } from "../base/clock.ts";

/** Made by the one who waits; the last three fields belong to the heap. */
export interface Sleeper {
  wake(): void;
  wakeNs: number;
  order: number;
  /** Its place in the heap; -1 while it is not in there. */
  place: number;
}

export class Sleepers {
  readonly #clock: Clock;
  readonly #heap: Sleeper[] = [];
  #order = 0;
  #timerNs = Number.POSITIVE_INFINITY;
  #cancelTimer: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** When the next one wakes; infinity when nobody sleeps. */
  get nextNs(): number {
    return this.#heap[0]?.wakeNs ?? Number.POSITIVE_INFINITY;
  }

  add(sleeper: Sleeper, wakeNs: number): void {
    assert(sleeper.place === -1, "nobody sleeps twice at once");
    sleeper.wakeNs = wakeNs;
    sleeper.order = this.#order++;
    sleeper.place = this.#heap.length;
    this.#heap.push(sleeper);
    this.#rise(sleeper);
    if (wakeNs < this.#timerNs) this.#setTimer();
  }

  /** A sleeper made on the spot; the returned function cancels it. */
  at(wakeNs: number, wake: () => void): () => void {
    const sleeper: Sleeper = { wake, wakeNs, order: 0, place: -1 };
    this.add(sleeper, wakeNs);
    return () => this.remove(sleeper);
  }

  /** Does nothing to one that is awake. */
  remove(sleeper: Sleeper): void {
    if (sleeper.place === -1) return;
    this.#take(sleeper);
    if (this.#heap.length === 0) this.#clearTimer();
  }

  #take(sleeper: Sleeper): void {
    const last = this.#heap.pop() as Sleeper;
    const place = sleeper.place;
    sleeper.place = -1;
    if (last === sleeper) return;
    last.place = place;
    this.#heap[place] = last;
    this.#rise(last);
    this.#sink(last);
  }

  #setTimer(): void {
    this.#clearTimer();
    this.#timerNs = this.nextNs;
    this.#cancelTimer = this.#clock.at(this.#timerNs, this.#wakeAllDue);
  }

  #clearTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#timerNs = Number.POSITIVE_INFINITY;
  }

  readonly #wakeAllDue = (): void => {
    const nowNs = this.#clock.nowNs();
    // Those who fall asleep again while the others wake are for the next time, even if they are due already.
    const newcomers = this.#order;
    for (;;) {
      const next = this.#heap[0];
      if (next === undefined || next.wakeNs > nowNs || next.order >= newcomers) break;
      this.#take(next);
      next.wake();
    }
    if (this.#heap.length === 0) this.#clearTimer();
    else this.#setTimer();
  };

  #rise(sleeper: Sleeper): void {
    const heap = this.#heap;
    let place = sleeper.place;
    while (place > 0) {
      const parentPlace = (place - 1) >>> 1;
      const parent = heap[parentPlace] as Sleeper;
      if (isBefore(parent, sleeper)) break;
      heap[place] = parent;
      parent.place = place;
      place = parentPlace;
    }
    heap[place] = sleeper;
    sleeper.place = place;
  }

  #sink(sleeper: Sleeper): void {
    const heap = this.#heap;
    const size = heap.length;
    let place = sleeper.place;
    for (;;) {
      let childPlace = 2 * place + 1;
      if (childPlace >= size) break;
      let child = heap[childPlace] as Sleeper;
      const right = heap[childPlace + 1];
      if (right !== undefined && isBefore(right, child)) {
        child = right;
        childPlace += 1;
      }
      if (isBefore(sleeper, child)) break;
      heap[place] = child;
      child.place = place;
      place = childPlace;
    }
    heap[place] = sleeper;
    sleeper.place = place;
  }
}

function isBefore(a: Sleeper, b: Sleeper): boolean {
  return a.wakeNs < b.wakeNs || (a.wakeNs === b.wakeNs && a.order < b.order);
}
