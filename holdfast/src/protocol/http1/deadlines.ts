/**
 * Time limits of everything that is under way, with one timer for the whole thread. Each entry carries its own deadline
 * and moves it freely; the timer is set to the earliest one known when it was last set, and looks at all entries when it
 * rings. Since deadlines mostly move away, it rings about once per timeout, not once per request, and the hot path pays
 * one comparison.
 */
import type { Clock } from "../../base/clock.ts";

export interface Expiring {
  /** Infinity while nothing is awaited. After moving it nearer, call `Deadlines.tighten`. */
  deadlineNs: number;
  /** Position in the list; kept by Deadlines. -1 outside. */
  deadlineIndex: number;
  /** The deadline has passed. Must move it, or leave the list. */
  expire(nowNs: number): void;
}

export class Deadlines {
  readonly #clock: Clock;
  readonly #entries: Expiring[] = [];
  #ringNs: number = Number.POSITIVE_INFINITY;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(entry: Expiring): void {
    entry.deadlineIndex = this.#entries.length;
    this.#entries.push(entry);
    this.tighten(entry.deadlineNs);
  }

  remove(entry: Expiring): void {
    const index = entry.deadlineIndex;
    if (index < 0) return;
    entry.deadlineIndex = -1;
    const last = this.#entries.pop() as Expiring;
    if (last === entry) return;
    this.#entries[index] = last;
    last.deadlineIndex = index;
  }

  /** HOT. Makes sure that the timer rings no later than this. */
  tighten(deadlineNs: number): void {
    if (deadlineNs < this.#ringNs) this.#set(deadlineNs);
  }

  close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#ringNs = Number.POSITIVE_INFINITY;
  }

  #set(atNs: number): void {
    this.#cancel?.();
    this.#ringNs = atNs;
    this.#cancel = this.#clock.at(atNs, () => this.#ring());
  }

  #ring(): void {
    this.#cancel = undefined;
    this.#ringNs = Number.POSITIVE_INFINITY;
    const nowNs = this.#clock.nowNs();
    const due = this.#entries.filter((entry) => entry.deadlineNs <= nowNs);
    for (const entry of due) if (entry.deadlineIndex >= 0) entry.expire(nowNs);
    let nextNs = Number.POSITIVE_INFINITY;
    for (const entry of this.#entries) nextNs = Math.min(nextNs, entry.deadlineNs);
    if (nextNs < this.#ringNs) this.#set(nextNs);
  }
}
