/**
 * Which transaction must come before which, and why. Edges are kept as columns, then by their source: what leaves node
 * `n` stands at `starts[n]` up to `starts[n + 1]`.
 *
 * Nodes from `transactions` on are joints: they stand for no transaction, and keep the number of edges linear where many
 * come before many (everything that returned by some instant, everything appended behind what anybody saw).
 */
import { Growing } from "./growing.ts";

/** Bits, so that a search can be told which edges to follow. */
export const EDGE = {
  /** The second wrote behind what the first wrote. */
  ww: 1,
  /** The second saw what the first wrote. */
  wr: 2,
  /** The first did not see what the second wrote. */
  rw: 4,
  /** The same process did the first before the second. */
  process: 8,
  /** The first was over before the second began. */
  realTime: 16,
} as const;

export class Graph {
  readonly transactions: number;
  nodes: number;
  /** Joints from here on stand for instants; those before it for the end of a list. */
  instantsFrom: number = Number.POSITIVE_INFINITY;
  readonly #from = new Growing();
  readonly #to = new Growing();
  readonly #kind = new Growing();
  /** After `close`. */
  starts: Int32Array = new Int32Array(0);
  targets: Int32Array = new Int32Array(0);
  kinds: Uint8Array = new Uint8Array(0);

  constructor(transactions: number) {
    this.transactions = transactions;
    this.nodes = transactions;
  }

  /** A new joint. */
  joint(): number {
    return this.nodes++;
  }

  add(from: number, to: number, kind: number): void {
    if (from === to) return;
    this.#from.push(from);
    this.#to.push(to);
    this.#kind.push(kind);
  }

  /** Sorts the edges by their source. Nothing is added afterwards. */
  close(): void {
    const count = this.#from.length;
    const starts = new Int32Array(this.nodes + 2);
    for (let i = 0; i < count; i++) starts[this.#from.at(i) + 2]! += 1;
    let before = 0;
    for (const [node, own] of starts.entries()) starts[node] = before += own;
    this.targets = new Int32Array(count);
    this.kinds = new Uint8Array(count);
    for (let i = 0; i < count; i++) {
      const source = this.#from.at(i) + 1;
      const place = starts[source] as number;
      starts[source] = place + 1;
      this.targets[place] = this.#to.at(i);
      this.kinds[place] = this.#kind.at(i);
    }
    this.starts = starts.subarray(0, this.nodes + 1);
  }
}
