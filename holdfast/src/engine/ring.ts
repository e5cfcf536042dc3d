/** A queue of moments that grows up to its limit and never shifts what it holds. */
const FIRST_SIZE = 64;

export class Ring {
  readonly #limit: number;
  #items: Float64Array;
  #head = 0;
  #length = 0;

  constructor(limit: number) {
    this.#limit = limit;
    this.#items = new Float64Array(FIRST_SIZE);
  }

  get length(): number {
    return this.#length;
  }

  /** False when it is full. */
  push(item: number): boolean {
    if (this.#length >= this.#limit) return false;
    if (this.#length === this.#items.length) this.#grow();
    this.#items[(this.#head + this.#length) & (this.#items.length - 1)] = item;
    this.#length += 1;
    return true;
  }

  /** The oldest; NaN when there is none. */
  shift(): number {
    if (this.#length === 0) return Number.NaN;
    const item = this.#items[this.#head] as number;
    this.#head = (this.#head + 1) & (this.#items.length - 1);
    this.#length -= 1;
    return item;
  }

  /** Forgets all; gives how many there were. */
  clear(): number {
    const length = this.#length;
    this.#length = 0;
    return length;
  }

  #grow(): void {
    const items = new Float64Array(this.#items.length * 2);
    const tail = this.#items.length - this.#head;
    items.set(this.#items.subarray(this.#head), 0);
    items.set(this.#items.subarray(0, this.#head), tail);
    this.#items = items;
    this.#head = 0;
  }
}
