import { expect, test } from "vitest";
import type { Placeable } from "../search.ts";
import { growOnlySet } from "./grow-only-set.ts";

test("of two adds of one value that began at once the first is shown", () => {
  const add: Placeable = {
    step: { f: "add", input: "x", output: undefined, outcome: "ok" },
    invokeNs: 10,
    returnNs: 20,
  };
  const read: Placeable = {
    step: { f: "read", input: undefined, output: ["x"], outcome: "ok" },
    invokeNs: 0,
    returnNs: 5,
  };
  const operations = [add, { ...add, returnNs: 15 }, read];
  const object = { operations, initial: undefined, stop: () => false, searchWordsMax: 1e6 };
  expect(growOnlySet.check(object)).toMatchObject({ places: [0, 2] });
  const [, second] = operations as [Placeable, Placeable];
  const later = [add, { ...second, invokeNs: 9 }, read];
  expect(growOnlySet.check({ ...object, operations: later })).toMatchObject({ places: [1, 2] });
});
