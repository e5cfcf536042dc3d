/**
 * The only source of time. One monotonic clock for the whole run: worker threads have performance.now() origins of
 * their own, so each measures its offset to the kernel's CLOCK_MONOTONIC once and adds it from then on.
 */
// The global of the same name is an accessor, which costs as much again as the clock itself.
import { performance } from "node:perf_hooks";
import { NS_PER_MS } from "./units.ts";

export interface Clock {
  /** Nanoseconds since the run started; never runs backwards. */
  nowNs(): number;
  /** Calls back once, at or after `atNs`; the returned function cancels it. */
  at(atNs: number, wake: () => void): () => void;
  /**
   * Calls back in the next turn of the event loop, once input and output of this one have been seen to. A caller that
   * has nothing to do before `idleUntilNs` says so: simulated time then passes at once, where real time is spun away.
   */
  soon(wake: () => void, idleUntilNs?: number): void;
  /** Holds the thread until `atNs`: the only way to wait for less than a millisecond. Nothing else runs meanwhile. */
  busyWaitUntil(atNs: number): void;
}

/** The kernel's monotonic clock in nanoseconds, the same on every thread and process of this machine. */
export function monotonicNs(): bigint {
  return process.hrtime.bigint();
}

/** `startNs` is what `monotonicNs()` said when the run started; the same value is handed to every thread. */
export function systemClock(startNs: bigint): Clock {
  return new SystemClock(startNs);
}

/** Node's longest timer. */
const TIMER_MS_MAX = 2_147_483_647;

class SystemClock implements Clock {
  readonly #offsetMs: number;

  constructor(startNs: bigint) {
    this.#offsetMs = measureOffsetMs(startNs);
  }

  nowNs(): number {
    return (performance.now() + this.#offsetMs) * NS_PER_MS;
  }

  at(atNs: number, wake: () => void): () => void {
    let timer: NodeJS.Timeout;
    // Timers count from the turn's start, which lies in the past: one that comes early is set again.
    const wakeIfDue = (): void => {
      const leftMs = (atNs - this.nowNs()) / NS_PER_MS;
      if (leftMs <= 0) wake();
      else timer = setTimeout(wakeIfDue, Math.min(Math.ceil(leftMs), TIMER_MS_MAX));
    };
    const waitMs = Math.max(0, (atNs - this.nowNs()) / NS_PER_MS);
    timer = setTimeout(wakeIfDue, Math.min(Math.ceil(waitMs), TIMER_MS_MAX));
    return () => clearTimeout(timer);
  }

  soon(wake: () => void): void {
    setImmediate(wake);
  }

  busyWaitUntil(atNs: number): void {
    const untilMs = atNs / NS_PER_MS - this.#offsetMs;
    // Never below zero: asked for only so that the compiler cannot do away with idling.
    while (performance.now() < untilMs && idleBriefly() >= 0);
  }
}

/**
 * About a tenth of a microsecond. Each look at the clock leaves a number behind, and twenty million of them a second
 * would keep the garbage collector busy in the very moments that are to be kept free.
 */
function idleBriefly(): number {
  let idle = 0;
  for (let round = 0; round < 200; round++) idle ^= round;
  return idle;
}

/** The tightest of many brackets: hrtime read between two performance.now(), so the error is at most half its width. */
function measureOffsetMs(startNs: bigint): number {
  let best = Number.POSITIVE_INFINITY;
  let offsetMs = 0;
  for (let round = 0; round < 50; round++) {
    const before = performance.now();
    const monotonicMs = Number(process.hrtime.bigint() - startNs) / NS_PER_MS;
    const after = performance.now();
    if (after - before < best) {
      best = after - before;
      offsetMs = monotonicMs - (before + after) / 2;
    }
  }
  return offsetMs;
}

/** Waits; ends early, without throwing, when the signal is aborted. */
export function sleepUntil(clock: Clock, atNs: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      cancel();
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const cancel = clock.at(atNs, end);
    signal?.addEventListener("abort", end, { once: true });
  });
}

/** The date and time of day, for names and reports only; never for measuring. */
export function wallTime(): Date {
  return new Date();
}
