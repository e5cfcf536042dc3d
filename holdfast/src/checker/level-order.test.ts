import { describe, expect, test } from "vitest";
import { Level } from "./level.ts";
import { orderOf } from "./level-order.ts";

const bounds = { wordsMax: 100_000, stop: (): boolean => false };

/** One unit, sold and given back; of two refusals only the one while it was gone can be explained. */
function soldAndBack(): Level {
  const level = new Level(0);
  level.begin(1);
  level.change(10, -1, 0, 5);
  level.refused(11, 1, 6, 8);
  level.change(12, 1, 10, 15);
  level.refused(13, 1, 20, 25);
  return level;
}

describe("an order of a level", () => {
  test("is sought for all refusals, and names the row of the one that has no place", () => {
    expect(orderOf(soldAndBack(), bounds)).toEqual({ kind: "none", row: 13 });
  });

  test("with one refusal alone leaves all other refusals out, and nothing else", () => {
    const level = soldAndBack();
    expect(orderOf(level, bounds, 0)).toEqual({ kind: "found" });
    expect(orderOf(level, bounds, 1)).toEqual({ kind: "none", row: 13 });
    level.read(14, 5, 30, 35);
    expect(orderOf(level, bounds, 0)).toEqual({ kind: "none", row: 14 });
  });

  test("lets what has no end take place late or never", () => {
    const level = new Level(0);
    level.begin(0);
    level.change(20, 1, 0, Number.POSITIVE_INFINITY);
    level.refused(21, 1, 10, 15);
    expect(orderOf(level, bounds).kind).toBe("found");
    level.change(22, -1, 20, 25);
    expect(orderOf(level, bounds).kind).toBe("found");
    level.read(23, 1, 30, 35);
    expect(orderOf(level, bounds)).toEqual({ kind: "none", row: 23 });
  });

  test("needs no search where all fits as it began, whether what has no end took place or not", () => {
    const unsearched = { ...bounds, wordsMax: 0 };
    const level = new Level(0);
    level.begin(2);
    level.change(30, -1, 0, 5);
    level.change(31, -1, 10, Number.POSITIVE_INFINITY);
    level.refused(32, 1, 20, 25);
    expect(orderOf(level, unsearched).kind).toBe("found");
    level.change(33, 1, 30, 35);
    level.read(34, 1, 40, 45);
    expect(orderOf(level, unsearched).kind).toBe("found");
    level.read(35, 2, 50, 55);
    expect(orderOf(level, unsearched).kind).toBe("undecided");
    level.begin(2);
    level.change(36, -1, 0, Number.POSITIVE_INFINITY);
    level.read(37, 2, 10, 15);
    level.change(38, -2, 20, 25);
    expect(orderOf(level, unsearched).kind).toBe("found");
    level.refused(39, 0, 30, 35);
    expect(orderOf(level, unsearched).kind).toBe("undecided");
  });
});
