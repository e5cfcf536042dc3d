/**
 * Amounts by time, and what they add up to by any moment. Kept in typed arrays from one object to the next. Amounts
 * come nearly in order of time, as far out of it as operations overlap, and so an insertion sort is nearly linear; one
 * that has to move too much gives way to a comparing sort.
 */
import { placeOf } from "./ascending.ts";
import { INSERTION_MOVES_EACH_MAX } from "./limits.ts";

export class TimedSums {
  size = 0;
  atNs: Float64Array = new Float64Array(64);
  amounts: Float64Array = new Float64Array(64);
  /** What the caller knows each amount by. */
  places: Int32Array = new Int32Array(64);
  /** The sum of the first `i` amounts. */
  #sums = new Float64Array(65);

  clear(): void {
    this.size = 0;
  }

  /** In any order; `settle` comes before questions. */
  add(atNs: number, amount: number, place: number): void {
    if (this.size === this.atNs.length) this.#grow();
    const at = this.size++;
    this.atNs[at] = atNs;
    this.amounts[at] = amount;
    this.places[at] = place;
  }

  /** Sorts by time, those of one instant as they came, and adds up. */
  settle(): void {
    this.#sort();
    const { amounts, size } = this;
    const sums = this.#sums;
    for (let i = 0; i < size; i++) sums[i + 1] = (sums[i] as number) + (amounts[i] as number);
  }

  /** The sum up to and including a moment. */
  upTo(ns: number): number {
    return this.#sums[this.countUpTo(ns)] as number;
  }

  /** The sum before a moment. */
  before(ns: number): number {
    return this.#sums[placeOf(this.atNs, this.size, ns, false)] as number;
  }

  /** How many there are up to and including a moment. */
  countUpTo(ns: number): number {
    return placeOf(this.atNs, this.size, ns, true);
  }

  #sort(): void {
    const { atNs, amounts, places, size } = this;
    let moves = size * INSERTION_MOVES_EACH_MAX;
    for (let i = 1; i < size; i++) {
      const at = atNs[i] as number;
      const amount = amounts[i] as number;
      const place = places[i] as number;
      let to = i;
      for (; to > 0 && (atNs[to - 1] as number) > at; to--) {
        atNs[to] = atNs[to - 1] as number;
        amounts[to] = amounts[to - 1] as number;
        places[to] = places[to - 1] as number;
      }
      atNs[to] = at;
      amounts[to] = amount;
      places[to] = place;
      moves -= i - to;
      if (moves < 0) {
        this.#sortByComparing();
        return;
      }
    }
  }

  #sortByComparing(): void {
    const { size } = this;
    const atNs = this.atNs.slice(0, size);
    const amounts = this.amounts.slice(0, size);
    const places = this.places.slice(0, size);
    // Sorting keeps the order of what compares as equal, and as NaN: that is of two at the beginning of time.
    const order = Uint32Array.from({ length: size }, (_, i) => i).sort(
      (a, b) => (atNs[a] as number) - (atNs[b] as number),
    );
    for (const [i, from] of order.entries()) {
      this.atNs[i] = atNs[from] as number;
      this.amounts[i] = amounts[from] as number;
      this.places[i] = places[from] as number;
    }
  }

  #grow(): void {
    const size = 2 * this.size;
    this.atNs = enlarged(this.atNs, new Float64Array(size));
    this.amounts = enlarged(this.amounts, new Float64Array(size));
    this.places = enlarged(this.places, new Int32Array(size));
    this.#sums = new Float64Array(size + 1);
  }
}

function enlarged<A extends Float64Array | Int32Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
