import { describe, expect, test } from "vitest";
import { seededRandom } from "../base/random.ts";
import { TimedSums } from "./timed-sums.ts";

type Entry = readonly [atNs: number, amount: number];

function filled(entries: readonly Entry[], sums: TimedSums = new TimedSums()): TimedSums {
  sums.clear();
  for (const [place, [atNs, amount]] of entries.entries()) sums.add(atNs, amount, place);
  sums.settle();
  return sums;
}

function naive(entries: readonly Entry[], counts: (atNs: number) => boolean): number {
  return entries.reduce((sum, [atNs, amount]) => sum + (counts(atNs) ? amount : 0), 0);
}

describe("sums by time", () => {
  test("agree with plain sums over 300 random lists, one after the other in one table", () => {
    const random = seededRandom("sums");
    const sums = new TimedSums();
    for (let i = 0; i < 300; i++) {
      const entries = Array.from({ length: random.integer(0, 40) }, (_, n): Entry => [
        n + random.integer(-3, 3),
        random.integer(0, 9),
      ]);
      filled(entries, sums);
      for (let ns = -5; ns < 46; ns++) {
        expect(sums.upTo(ns)).toBe(naive(entries, (at) => at <= ns));
        expect(sums.before(ns)).toBe(naive(entries, (at) => at < ns));
      }
    }
  });

  test("sort 1,000 amounts that come in the reverse order, and keep the order of one instant", () => {
    const entries = Array.from({ length: 1_000 }, (_, n): Entry => [500 - Math.floor(n / 2), n]);
    const sums = filled(entries);
    expect([...sums.atNs.subarray(0, 4)]).toEqual([1, 1, 2, 2]);
    expect([...sums.places.subarray(0, 4)]).toEqual([998, 999, 996, 997]);
    expect([...sums.amounts.subarray(0, 4)]).toEqual([998, 999, 996, 997]);
    expect(sums.upTo(2)).toBe(998 + 999 + 996 + 997);
    expect(sums.countUpTo(2)).toBe(4);
  });

  test("keep the order of one instant in a short list, too", () => {
    const sums = filled([
      [5, 1],
      [5, 2],
      [3, 9],
      [5, 3],
    ]);
    expect([...sums.places.subarray(0, 4)]).toEqual([2, 0, 1, 3]);
  });

  test("know the beginning of time", () => {
    const sums = filled([
      [3, 5],
      [Number.NEGATIVE_INFINITY, 7],
    ]);
    expect([sums.upTo(0), sums.before(Number.NEGATIVE_INFINITY), sums.upTo(3)]).toEqual([7, 0, 12]);
  });
});
