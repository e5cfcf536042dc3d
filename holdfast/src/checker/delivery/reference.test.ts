import { describe, expect, test } from "vitest";
import type { Value } from "../../record/value.ts";
import { RUN_NUMBERS_MAX } from "../limits.ts";
import { memberOf } from "../member.ts";
import { eachNamed, nameIn, peopleAt, peopleIn, runIn } from "./reference.ts";

function named(value: Value | undefined): { names: unknown[]; all: boolean } {
  const names: unknown[] = [];
  const all = eachNamed(value, (text, number) => names.push(text ?? number));
  return { names, all };
}

/** What is no name and no member of anything. */
const NOTHING: readonly (Value | undefined)[] = [undefined, null, true, {}, { id: null, seq: "1" }];

describe("what a receipt names", () => {
  test("is a text, a number, both, a run with both its ends, or a list of these in their order", () => {
    expect(named("m-1")).toEqual({ names: ["m-1"], all: true });
    expect(named(0)).toEqual({ names: [0], all: true });
    expect(named({ id: "m-1", seq: 7 })).toEqual({ names: ["m-1"], all: true });
    expect(named({ seq: 7 })).toEqual({ names: [7], all: true });
    expect(named({ from: 3, to: 5 })).toEqual({ names: [3, 4, 5], all: true });
    expect(named({ from: 3, to: 3 })).toEqual({ names: [3], all: true });
    expect(named(["a", [{ from: 1, to: 2 }, 9]])).toEqual({ names: ["a", 1, 2, 9], all: true });
    expect(named([])).toEqual({ names: [], all: true });
  });

  test("is told as far as it goes, and that something else was in it", () => {
    for (const nothing of NOTHING) {
      expect(named(nothing)).toEqual({ names: [], all: false });
      expect(nameIn(nothing)).toEqual({});
    }
    expect(named([null, "a", 2])).toEqual({ names: ["a", 2], all: false });
    expect(named(["a", null])).toEqual({ names: ["a"], all: false });
  });

  test.each<[string, Value | undefined]>([
    ["ends before it begins", { from: 3, to: 2 }],
    ["begins nowhere", { to: 2 }],
    ["ends nowhere", { from: 2 }],
    ["begins between numbers", { from: 1.5, to: 3 }],
    ["ends between numbers", { from: 1, to: 2.5 }],
    ["begins with a text", { from: "1", to: 3 }],
    ["ends with a text", { from: 1, to: "3" }],
    ["is a list", [1, 3]],
    ["is null", null],
    ["is longer than is allowed", { from: 1, to: RUN_NUMBERS_MAX + 1 }],
  ])("is no run when it %s", (_, value) => {
    expect(runIn(value)).toBeUndefined();
  });

  test(`is a run up to ${RUN_NUMBERS_MAX} numbers`, () => {
    const run = { from: 1, to: RUN_NUMBERS_MAX };
    expect(runIn(run)).toEqual(run);
  });
});

test("people are named by texts, numbers and lists of them, also in a member", () => {
  expect(peopleIn(["ann", 7, ["bob"], null, {}])).toEqual(["ann", "7", "bob"]);
  expect(peopleIn(undefined)).toEqual([]);
  expect(peopleAt({ to: ["ann", 7] }, "to")).toEqual(["ann", "7"]);
  for (const nothing of [...NOTHING, "to", ["to"]]) expect(peopleAt(nothing, "to")).toEqual([]);
});

test("a member is an object's own, never a list's", () => {
  expect(memberOf({ a: 0 }, "a")).toBe(0);
  expect(memberOf({ a: 0 }, "constructor")).toBeUndefined();
  expect(memberOf([5], "0")).toBeUndefined();
  expect(memberOf("abc", "length")).toBeUndefined();
  expect(memberOf(null, "a")).toBeUndefined();
  expect(memberOf(undefined, "a")).toBeUndefined();
});
