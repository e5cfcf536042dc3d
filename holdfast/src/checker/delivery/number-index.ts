/**
 * Messages by their number. Numbers of a room mostly follow each other, so they are kept in one array from the first one
 * on, where a run of receipts finds each at the price of a read; those before it or far away are in a map.
 */
import { NONE } from "../invariants/code-map.ts";
import { roomFor } from "../room.ts";
import { CONSECUTIVE_NUMBERS_MAX } from "../limits.ts";

const FIRST_SLOTS = 1_024;

export class NumberIndex {
  readonly #nearMax: number;
  /** Message by number less `#base`, plus one. */
  #near = new Uint32Array(FIRST_SLOTS);
  #base = Number.NaN;
  /** One more than the highest place in use. */
  #used = 0;
  readonly #far = new Map<number, number>();

  constructor(nearMax: number = CONSECUTIVE_NUMBERS_MAX) {
    this.#nearMax = nearMax;
  }

  clear(): void {
    this.#near.fill(0, 0, this.#used);
    this.#base = Number.NaN;
    this.#used = 0;
    this.#far.clear();
  }

  /** NONE where there is none. */
  get(number: number): number {
    const entry = this.#near[number - this.#base] ?? 0;
    if (entry > 0) return entry - 1;
    return this.#far.size === 0 ? NONE : (this.#far.get(number) ?? NONE);
  }

  set(number: number, message: number): void {
    if (Number.isNaN(this.#base) && Number.isSafeInteger(number)) this.#base = number;
    const place = number - this.#base;
    const near = place >>> 0 === place && place < this.#nearMax;
    // A number that is far ahead of all others would fill the array with nothing.
    if (!near || place > 2 * this.#used + FIRST_SLOTS || this.#far.has(number)) {
      this.#far.set(number, message);
      return;
    }
    const room = roomFor(place + 1, this.#near.length);
    if (room !== this.#near.length) {
      const larger = new Uint32Array(room);
      larger.set(this.#near);
      this.#near = larger;
    }
    this.#near[place] = message + 1;
    this.#used = Math.max(this.#used, place + 1);
  }

  each(take: (number: number, message: number) => void): void {
    for (const [place, entry] of this.#near.subarray(0, this.#used).entries()) {
      if (entry > 0) take(this.#base + place, entry - 1);
    }
    for (const [number, message] of this.#far) take(number, message);
  }
}
