/** The headers that the server wants remembered (RFC 7541 §2.3.2): newest first, the oldest go when there is no room. */
import { ConnectionError } from "./errors.ts";
import { TABLE_BYTES_MAX } from "./limits.ts";
import type { TableEntry } from "./static-table.ts";

/** What each entry counts on top of its text. */
export const ENTRY_BYTES = 32;

export class DynamicTable {
  /** Counts every change: what a block means, and does to the table, stays the same as long as this does. */
  version = 0;
  /** Oldest first; before `#gone` there is nothing left. */
  #entries: TableEntry[] = [];
  #gone = 0;
  #bytes = 0;
  #bytesMax = TABLE_BYTES_MAX;

  /** 0 is the newest. */
  entry(index: number): TableEntry | undefined {
    const at = this.#entries.length - 1 - index;
    return at < this.#gone ? undefined : this.#entries[at];
  }

  add(name: string, value: string): void {
    const bytes = name.length + value.length + ENTRY_BYTES;
    this.#shrink(this.#bytesMax - bytes);
    if (bytes > this.#bytesMax) return;
    this.version += 1;
    this.#entries.push({ name, value });
    this.#bytes += bytes;
  }

  resize(bytesMax: number): void {
    if (bytesMax > TABLE_BYTES_MAX) {
      throw new ConnectionError("COMPRESSION_ERROR", `a table of ${bytesMax} bytes`);
    }
    if (bytesMax !== this.#bytesMax) this.version += 1;
    this.#bytesMax = bytesMax;
    this.#shrink(bytesMax);
  }

  #shrink(bytesMax: number): void {
    while (this.#bytes > bytesMax && this.#gone < this.#entries.length) {
      this.version += 1;
      const { name, value } = this.#entries[this.#gone++] as TableEntry;
      this.#bytes -= name.length + value.length + ENTRY_BYTES;
    }
    if (this.#gone * 2 <= this.#entries.length) return;
    this.#entries = this.#entries.slice(this.#gone);
    this.#gone = 0;
  }
}
