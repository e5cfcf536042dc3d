import { array, assert, nat, property, tuple } from "fast-check";
import { expect, test } from "vitest";
import { UNORDERED_MAX } from "../limits.ts";
import type { Interval } from "./frontier.ts";
import { Frontier } from "./frontier.ts";

interface Numbered extends Interval {
  readonly number: number;
}

/** Everything that each interval was told to follow, step by step, and those that were handed over. */
function walked(intervals: readonly (readonly [from: number, to: number, tells: boolean])[]): {
  before: Set<number>[];
  over: number[];
  frontier: Frontier<Numbered>;
} {
  const frontier = new Frontier<Numbered>();
  const before: Set<number>[] = [];
  const over: number[] = [];
  for (const [number, [from, to, tells]] of intervals.entries()) {
    frontier.begin(from, (interval) => over.push(interval.number));
    before[number] = new Set(
      frontier.latest.flatMap((i) => [i.number, ...(before[i.number] as Set<number>)]),
    );
    frontier.add({ number, endNs: to, tells, follows: frontier.latest });
  }
  return { before, over, frontier };
}

test("step by step everything follows all that was over before it, and nothing else", () => {
  const any = array(tuple(nat(30), nat(8), nat(3)), { maxLength: 20 });
  assert(
    property(any, (drawn) => {
      const intervals = drawn
        .map(([from, length, silent]) => [from, from + length, silent > 0] as const)
        .toSorted((a, b) => a[0] - b[0]);
      const { before, over } = walked(intervals);
      for (const [i, [from]] of intervals.entries()) {
        const expected = intervals.flatMap(([, to, tells], j) => (tells && to < from ? [j] : []));
        expect([...(before[i] as Set<number>)].toSorted((a, b) => a - b)).toEqual(expected);
      }
      const lastNs = intervals.at(-1)?.[0] ?? 0;
      const ended = intervals.flatMap(([, to], j) => (to < lastNs ? [j] : []));
      expect(over.toSorted((a, b) => a - b)).toEqual(ended);
    }),
    { seed: 5, numRuns: 2_000 },
  );
});

test("of more than 64 that overlap the oldest is forgotten", () => {
  const overlapping = Array.from(
    { length: UNORDERED_MAX + 6 },
    (_, i) => [i, 1_000, true] as const,
  );
  const { frontier } = walked(overlapping);
  expect(frontier.open.map(({ number }) => number)).toEqual(
    Array.from({ length: UNORDERED_MAX }, (_, i) => i + 6),
  );
  expect(walked([...overlapping, [2_000, 2_000, true]]).before.at(-1)?.size).toBe(UNORDERED_MAX);
});

test("what 64 things that overlapped were before stays known while the next one lasts", () => {
  const overlapping = Array.from({ length: UNORDERED_MAX }, (_, i) => [i, 1_000, true] as const);
  const { before } = walked([...overlapping, [2_000, 3_000, true], [2_500, 2_600, true]]);
  expect(before.slice(-2).map(({ size }) => size)).toEqual([UNORDERED_MAX, UNORDERED_MAX]);
});

test("what was over while another one went on is not told by that one", () => {
  const frontier = new Frontier<Numbered>();
  const over: number[] = [];
  const begin = (atNs: number): number[] => {
    frontier.begin(atNs, ({ number }) => over.push(number));
    return frontier.latest.map(({ number }) => number);
  };
  begin(0);
  frontier.add({ number: 1, endNs: 10, tells: true, follows: frontier.latest });
  begin(5);
  frontier.add({ number: 2, endNs: 30, tells: true, follows: frontier.latest });
  expect(begin(20)).toEqual([1]);
  expect(begin(40)).toEqual([1, 2]);
  expect(over).toEqual([1, 2]);
});
