/**
 * Amounts by time, and what they add up to by any moment. Kept in typed arrays from one object to the next. Amounts
 * come nearly in order of time, as far out of it as operations overlap.
 */
import { orderBy, placeOf } from "./ascending.ts";

export class TimedSums {
  size = 0;
  atNs: Float64Array = new Float64Array(64);
  amounts: Float64Array = new Float64Array(64);
  /** What the caller knows each amount by. */
  places: Int32Array = new Int32Array(64);
  /** The sum of the first `i` amounts. */
  #sums = new Float64Array(65);
  #order = new Int32Array(64);
  /** Where things go while they are sorted. */
  #spare: Columns = columnsOf(64);

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
    const { atNs, amounts, places, size } = this;
    const sorted = this.#spare;
    orderBy(this.#order, size, atNs);
    let sum = 0;
    let to = 0;
    for (const from of this.#order.subarray(0, size)) {
      sorted.atNs[to] = atNs[from] as number;
      sorted.amounts[to] = amounts[from] as number;
      sorted.places[to] = places[from] as number;
      sum += amounts[from] as number;
      to += 1;
      this.#sums[to] = sum;
    }
    this.#spare = { atNs, amounts, places };
    this.atNs = sorted.atNs;
    this.amounts = sorted.amounts;
    this.places = sorted.places;
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

  #grow(): void {
    const size = 2 * this.size;
    this.atNs = enlarged(this.atNs, new Float64Array(size));
    this.amounts = enlarged(this.amounts, new Float64Array(size));
    this.places = enlarged(this.places, new Int32Array(size));
    this.#sums = new Float64Array(size + 1);
    this.#order = new Int32Array(size);
    this.#spare = columnsOf(size);
  }
}

interface Columns {
  readonly atNs: Float64Array;
  readonly amounts: Float64Array;
  readonly places: Int32Array;
}

function columnsOf(size: number): Columns {
  return {
    atNs: new Float64Array(size),
    amounts: new Float64Array(size),
    places: new Int32Array(size),
  };
}

function enlarged<A extends Float64Array | Int32Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
