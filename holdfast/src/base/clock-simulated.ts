/**
 * Time that passes only when told to: the engine runs whole in it, an hour of load in milliseconds. Timers due at the
 * same instant run in the order they were set. Between two timers all microtasks are drained, so that async code
 * behaves as it would with infinitely fast hands.
 */
import type { Clock } from "./clock.ts";
import { NS_PER_US } from "./units.ts";

/** What a turn of the event loop takes here: some time must pass, or work without any waiting would never end. */
const TURN_NS = NS_PER_US;

interface Timer {
  atNs: number;
  order: number;
  wake: () => void;
}

export class SimulatedClock implements Clock {
  #nowNs = 0;
  #order = 0;
  readonly #timers: Timer[] = [];

  nowNs(): number {
    return this.#nowNs;
  }

  at(atNs: number, wake: () => void): () => void {
    const timer: Timer = { atNs: Math.max(atNs, this.#nowNs), order: this.#order++, wake };
    insert(this.#timers, timer);
    return () => {
      const index = this.#timers.indexOf(timer);
      if (index >= 0) this.#timers.splice(index, 1);
    };
  }

  soon(wake: () => void, idleUntilNs: number = 0): void {
    this.at(Math.max(this.#nowNs + TURN_NS, idleUntilNs), wake);
  }

  /** Timers that fall due meanwhile run late, as they would on a thread that is being held. */
  busyWaitUntil(atNs: number): void {
    this.#nowNs = Math.max(this.#nowNs, atNs);
  }

  /** Timers that are still set: none should be left when a run is over. */
  get pendingTimers(): number {
    return this.#timers.length;
  }

  /** Runs until the promise settles; fails when nothing is left that could settle it. */
  async run<T>(promise: Promise<T>): Promise<T> {
    let settled = false;
    const watched = promise.finally(() => {
      settled = true;
    });
    watched.catch(() => undefined);
    for (;;) {
      await drainMicrotasks();
      if (settled) return watched;
      const next = this.#timers.shift();
      if (next === undefined) throw new Error("simulated time: nothing left to wait for");
      this.#nowNs = Math.max(this.#nowNs, next.atNs);
      next.wake();
    }
  }
}

function insert(timers: Timer[], timer: Timer): void {
  let low = 0;
  let high = timers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = timers[middle] as Timer;
    const before =
      other.atNs < timer.atNs || (other.atNs === timer.atNs && other.order < timer.order);
    if (before) low = middle + 1;
    else high = middle;
  }
  timers.splice(low, 0, timer);
}

/** A macrotask boundary: by then every chain of already settled promises has run. */
function drainMicrotasks(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
