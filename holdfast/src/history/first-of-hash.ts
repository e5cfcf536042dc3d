/**
 * Finds which of many things have the same hash. One table for all of them would be larger than any cache, and each
 * lookup would wait for memory; so they are first dealt out by the upper bits of their hashes, and those of one part,
 * which lie side by side then, are compared by way of a table that stays in the cache.
 */
const PARTS_BITS = 10;
const PARTS = 1 << PARTS_BITS;
const PART_SHIFT = 32 - PARTS_BITS;

/** For each thing, by its number: the first whose hash is the same, which may be itself. */
export function firstOfHash(hashes: Uint32Array): Uint32Array {
  const { ends, order, dealt } = dealtOut(hashes);
  const firsts = new Uint32Array(hashes.length);
  let slots = new Uint32Array(0);
  for (let part = 0; part < PARTS; part++) {
    const from = part === 0 ? 0 : (ends[part - 1] as number);
    const to = ends[part] as number;
    if (slots.length < (to - from) * 2) slots = new Uint32Array(tableSize(to - from));
    else slots.fill(0);
    const mask = slots.length - 1;
    for (let at = from; at < to; at++) {
      const hash = dealt[at] as number;
      let slot = hash & mask;
      let first = slots[slot] as number;
      while (first !== 0 && dealt[first - 1] !== hash) {
        slot = (slot + 1) & mask;
        first = slots[slot] as number;
      }
      if (first === 0) slots[slot] = first = at + 1;
      firsts[order[at] as number] = order[first - 1] as number;
    }
  }
  return firsts;
}

/** Numbers and hashes by part, within one in their order; and where each part ends. */
function dealtOut(hashes: Uint32Array): {
  ends: Uint32Array;
  order: Uint32Array;
  dealt: Uint32Array;
} {
  const ends = new Uint32Array(PARTS);
  for (let i = 0; i < hashes.length; i++) {
    const part = (hashes[i] as number) >>> PART_SHIFT;
    ends[part] = (ends[part] as number) + 1;
  }
  let sum = 0;
  for (let part = 0; part < PARTS; part++) {
    const count = ends[part] as number;
    ends[part] = sum;
    sum += count;
  }
  const order = new Uint32Array(hashes.length);
  const dealt = new Uint32Array(hashes.length);
  for (let i = 0; i < hashes.length; i++) {
    const hash = hashes[i] as number;
    const part = hash >>> PART_SHIFT;
    const at = ends[part] as number;
    ends[part] = at + 1;
    order[at] = i;
    dealt[at] = hash;
  }
  return { ends, order, dealt };
}

/** A power of two of which so many things fill half at most. */
function tableSize(things: number): number {
  let size = 64;
  while (size < things * 2) size *= 2;
  return size;
}
