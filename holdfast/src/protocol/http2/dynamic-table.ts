/** The headers that the server wants remembered (RFC 7541 §2.3.2): newest first, the oldest go when there is no room. */
import { ConnectionError } from "./errors.ts";
import { TABLE_BYTES_MAX } from "./limits.ts";
import type { TableEntry } from "./static-table.ts";

/** What each entry counts on top of its text. */
export const ENTRY_BYTES = 32;
/** No more fit into the table. A power of two, so that a mask wraps the places. */
const PLACES: number = TABLE_BYTES_MAX / ENTRY_BYTES;

export class DynamicTable {
  /** Counts every change: what an index means stays the same as long as this does. */
  version = 0;
  readonly #entries: (TableEntry | undefined)[] = Array.from({ length: PLACES });
  /** Where the next goes; of all that were ever added, so that only its last bits are a place. */
  #next = 0;
  #count = 0;
  #bytes = 0;
  #bytesMax = TABLE_BYTES_MAX;

  /** 0 is the newest. */
  entry(index: number): TableEntry | undefined {
    return index < this.#count ? this.#entries[(this.#next - 1 - index) & (PLACES - 1)] : undefined;
  }

  /** HOT. */
  add(entry: TableEntry): void {
    const bytes = sizeOf(entry);
    this.#shrink(this.#bytesMax - bytes);
    if (bytes > this.#bytesMax) return;
    this.version += 1;
    this.#entries[this.#next & (PLACES - 1)] = entry;
    this.#next = (this.#next + 1) | 0;
    this.#count += 1;
    this.#bytes += bytes;
  }

  /** Throws a ConnectionError for more than was allowed. */
  resize(bytesMax: number): void {
    if (bytesMax > TABLE_BYTES_MAX) {
      throw new ConnectionError("COMPRESSION_ERROR", `a table of ${bytesMax} bytes`);
    }
    this.version += 1;
    this.#bytesMax = bytesMax;
    this.#shrink(bytesMax);
  }

  #shrink(bytesMax: number): void {
    while (this.#bytes > bytesMax && this.#count > 0) {
      this.version += 1;
      this.#bytes -= sizeOf(this.entry(this.#count - 1) as TableEntry);
      this.#count -= 1;
    }
  }
}

function sizeOf({ name, value }: TableEntry): number {
  return name.length + value.length + ENTRY_BYTES;
}
