/**
 * A list of (bucket, counter) pairs of 32-bit numbers. It grows by doubling and keeps its room when it is emptied, as it
 * is filled again a moment later: the load waits while an engine thread gathers its numbers.
 */
export class PairList {
  #items = new Uint32Array(1_024);
  #length = 0;

  /** Numbers in the list: twice the pairs. */
  get length(): number {
    return this.#length;
  }

  push(bucket: number, counter: number): void {
    this.#reserve(2);
    this.#items[this.#length] = bucket;
    this.#items[this.#length + 1] = counter;
    this.#length += 2;
  }

  /** Appends every counter that is not 0, the first of them being that of `firstBucket`, and sets it to 0. */
  drain(counters: Uint32Array, firstBucket: number): void {
    this.#reserve(2 * counters.length);
    const items = this.#items;
    let at = this.#length;
    for (let slot = 0; slot < counters.length; slot++) {
      const counter = counters[slot] as number;
      if (counter === 0) continue;
      items[at] = firstBucket + slot;
      items[at + 1] = counter;
      at += 2;
      counters[slot] = 0;
    }
    this.#length = at;
  }

  /** A copy of all pairs, bucket and counter in turn; the list is empty then. */
  take(): Uint32Array<ArrayBuffer> {
    const taken = this.#items.slice(0, this.#length);
    this.#length = 0;
    return taken;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#items.length) return;
    const larger = new Uint32Array(2 * (this.#items.length + more));
    larger.set(this.#items);
    this.#items = larger;
  }
}
