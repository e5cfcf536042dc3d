import { expect, test } from "vitest";
import { CodeMap, NONE } from "./code-map.ts";

test("a map that was cleared knows nothing, and takes the same codes again", () => {
  const map = new CodeMap(3);
  map.set(1, 5);
  map.set(2, 0);
  expect([0, 1, 2].map((code) => map.get(code))).toEqual([NONE, 5, 0]);
  map.clear();
  expect([0, 1, 2].map((code) => map.get(code))).toEqual([NONE, NONE, NONE]);
  map.set(2, 5);
  map.set(1, 3);
  map.clear();
  expect([0, 1, 2].map((code) => map.get(code))).toEqual([NONE, NONE, NONE]);
});

test("numbers that are nearly as large as 32 bits hold are kept, however often it is cleared", () => {
  const map = new CodeMap(2);
  for (const large of [2 ** 31 - 2, 2 ** 31, 2 ** 31 - 3, 2 ** 31, 5]) {
    map.set(0, large);
    expect([map.get(0), map.get(1)]).toEqual([large, NONE]);
    map.clear();
    expect([map.get(0), map.get(1)]).toEqual([NONE, NONE]);
  }
});
