/** What is known of the states of one thing, in order of invocation: moves to a state, and looks at it. */
export class Trace {
  size = 0;
  rows: Int32Array = new Int32Array(64);
  /** Number of the state moved to or seen; -1 for what is no state of the graph. */
  states: Int16Array = new Int16Array(64);
  /** 1 for a move, 0 for a look. */
  moves: Uint8Array = new Uint8Array(64);
  fromNs: Float64Array = new Float64Array(64);
  /** Infinite for a move of unknown outcome, which may never have happened. */
  byNs: Float64Array = new Float64Array(64);
  /** Of a move, the place of another one under the same id; -1 for none. */
  siblings: Int32Array = new Int32Array(64);
  /** NaN where none is known. */
  versions: Float64Array = new Float64Array(64);

  clear(): void {
    this.size = 0;
  }

  add(
    row: number,
    state: number,
    move: boolean,
    fromNs: number,
    byNs: number,
    version: number,
  ): void {
    if (this.size === this.rows.length) this.#grow();
    const at = this.size++;
    this.rows[at] = row;
    this.states[at] = state;
    this.moves[at] = move ? 1 : 0;
    this.fromNs[at] = fromNs;
    this.byNs[at] = byNs;
    this.versions[at] = version;
    this.siblings[at] = -1;
  }

  #grow(): void {
    const size = 2 * this.size;
    this.rows = copied(this.rows, new Int32Array(size));
    this.states = copied(this.states, new Int16Array(size));
    this.moves = copied(this.moves, new Uint8Array(size));
    this.fromNs = copied(this.fromNs, new Float64Array(size));
    this.byNs = copied(this.byNs, new Float64Array(size));
    this.siblings = copied(this.siblings, new Int32Array(size));
    this.versions = copied(this.versions, new Float64Array(size));
  }
}

function copied<A extends Float64Array | Int32Array | Int16Array | Uint8Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
