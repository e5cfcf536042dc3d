/** A list of pairs of 32-bit numbers that grows by doubling and is emptied without being given back. */
export class PairList {
  #items = new Uint32Array(1_024);
  #length = 0;

  /** Numbers in the list: twice the pairs. */
  get length(): number {
    return this.#length;
  }

  push(first: number, second: number): void {
    if (this.#length + 2 > this.#items.length) this.#grow();
    this.#items[this.#length] = first;
    this.#items[this.#length + 1] = second;
    this.#length += 2;
  }

  /** A copy of all pairs, first and second in turn; the list is empty then. */
  take(): Uint32Array<ArrayBuffer> {
    const taken = this.#items.slice(0, this.#length);
    this.#length = 0;
    return taken;
  }

  #grow(): void {
    const larger = new Uint32Array(2 * this.#items.length);
    larger.set(this.#items);
    this.#items = larger;
  }
}
