/** Exactness is held against brute force elsewhere; here is what a text by itself tells. */
import { describe, expect, test } from "vitest";
import type { Placeable } from "../search.ts";
import { checkTexts } from "./unique-texts.ts";

/** One after the other: `put a`, `append b`, `get ab`. */
function told(start: string, ...steps: readonly string[]): unknown {
  const operations = steps.map((said, i): Placeable => {
    const [f = "", text = ""] = said.split(" ");
    const step =
      f === "get"
        ? { f, input: undefined, output: text, outcome: "ok" as const }
        : { f, input: text, output: undefined, outcome: "ok" as const };
    return { step, invokeNs: 10 * i, returnNs: 10 * i + 5 };
  });
  const found = checkTexts(
    { operations, initial: start, stop: () => false, searchWordsMax: 1 },
    start,
  );
  return typeof found === "object" ? found.places : found;
}

describe("a text", () => {
  test("that was put again as it was at the start may be either", () => {
    expect(told("a", "get a")).toBeUndefined();
    expect(told("a", "put a", "get a")).toBe("ambiguous");
    expect(told("a", "put b", "get b", "get a")).toEqual([2, 1, 0, 2]);
  });

  test("is ambiguous where two writes do the same, or one writes nothing", () => {
    expect(told("", "append a", "append a")).toBe("ambiguous");
    expect(told("", "append a", "put a")).toBeUndefined();
    expect(told("", "append ")).toBe("ambiguous");
    expect(told("", "put ")).toBe("ambiguous");
  });

  test("that can be read in very many ways, and in none to its end, is left to the search", () => {
    const many = ["append a", "append aa", "append aaa", `get ${"a".repeat(40)}b`];
    expect(told("", ...many)).toBe("ambiguous");
    expect(told("", ...many.slice(0, 3), "get ab")).toEqual([3]);
  });

  test("that contradicts another shows that one, and the writes of both", () => {
    expect(told("", "append a", "append b", "get ab", "get ba")).toEqual([3, 2, 1, 0]);
    expect(told("", "get ", "append a", "append b", "get ab", "get ba")).toEqual([4, 3, 2, 1]);
  });
});
