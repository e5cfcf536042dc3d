/** A list of whole numbers that grows, without an object per number. */
export class Growing {
  length = 0;
  #numbers = new Int32Array(1_024);

  push(number: number): void {
    if (this.length === this.#numbers.length) {
      const larger = new Int32Array(2 * this.length);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    this.#numbers[this.length++] = number;
  }

  at(place: number): number {
    return this.#numbers[place] as number;
  }
}
