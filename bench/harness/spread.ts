/** Several measurements of one thing, told by their middle and their range; never by a mean, which one stall can move. */
export interface Spread {
  median: number;
  min: number;
  max: number;
  rounds: number;
}

/** A value per round; undefined where the round failed. */
export type Rounds = readonly (number | undefined)[];

/** Undefined when no round has a value. */
export function spreadOf(rounds: Rounds): Spread | undefined {
  const sorted = rounds.filter((value) => value !== undefined).sort((a, b) => a - b);
  const [min] = sorted;
  const max = sorted.at(-1);
  if (min === undefined || max === undefined) return undefined;
  return { median: medianOfSorted(sorted), min, max, rounds: sorted.length };
}

/**
 * Each round's value by the reference of the same round: what the host does to both falls out. Rounds where either is
 * missing are left out.
 */
export function ratios(rounds: Rounds, reference: Rounds): Rounds {
  return rounds.map((value, round) => {
    const base = reference[round];
    return value === undefined || base === undefined || base === 0 ? undefined : value / base;
  });
}

/** The smallest value that at least `share` of all do not pass. NaN when there is none. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const rank = Math.max(1, Math.ceil(share * sorted.length - 1e-9));
  return sorted[rank - 1] ?? Number.NaN;
}

function medianOfSorted(sorted: readonly number[]): number {
  const upper = sorted[sorted.length >>> 1] ?? Number.NaN;
  const lower = sorted[(sorted.length - 1) >>> 1] ?? Number.NaN;
  return (lower + upper) / 2;
}
