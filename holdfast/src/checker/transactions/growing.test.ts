import { expect, test } from "vitest";
import { Growing } from "./growing.ts";

test("5,000 numbers are kept, each in its place", () => {
  const numbers = new Growing();
  for (let i = 0; i < 5_000; i++) numbers.push(3 * i);
  expect(numbers.length).toBe(5_000);
  expect(Array.from({ length: 5_000 }, (_, i) => numbers.at(i))).toEqual(
    Array.from({ length: 5_000 }, (_, i) => 3 * i),
  );
});
