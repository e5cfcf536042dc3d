import { assert, array, integer, nat, oneof, property, tuple } from "fast-check";
import { expect, test } from "vitest";
import { NONE } from "../invariants/code-map.ts";
import { NumberIndex } from "./number-index.ts";

test("any numbers, near or far, whole or not, are found as in a map, and gone when cleared", () => {
  const number = oneof(
    nat(50),
    integer(),
    integer({ min: 0, max: 5_000 }),
    nat(3).map((n) => n + 0.5),
  );
  const index = new NumberIndex();
  assert(
    property(array(tuple(number, nat(1_000)), { maxLength: 60 }), (pairs) => {
      index.clear();
      const map = new Map(pairs);
      for (const [at, message] of pairs) index.set(at, message);
      const found = new Map<number, number>();
      index.each((at, message) => found.set(at, message));
      expect(found).toEqual(map);
      for (const [at] of pairs) {
        for (const near of [at - 1, at, at + 1, at + 0.5]) {
          expect(index.get(near)).toBe(map.get(near) ?? NONE);
        }
      }
    }),
    { seed: 11, numRuns: 300 },
  );
});

/** In the order in which they are gone through: those that follow each other first. */
function gone(...numbers: readonly number[]): number[] {
  return goneThrough(new NumberIndex(), numbers);
}

function goneThrough(index: NumberIndex, numbers: readonly number[]): number[] {
  for (const [message, number] of numbers.entries()) index.set(number, message);
  const found: number[] = [];
  index.each((number, message) => {
    expect(numbers[message]).toBe(number);
    expect(index.get(number)).toBe(message);
    found.push(number);
  });
  return found;
}

test("numbers that follow the first one are gone through in their order, all others as they came", () => {
  expect(gone(10, 12, 11, 3)).toEqual([10, 11, 12, 3]);
  expect(gone(0.5, 12, 14, 13)).toEqual([12, 13, 14, 0.5]);
});

test("one that is far ahead of all others is not kept among them, one just near enough is", () => {
  expect(gone(0, 1e6, 2_000)).toEqual([0, 1e6, 2_000]);
  expect(gone(0, 1e6, 1_026)).toEqual([0, 1_026, 1e6]);
  expect(gone(0, 1_024)).toEqual([0, 1_024]);
});

test("those beyond the most that may be kept together are found, too", () => {
  expect(goneThrough(new NumberIndex(4), [7, 6, 10, 8])).toEqual([7, 8, 10, 6]);
  expect(goneThrough(new NumberIndex(3), [7, 6, 10, 8])).toEqual([7, 8, 6, 10]);
});

test("one that was once far away has one message, also when others have come near it", () => {
  const index = new NumberIndex();
  index.set(0, 1);
  index.set(1_500, 2);
  for (let number = 1; number < 1_000; number++) index.set(number, 3);
  index.set(1_500, 4);
  const found: number[] = [];
  index.each((number, message) => {
    if (number === 1_500) found.push(message);
  });
  expect(found).toEqual([4]);
  expect(index.get(1_500)).toBe(4);
});
