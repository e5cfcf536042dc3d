import { describe, expect, test } from "vitest";
import type { Value } from "../../record/value.ts";
import { microsOf } from "./transaction.ts";

describe("the micro-operations in a value", () => {
  test("are appends and reads, in their order; an empty list may be told as null or left out", () => {
    const value: Value = [
      ["append", "x", 3],
      ["r", "y", [1, "b"]],
      ["r", "z", null],
      ["r", "z"],
    ];
    expect(microsOf(value, true)).toEqual([
      { f: "append", key: "x", value: 3 },
      { f: "r", key: "y", list: [1, "b"] },
      { f: "r", key: "z", list: [] },
      { f: "r", key: "z", list: [] },
    ]);
    expect(microsOf([], true)).toEqual([]);
  });

  test("of what was only asked have no lists, whatever stands there", () => {
    const asked: Value = [
      ["r", "y", [1]],
      ["r", "y", "any"],
    ];
    const read = { f: "r", key: "y", list: undefined };
    expect(microsOf(asked, false)).toEqual([read, read]);
  });

  test("have elements and keys that are told apart by what they are, not by how they are written", () => {
    const value: Value = [
      ["append", 7, { b: 1, a: [2] }],
      ["r", { k: 1 }, [true, 1, "1", { a: [2], b: 1 }]],
    ];
    expect(microsOf(value, true)).toEqual([
      { f: "append", key: "7", value: '{"a":[2],"b":1}' },
      { f: "r", key: '{"k":1}', list: ["true", 1, "1", '{"a":[2],"b":1}'] },
    ]);
  });

  test.each<[string, Value | undefined]>([
    ["nothing", undefined],
    ["a text", "append x 3"],
    ["an object", { append: 3 }],
    ["an operation that is no list", ["append"]],
    ["an operation that is null", [null]],
    ["a key that is null", [["r", null, []]]],
    ["no key at all", [["r"]]],
    ["an append of nothing", [["append", "x"]]],
    ["an append of null", [["append", "x", null]]],
    ["another word", [["w", "x", 1]]],
    ["a read of what is no list", [["r", "x", 5]]],
    ["a good one, then a bad one", [["append", "x", 1], []]],
  ])("are not there in %s, and it is said what should be", (_, value) => {
    expect(microsOf(value, true)).toBe(
      'must be a list of ["append", key, value] and ["r", key, list]',
    );
  });
});
