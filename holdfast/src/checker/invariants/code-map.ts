/** A map for codes that is emptied at no cost. */
/** No number is smaller, and none is this one. */
export const NONE = -1;

/** Half of what 32 bits hold: one key more can never reach the end. */
const ENTRIES_MAX = 2 ** 31;

/**
 * From codes of `atoms` to numbers from 0 up, for the key at hand. Cleared by moving on, because codes are many and keys
 * short.
 */
export class CodeMap {
  readonly #entries: Uint32Array;
  /** An entry holds this plus its number; smaller ones are of keys before. */
  #base = 1;
  #highest = 0;

  constructor(codes: number) {
    this.#entries = new Uint32Array(codes);
  }

  /** NONE where there is none. */
  get(code: number): number {
    const entry = this.#entries[code] as number;
    return entry < this.#base ? NONE : entry - this.#base;
  }

  set(code: number, value: number): void {
    const entry = this.#base + value;
    this.#entries[code] = entry;
    this.#highest = Math.max(this.#highest, entry);
  }

  clear(): void {
    this.#base = this.#highest + 1;
    if (this.#base >= ENTRIES_MAX) {
      this.#entries.fill(0);
      this.#base = 1;
      this.#highest = 0;
    }
  }
}
