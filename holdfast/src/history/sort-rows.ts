/**
 * Orders rows by group and, within a group, by time of invocation. A radix sort, because comparing sorts of millions of
 * rows by way of an index take seconds: twelve bits a pass over whole nanoseconds, as many passes as the span of the
 * run needs (a minute: three, an hour: four), and one or two for the groups. Stable, so rows of one instant keep their order.
 */
const DIGIT_BITS = 12;
const DIGITS = 1 << DIGIT_BITS;
const DIGIT_MASK = DIGITS - 1;
/** Whole nanoseconds are split into two integers of at most 32 bits: two digits below, the rest above. */
const LOW_RANGE = 2 ** (2 * DIGIT_BITS);

export interface RowOrder {
  /** Rows by group, then by invocation. */
  order: Uint32Array;
  /** Per row: its place when all groups are put in order of invocation together. */
  rank: Uint32Array;
}

/** `invokeNs` are whole numbers, the last at most 2^53 (104 days) after the first. */
export function sortRows(group: Uint32Array, invokeNs: Float64Array, rows: number): RowOrder {
  const inTime = orderInTime(invokeNs, rows);
  const rank = new Uint32Array(rows);
  for (let place = 0; place < rows; place++) rank[inTime[place] as number] = place;
  let groupMax = 0;
  for (let row = 0; row < rows; row++) groupMax = Math.max(groupMax, group[row] as number);
  return { order: sortedBy(group, groupMax, inTime), rank };
}

/** The rows in order of invocation. */
export function orderInTime(invokeNs: Float64Array, rows: number): Uint32Array<ArrayBuffer> {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < rows; row++) {
    const at = invokeNs[row] as number;
    if (at < first) first = at;
    if (at > last) last = at;
  }
  const low = new Uint32Array(rows);
  const high = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) {
    const sinceFirst = (invokeNs[row] as number) - first;
    const upper = Math.floor(sinceFirst / LOW_RANGE);
    high[row] = upper;
    low[row] = sinceFirst - upper * LOW_RANGE;
  }
  const span = rows > 0 ? last - first : 0;
  const order = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) order[row] = row;
  const byLow = sortedBy(low, Math.min(span, LOW_RANGE - 1), order);
  return sortedBy(high, Math.floor(span / LOW_RANGE), byLow);
}

/** Rows in order of their keys, those of one key as they were; `order` is used up. */
function sortedBy(
  keys: Uint32Array,
  keyMax: number,
  order: Uint32Array<ArrayBuffer>,
): Uint32Array<ArrayBuffer> {
  if (keyMax === 0) return order;
  let from = order;
  let to = new Uint32Array(order.length);
  for (let shift = 0; shift < 32 && keyMax >>> shift > 0; shift += DIGIT_BITS) {
    pass(from, to, keys, shift);
    [from, to] = [to, from];
  }
  return from;
}

/** Orders the rows by twelve bits of their keys; those that are the same there stay in their order. */
function pass(from: Uint32Array, to: Uint32Array, keys: Uint32Array, shift: number): void {
  const rows = from.length;
  const place = new Uint32Array(DIGITS + 1);
  for (let row = 0; row < rows; row++) {
    const next = (((keys[row] as number) >>> shift) & DIGIT_MASK) + 1;
    place[next] = (place[next] as number) + 1;
  }
  for (let d = 1; d <= DIGITS; d++) place[d] = (place[d] as number) + (place[d - 1] as number);
  for (let i = 0; i < rows; i++) {
    const row = from[i] as number;
    const d = ((keys[row] as number) >>> shift) & DIGIT_MASK;
    const at = place[d] as number;
    to[at] = row;
    place[d] = at + 1;
  }
}
