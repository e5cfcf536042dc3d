/** How arrays grow that are kept from one key to the next. */

/** The length of an array for `needed` values: as it is while they fit, else at least twice as long. */
export function roomFor(needed: number, length: number): number {
  return needed <= length ? length : Math.max(needed, 2 * length);
}
