/** A share of a history, for what does not fit in memory at once: all operations of some keys, or of some results. */

/** What stays together: all operations of one key, or all whose result is the same; those without one go by key. */
export type PartBy = "key" | "result";

export interface HistoryPart {
  readonly by: PartBy;
  /** From 0 to `count - 1`. */
  readonly index: number;
  readonly count: number;
}

/** FNV-1a. */
const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;

export function keyIsIn({ index, count }: HistoryPart, key: string): boolean {
  let hash = OFFSET;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), PRIME);
  return spread(hash) % count === index;
}

/** HOT. The encoded result is `bytes[from, to)`. */
export function resultIsIn(
  { index, count }: HistoryPart,
  bytes: Uint8Array,
  from: number,
  to: number,
): boolean {
  let hash = OFFSET;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ (bytes[i] as number), PRIME);
  return spread(hash) % count === index;
}

/** FNV's low bits follow the last characters too closely: ids that count upwards would land side by side. */
function spread(hash: number): number {
  return (Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) ^ (hash >>> 12)) >>> 0;
}
