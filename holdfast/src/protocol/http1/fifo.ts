/** A queue in a ring: first in, first out, without moving what waits. Grows by doubling; the caller bounds it. */
const FIRST_SLOTS = 16;

export class Fifo<T> {
  #slots: (T | undefined)[] = [];
  #head = 0;
  size = 0;

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

  /** The capacity stays a power of two, so that a mask wraps the positions. */
  #grow(): void {
    const size = Math.max(FIRST_SLOTS, this.#slots.length * 2);
    const mask = this.#slots.length - 1;
    this.#slots = Array.from({ length: size }, (_, i) =>
      i < this.size ? this.#slots[(this.#head + i) & mask] : undefined,
    );
    this.#head = 0;
  }
}
