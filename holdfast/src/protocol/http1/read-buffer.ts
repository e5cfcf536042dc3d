/**
 * Where the kernel puts what it has read, for all connections of a thread; and behind that the room in which small
 * answers wait for the end of the turn (see inbox.ts). One memory, so that whoever reads an answer need not know.
 */
import { Buffer } from "node:buffer";

export class ReadBuffer {
  /** The kernel's part: what is there must be copied, or read, before the next read of any connection. */
  readonly bytes: Buffer;
  /** The whole, in bytes and in words. */
  readonly all: Buffer;
  readonly words: Int32Array;

  /** Both sizes are multiples of 4. */
  constructor(size: number, room: number) {
    this.all = Buffer.allocUnsafeSlow(size + room);
    this.bytes = this.all.subarray(0, size);
    this.words = new Int32Array(this.all.buffer, 0, (size + room) >>> 2);
  }
}
