/**
 * Time for the reference systems. What they decide by the clock (rates, waiting, idleness) they ask of this port, so
 * that their tests hold time in their own hands and never wait.
 */
export interface Clock {
  /** Milliseconds since some fixed instant; never runs backwards. */
  nowMs(): number;
}

/** The machine's monotonic clock. */
export const systemClock: Clock = { nowMs: () => performance.now() };

/** Stands still until told to go on. */
export class SimulatedClock implements Clock {
  #nowMs = 0;

  nowMs(): number {
    return this.#nowMs;
  }

  advance(ms: number): void {
    this.#nowMs += ms;
  }
}
