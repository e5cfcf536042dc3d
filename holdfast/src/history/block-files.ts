/**
 * The blocks of a stored file, one after another, up to the first that is torn or damaged. The file is read piece by
 * piece into one memory: fresh memory for every piece would cost more than reading it.
 */
import { open } from "node:fs/promises";
import type { Block } from "./block-reader.ts";
import { storedBlockAt } from "./block-reader.ts";
import { READ_BYTES } from "./limits.ts";

export class BlockFileReader {
  #bytes = new Uint8Array(READ_BYTES);

  /** Calls `onBlock` with each block of a file in its order. A block is good until `onBlock` returns. */
  async read(path: string, onBlock: (block: Block) => void): Promise<void> {
    await using file = await open(path);
    let used = 0;
    for (;;) {
      const { bytesRead } = await file.read(this.#bytes, used, this.#bytes.length - used, null);
      if (bytesRead === 0) return;
      used += bytesRead;
      let from = 0;
      let block = storedBlockAt(this.#bytes.buffer, from, used);
      while (typeof block === "object") {
        onBlock(block);
        from += block.bytes;
        block = storedBlockAt(this.#bytes.buffer, from, used);
      }
      if (block === "damaged") return;
      this.#bytes.copyWithin(0, from, used);
      used -= from;
      if (used === this.#bytes.length) this.#grow();
    }
  }

  /** For a block that is larger than the memory: its file may not be above CHUNK_BYTES_MAX, or holds it alone. */
  #grow(): void {
    const larger = new Uint8Array(this.#bytes.length * 2);
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}
