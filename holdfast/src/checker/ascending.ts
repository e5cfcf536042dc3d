/** Where a number belongs among ascending ones. */

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
