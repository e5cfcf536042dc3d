/**
 * Groups of operations that must stand together: a write with all that saw it. A group is certainly under way from the
 * first return among its operations to the last call (Gibbons and Korach 1997):
 *
 *     |------ a ------|                             first return < last call: the group surely fills what lies between
 *                     >~~~~~~~~~~~~<
 *                                  |----- b ------|
 *
 * One group must come before another where one of its operations returned before one of the other's was called. Such an
 * order exists if and only if no two groups must each come before the other.
 */
import type { Placeable } from "../search.ts";

/** `first` is the place of the operation that returned first, `last` of the one called last. */
export interface Zone {
  readonly returnNs: number;
  readonly first: number;
  readonly callNs: number;
  readonly last: number;
}

export function zoneOf(operations: readonly Placeable[], places: readonly number[]): Zone {
  let returnNs = Number.POSITIVE_INFINITY;
  let callNs = Number.NEGATIVE_INFINITY;
  let first = -1;
  let last = -1;
  for (const place of places) {
    const operation = operations[place] as Placeable;
    if (operation.returnNs < returnNs) [returnNs, first] = [operation.returnNs, place];
    if (operation.invokeNs > callNs) [callNs, last] = [operation.invokeNs, place];
  }
  return { returnNs, first, callNs, last };
}

/** Two groups that must each come before the other; undefined when there are none. O(n log n). */
export function conflictOf(zones: readonly Zone[]): readonly [Zone, Zone] | undefined {
  const filled = zones
    .filter(({ returnNs, callNs }) => returnNs < callNs)
    .sort((a, b) => a.returnNs - b.returnNs);
  for (let i = 1; i < filled.length; i++) {
    const [before, zone] = [filled[i - 1] as Zone, filled[i] as Zone];
    if (zone.returnNs < before.callNs) return [before, zone];
  }
  for (const zone of zones) {
    if (zone.returnNs < zone.callNs) continue;
    const around = lastBefore(filled, zone.callNs);
    if (around !== undefined && zone.returnNs < around.callNs) return [around, zone];
  }
  return undefined;
}

/** The last of the zones whose first return is before `ns`. */
function lastBefore(zones: readonly Zone[], ns: number): Zone | undefined {
  let low = 0;
  let high = zones.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((zones[middle] as Zone).returnNs < ns) low = middle + 1;
    else high = middle;
  }
  return zones[low - 1];
}
