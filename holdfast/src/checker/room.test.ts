import { expect, test } from "vitest";
import { roomFor } from "./room.ts";

test("an array stays while all fits, and then grows to twice its length or more", () => {
  expect([0, 3, 4, 5, 8, 9].map((needed) => roomFor(needed, 4))).toEqual([4, 4, 4, 8, 8, 9]);
  expect(roomFor(0, 0)).toBe(0);
});
