/**
 * Wakes for the arrivals of one thread. Two ways, and the report says which:
 *
 * - economy: a timer, at most once a millisecond, and all that is due is sent. A few percent of a core.
 * - precise: timers only until shortly before an arrival is due, then spinning. While nothing is in flight the thread is
 *   held in JavaScript, which costs no garbage; else the event loop is turned, so that answers are read the moment they
 *   come. A whole core.
 */
import type { Clock } from "../base/clock.ts";
import { ARRIVALS_PER_TURN_MAX, ECONOMY_NS, HOLD_NS_MAX, SPIN_AHEAD_NS } from "./limits.ts";
import type { Sleepers } from "./sleepers.ts";
import type { InFlight } from "./vu-host.ts";

export type Pacing = "precise" | "economy";

export interface ArrivalSource {
  /** When its next arrival is due; infinity when there is none left. */
  readonly nextNs: number;
  /** Starts up to `most` arrivals that are due; gives how many there were. */
  arrive(most: number): number;
}

export class ArrivalLoop {
  readonly pacing: Pacing;
  readonly #clock: Clock;
  readonly #sleepers: Sleepers;
  readonly #inFlight: InFlight;
  readonly #sources = new Set<ArrivalSource>();
  #cancelTimer: (() => void) | undefined;
  #spinning = false;
  #onRest: (() => void) | undefined;

  constructor(pacing: Pacing, clock: Clock, sleepers: Sleepers, inFlight: InFlight) {
    this.pacing = pacing;
    this.#clock = clock;
    this.#sleepers = sleepers;
    this.#inFlight = inFlight;
  }

  add(source: ArrivalSource): void {
    this.#sources.add(source);
    if (this.#spinning) return;
    this.#cancelTimer?.();
    this.#turn();
  }

  remove(source: ArrivalSource): void {
    this.#sources.delete(source);
    if (this.#sources.size === 0) this.#cancelTimer?.();
  }

  /** Without sources: resolves when the last turn has been taken. */
  settled(): Promise<void> {
    if (!this.#spinning) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onRest = resolve;
    });
  }

  readonly #turn = (): void => {
    this.#spinning = false;
    this.#cancelTimer = undefined;
    this.#onRest?.();
    let nextNs = this.#sendDue();
    if (this.pacing === "precise" && this.#inFlight.count === 0 && this.#hold(nextNs)) {
      nextNs = this.#sendDue();
    }
    if (nextNs !== Number.POSITIVE_INFINITY) this.#waitFor(nextNs);
  };

  /** Gives when the next one is due. */
  #sendDue(): number {
    let left = ARRIVALS_PER_TURN_MAX;
    let nextNs = Number.POSITIVE_INFINITY;
    for (const source of this.#sources) {
      left -= source.arrive(left);
      nextNs = Math.min(nextNs, source.nextNs);
    }
    return nextNs;
  }

  /** Holds the thread until the next arrival, if that is near and nobody else wakes before; true when it is due. */
  #hold(nextNs: number): boolean {
    const nowNs = this.#clock.nowNs();
    if (nextNs - nowNs > HOLD_NS_MAX || nextNs > this.#sleepers.nextNs) return false;
    this.#clock.busyWaitUntil(nextNs);
    return true;
  }

  #waitFor(nextNs: number): void {
    const nowNs = this.#clock.nowNs();
    const wakeNs =
      this.pacing === "precise" ? nextNs - SPIN_AHEAD_NS : Math.max(nextNs, nowNs + ECONOMY_NS);
    if (nextNs > nowNs && wakeNs > nowNs) {
      this.#cancelTimer = this.#sleepers.at(wakeNs, this.#turn);
      return;
    }
    this.#spinning = true;
    this.#clock.soon(this.#turn, nextNs);
  }
}
