/**
 * What the sockets of a run did in its last whole second, for whoever watches it run. Two seconds are kept, the one that
 * is being filled and the one before it, however long the run.
 */
import { NS_PER_S } from "../base/units.ts";
import type { Drained } from "./cells.ts";
import { SocketCounts, type SocketNumbers } from "./socket-counts.ts";

export class RecentSockets {
  #index = 0;
  #filling = new SocketCounts();
  #whole = this.#filling;

  /** Time goes on, whether or not anything was said. */
  reach(atNs: number): void {
    const index = Math.floor(atNs / NS_PER_S);
    if (index <= this.#index) return;
    this.#whole = index === this.#index + 1 ? this.#filling : new SocketCounts();
    this.#filling = new SocketCounts();
    this.#index = index;
  }

  absorb(metric: string, drained: Drained, atNs: number): void {
    const counts = Math.floor(atNs / NS_PER_S) < this.#index ? this.#whole : this.#filling;
    counts.absorb(metric, drained);
  }

  /** The last whole second; in the first one, what there is. */
  last(): SocketNumbers {
    return this.#whole.numbers();
  }
}
