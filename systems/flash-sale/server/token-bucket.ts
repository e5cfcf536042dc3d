/**
 * A bucket that fills at a steady rate and overflows at `burst`; whoever finds no token in it has to wait. Over any
 * span of t seconds it lets through at most burst + rate × t.
 */
export class TokenBucket {
  readonly #perMs: number;
  readonly #burst: number;
  #tokens: number;
  #filledAtMs: number;

  constructor(perSecond: number, burst: number, nowMs: number) {
    this.#perMs = perSecond / 1_000;
    this.#burst = burst;
    this.#tokens = burst;
    this.#filledAtMs = nowMs;
  }

  has(nowMs: number): boolean {
    this.#tokens = Math.min(this.#burst, this.#tokens + (nowMs - this.#filledAtMs) * this.#perMs);
    this.#filledAtMs = nowMs;
    return this.#tokens >= 1;
  }

  /** Only after `has` said yes. */
  take(): void {
    this.#tokens -= 1;
  }
}
