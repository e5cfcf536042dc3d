/**
 * The memory that frames are gathered in, lent to one write and given back when the kernel has taken it: new memory for
 * every write would keep the garbage collector busy.
 */
import { Buffer } from "node:buffer";
import { SLAB_BYTES, SLABS_KEPT_MAX } from "./limits.ts";

export class Slabs {
  readonly #free: Buffer[] = [];

  /** At least so large. */
  borrow(bytes: number): Buffer {
    if (bytes > SLAB_BYTES) return Buffer.allocUnsafeSlow(bytes);
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(SLAB_BYTES);
  }

  /** Nobody may be reading it any more. */
  giveBack(slab: Buffer): void {
    if (slab.length === SLAB_BYTES && this.#free.length < SLABS_KEPT_MAX) this.#free.push(slab);
  }
}
