import { expect, test } from "vitest";
import { valueText } from "./value-text.ts";

test("equal values are equal texts, in whatever order their members come; others are not", () => {
  expect(valueText({ b: [1, { d: 2, c: 3 }], a: null })).toBe('{"a":null,"b":[1,{"c":3,"d":2}]}');
  expect([null, "1", 1, true, [1, "1"]].map(valueText)).toEqual([
    "null",
    '"1"',
    "1",
    "true",
    '[1,"1"]',
  ]);
});

test("a number that is too large to be held is not the text of nothing", () => {
  const tooLarge = JSON.parse("1e999") as number;
  expect(valueText(tooLarge)).not.toBe(valueText(null));
});
