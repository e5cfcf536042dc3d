import { expect, test } from "vitest";
import type { Zone } from "./zones.ts";
import { conflictOf } from "./zones.ts";

function zone(returnNs: number, callNs: number): Zone {
  return { returnNs, callNs, first: 0, last: 0 };
}

test("a group within what another surely fills must come both before and after it, unless they only touch", () => {
  const filled = zone(10, 20);
  const inside = (callNs: number, returnNs: number): boolean =>
    conflictOf([filled, zone(returnNs, callNs)]) !== undefined;
  expect(inside(11, 19)).toBe(true);
  expect([inside(10, 19), inside(11, 20)]).toEqual([false, false]);
});

test("two that surely fill some time must not share any of it", () => {
  const both = (returnNs: number): boolean =>
    conflictOf([zone(10, 20), zone(returnNs, 30)]) !== undefined;
  expect([both(19), both(20)]).toEqual([true, false]);
});
