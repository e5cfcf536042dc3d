/** How many of a key's requests were under way in the same moment. */

export interface Span {
  readonly key: string;
  readonly fromNs: number;
  readonly toNs: number;
}

/** The most over all keys; spans that only touch do not overlap. 0 without any. */
export function overlapMax(spans: readonly Span[]): number {
  let most = 0;
  for (const group of Map.groupBy(spans, ({ key }) => key).values()) {
    const ends = group.map(({ toNs }) => toNs).sort(ascending);
    let ended = 0;
    group
      .map(({ fromNs }) => fromNs)
      .sort(ascending)
      .forEach((fromNs, begun) => {
        while ((ends[ended] ?? Number.POSITIVE_INFINITY) <= fromNs) ended += 1;
        most = Math.max(most, begun + 1 - ended);
      });
  }
  return most;
}

function ascending(a: number, b: number): number {
  return a - b;
}
