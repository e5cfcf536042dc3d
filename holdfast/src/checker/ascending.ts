/** Numbers in ascending order: how to get there, and where a number belongs among them. */
import { INSERTION_MOVES_EACH_MAX } from "./limits.ts";

/**
 * Puts the places of the first `size` values into `order`, by value; equal ones stay as they were. Things recorded in
 * order of time are nearly sorted, and then inserting is linear and allocates nothing. Returns how many were inserted
 * before too many moves were made, and the rest was sorted.
 */
export function orderBy(order: Int32Array, size: number, values: Float64Array): number {
  let moves = INSERTION_MOVES_EACH_MAX * size;
  for (let place = 0; place < size; place++) {
    const value = values[place] as number;
    let at = place;
    while (at > 0 && (values[order[at - 1] as number] as number) > value) {
      order[at] = order[at - 1] as number;
      at -= 1;
    }
    order[at] = place;
    moves -= place - at;
    if (moves >= 0) continue;
    for (let rest = place + 1; rest < size; rest++) order[rest] = rest;
    order.subarray(0, size).sort((a, b) => (values[a] as number) - (values[b] as number));
    return place + 1;
  }
  return size;
}

/** Among the first `count` the place of the first that is `amount` or more; with `above`, of the first that is more. */
export function placeOf(
  ascending: Float64Array,
  count: number,
  amount: number,
  above: boolean,
): number {
  return placeBetween(ascending, 0, count, amount, above);
}

/** The same, quick where the answer is near a place from 0 to `count`: it looks ever farther from there. */
export function placeNear(
  ascending: Float64Array,
  count: number,
  amount: number,
  above: boolean,
  near: number,
): number {
  let low = near;
  let high = near;
  if (near < count && isBelow(ascending[near] as number, amount, above)) {
    for (
      let step = 1;
      high < count && isBelow(ascending[high] as number, amount, above);
      step *= 2
    ) {
      low = high + 1;
      high = Math.min(count, high + step);
    }
  } else {
    for (
      let step = 1;
      low > 0 && !isBelow(ascending[low - 1] as number, amount, above);
      step *= 2
    ) {
      high = low - 1;
      low = Math.max(0, low - step);
    }
  }
  return placeBetween(ascending, low, high, amount, above);
}

function placeBetween(
  ascending: Float64Array,
  from: number,
  to: number,
  amount: number,
  above: boolean,
): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBelow(ascending[middle] as number, amount, above)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isBelow(value: number, amount: number, above: boolean): boolean {
  return value < amount || (above && value === amount);
}
