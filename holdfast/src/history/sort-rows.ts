/**
 * Orders rows by group and, within a group, by time of invocation. A radix sort, because comparing sorts of millions of
 * rows by way of an index take seconds: eleven bits a pass over whole nanoseconds, as many passes as the span of the
 * run needs (an hour: four), and one or two for the groups. Stable, so rows of one instant keep their order.
 */
const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;

export interface RowOrder {
  /** Rows by group, then by invocation. */
  order: Uint32Array;
  /** Per row: its place when all groups are put in order of invocation together. */
  rank: Uint32Array;
}

/** `invokeNs` are whole numbers, the last at most 2^53 (104 days) after the first. */
export function sortRows(group: Uint32Array, invokeNs: Float64Array, rows: number): RowOrder {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  let groupMax = 0;
  for (let row = 0; row < rows; row++) {
    const at = invokeNs[row] as number;
    if (at < first) first = at;
    if (at > last) last = at;
    if ((group[row] as number) > groupMax) groupMax = group[row] as number;
  }
  let order = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) order[row] = row;
  let spare = new Uint32Array(rows);
  const digit = new Uint16Array(rows);

  const sortBy = (digitOf: (row: number) => number): void => {
    for (let row = 0; row < rows; row++) digit[row] = digitOf(row);
    pass(order, spare, digit);
    [order, spare] = [spare, order];
  };
  for (let scale = 1; scale <= last - first; scale *= DIGITS) {
    sortBy((row) => Math.floor(((invokeNs[row] as number) - first) / scale) % DIGITS);
  }
  const rank = new Uint32Array(rows);
  for (let place = 0; place < rows; place++) rank[order[place] as number] = place;
  for (let shift = 0; groupMax >>> shift > 0; shift += DIGIT_BITS) {
    sortBy((row) => ((group[row] as number) >>> shift) % DIGITS);
  }
  return { order, rank };
}

function pass(from: Uint32Array, to: Uint32Array, digit: Uint16Array): void {
  const place = new Uint32Array(DIGITS + 1);
  for (let i = 0; i < digit.length; i++) {
    const next = (digit[i] as number) + 1;
    place[next] = (place[next] as number) + 1;
  }
  for (let d = 1; d <= DIGITS; d++) place[d] = (place[d] as number) + (place[d - 1] as number);
  for (let i = 0; i < from.length; i++) {
    const row = from[i] as number;
    const d = digit[row] as number;
    to[place[d] as number] = row;
    place[d] = (place[d] as number) + 1;
  }
}
