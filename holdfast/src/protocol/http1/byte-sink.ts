/**
 * Collects bytes that arrive in parts. Grows by doubling, so that a body sent byte by byte costs no more than its
 * size, and keeps its room from one small body to the next.
 */
import { Buffer } from "node:buffer";

const FIRST_BYTES = 1024;
/** Up to here a body is copied out of the sink into Node's slab; beyond, the sink's own memory is given away. */
const COPY_BYTES_MAX = 4096;

export class ByteSink {
  #room: Buffer = EMPTY;
  size = 0;

  append(from: Buffer, start: number, end: number): void {
    const size = this.size + (end - start);
    if (size > this.#room.length) this.#grow(size);
    from.copy(this.#room, this.size, start, end);
    this.size = size;
  }

  /** The sink's own memory: its first `size` bytes are valid until the next append. */
  peek(): Buffer {
    return this.#room;
  }

  /** Gives the collected bytes away and starts anew. */
  take(): Buffer {
    const bytes = this.#room.subarray(0, this.size);
    this.size = 0;
    if (bytes.length <= COPY_BYTES_MAX) return Buffer.from(bytes);
    this.#room = EMPTY;
    return bytes;
  }

  /** Forgets what was collected. */
  clear(): void {
    this.size = 0;
    if (this.#room.length > COPY_BYTES_MAX) this.#room = EMPTY;
  }

  #grow(size: number): void {
    const room = Buffer.allocUnsafeSlow(Math.max(size, this.#room.length * 2, FIRST_BYTES));
    this.#room.copy(room, 0, 0, this.size);
    this.#room = room;
  }
}

const EMPTY: Buffer = Buffer.alloc(0);
