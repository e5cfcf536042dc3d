/** A queue in a ring: first in, first out, without moving what waits. Grows by doubling; the caller bounds it. */
const FIRST_SLOTS = 16;

export class Fifo<T> {
  #slots: (T | undefined)[] = [];
  #head = 0;
  size = 0;

  get first(): T | undefined {
    return this.size === 0 ? undefined : this.#slots[this.#head];
  }

  push(item: T): void {
    if (this.size === this.#slots.length) this.#grow();
    this.#slots[(this.#head + this.size) & (this.#slots.length - 1)] = item;
    this.size += 1;
  }

  shift(): T | undefined {
    if (this.size === 0) return undefined;
    const item = this.#slots[this.#head];
    this.#slots[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#slots.length - 1);
    this.size -= 1;
    return item;
  }

  /** Lets go of the items that do not fit; the others stay in order. */
  keep(fits: (item: T) => boolean): void {
    for (let left = this.size; left > 0; left--) {
      const item = this.shift() as T;
      if (fits(item)) this.push(item);
    }
  }

  /** The capacity stays a power of two, so that a mask wraps the positions. */
  #grow(): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    this.#slots = Array.from({ length: Math.max(FIRST_SLOTS, slots.length * 2) }, (_, i) =>
      i < this.size ? slots[(this.#head + i) & mask] : undefined,
    );
    this.#head = 0;
  }
}
