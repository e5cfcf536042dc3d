/**
 * The calls and returns of operations that did return, in order of time, as a doubly linked list out of which placed
 * operations are lifted and into which they are put back. Calls come first at one instant: intervals are closed.
 */
export interface Interval {
  readonly invokeNs: number;
  readonly returnNs: number;
}

const HEAD = 0;

export class EventList {
  /** Operations that are not lifted out. */
  open: number;
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  readonly #calls: Int32Array;
  readonly #returns: Int32Array;
  /** Per entry: its operation, or minus one less for a return. */
  readonly #operations: Int32Array;

  constructor(operations: readonly Interval[]) {
    const count = operations.length;
    const size = 2 * count + 1;
    this.open = count;
    this.#next = new Int32Array(size);
    this.#previous = new Int32Array(size);
    this.#operations = new Int32Array(size);
    this.#calls = new Int32Array(count);
    this.#returns = new Int32Array(count);
    const timeOf = (event: number): number => {
      const { invokeNs, returnNs } = operations[event % count] as Interval;
      return event < count ? invokeNs : returnNs;
    };
    const events = Array.from({ length: 2 * count }, (_, event) => event);
    // What ties stays as it was: calls before returns, each in the order of the operations.
    events.sort((a, b) => timeOf(a) - timeOf(b));
    for (const [place, event] of events.entries()) {
      const entry = place + 1;
      const operation = event % count;
      this.#operations[entry] = event < count ? operation : -operation - 1;
      (event < count ? this.#calls : this.#returns)[operation] = entry;
      this.#next[place] = entry;
      this.#previous[entry] = place;
    }
    this.#next[size - 1] = HEAD;
    this.#previous[HEAD] = size - 1;
  }

  get first(): number {
    return this.#next[HEAD] as number;
  }

  after(entry: number): number {
    return this.#next[entry] as number;
  }

  /** The operation that is called here; negative at a return. */
  callAt(entry: number): number {
    return this.#operations[entry] as number;
  }

  /** The operation that returns here. */
  returnAt(entry: number): number {
    return -(this.#operations[entry] as number) - 1;
  }

  callOf(operation: number): number {
    return this.#calls[operation] as number;
  }

  /** What comes after the call still does, for whoever is walking the list. */
  lift(operation: number): void {
    this.#unlink(this.#returns[operation] as number);
    this.#unlink(this.#calls[operation] as number);
    this.open -= 1;
  }

  /** In the reverse order of `lift`, so that the neighbours are those it had. */
  restore(operation: number): void {
    this.#link(this.#calls[operation] as number);
    this.#link(this.#returns[operation] as number);
    this.open += 1;
  }

  #unlink(entry: number): void {
    const previous = this.#previous[entry] as number;
    const next = this.#next[entry] as number;
    this.#next[previous] = next;
    this.#previous[next] = previous;
  }

  #link(entry: number): void {
    this.#next[this.#previous[entry] as number] = entry;
    this.#previous[this.#next[entry] as number] = entry;
  }
}
