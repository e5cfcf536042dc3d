/** What a search may cost, and which histories are then looked at in stretches. */
import { expect, test } from "vitest";
import { WEAKENING_WORDS_MAX } from "./limits.ts";
import { keyValue } from "./models/key-value.ts";
import { searched } from "./object-model.ts";
import type { Placeable } from "./search.ts";
import type { Value } from "../record/value.ts";

function placeable(f: string, said: Value, invokeNs: number, returnNs: number): Placeable {
  const step = { f, input: f === "get" ? undefined : said, output: f === "get" ? said : undefined };
  return { step: { ...step, outcome: "ok" }, invokeNs, returnNs };
}

/** Appends at once that have 12! orders, and then two reads of which one is wrong. */
const operations = [
  ...Array.from({ length: 12 }, (_, i) => placeable("append", `${i},`, 10, 20)),
  placeable("get", "x", 40, 45),
  placeable("get", "y", 50, 55),
];

test("stretches of a history too large to search are searched, but not of one of many that make a proof shorter", () => {
  const { ahead: _, ...blind } = keyValue;
  const told = (searchWordsMax: number): unknown => {
    const stop = (): boolean => false;
    const found = searched(blind).check({ operations, initial: "", stop, searchWordsMax });
    return typeof found === "object" ? found.blunt : found;
  };
  expect(told(WEAKENING_WORDS_MAX)).toBe("undecided");
  expect(told(WEAKENING_WORDS_MAX + 1)).toBe("stretch");
});
