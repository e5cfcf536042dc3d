import { describe, expect, test } from "vitest";
import { parseQuery, type Term } from "./query.ts";
import { best } from "./rank.ts";
import { suggestedWords, wordsOf } from "./words.ts";

describe("a query", () => {
  test.each([
    ["Coffee machine", [["coffee"], ["machine"]], []],
    ['"out of  COFFEE"', [["out", "of", "coffee"]], []],
    ["copy-on-write", [["copy", "on", "write"]], []],
    ['tea -milk -"two sugars"', [["tea"]], [["milk"], ["two", "sugars"]]],
    ["it's", [["it", "s"]], []],
    ['"unclosed words', [["unclosed"], ["words"]], []],
    ['" ; DROP TABLE', [["drop"], ["table"]], []],
  ])("%s", (text, terms, excluded) => {
    const words = (list: readonly Term[]) => list.map((term) => term.words);
    const parsed = parseQuery(text);
    expect([words(parsed.terms), words(parsed.excluded)]).toEqual([terms, excluded]);
  });

  test("takes filters out of the words, and days as the beginning of the day in UTC", () => {
    expect(parseQuery("cof* from:ada-1 in:kitchen after:2026-01-05 before:2026-02-01")).toEqual({
      terms: [{ words: ["cof"], prefix: true }],
      excluded: [],
      author: "ada-1",
      channel: "kitchen",
      fromMs: Date.UTC(2026, 0, 5),
      beforeMs: Date.UTC(2026, 1, 1),
    });
  });
});

describe("ranking", () => {
  const order = (
    query: string,
    contents: readonly string[],
    frequent: readonly string[] = [],
  ): string[] => {
    const candidates = contents.map((content, id) => ({ id, content }));
    const messagesWith = (word: string): number => (frequent.includes(word) ? 400_000 : 10);
    const { terms } = parseQuery(query);
    const ranked = best(candidates, terms, { messages: 1_000_000, messagesWith, limit: 10 });
    return ranked.map(({ candidate }) => candidate.content);
  };

  test("oftener and in fewer words is better, and of equals the newer", () => {
    const once = "a kangaroo was seen by somebody on the way to the next town";
    expect(order("kangaroo", [once, "kangaroo kangaroo", "kangaroo", "kangaroo"])).toEqual([
      "kangaroo kangaroo",
      "kangaroo",
      "kangaroo",
      once,
    ]);
  });

  test("the rare word decides", () => {
    const found = order(
      "time kangaroo",
      ["time time time kangaroo", "kangaroo kangaroo time"],
      ["time"],
    );
    expect(found[0]).toBe("kangaroo kangaroo time");
  });

  test("a phrase counts where its words stand in a row, a beginning where a word begins so", () => {
    expect(
      order('"red herring"', ["herring red herring", "red red herring herring red herring"])[0],
    ).toBe("red red herring herring red herring");
    expect(order("kang*", ["bang", "kangaroo"])).toEqual(["kangaroo", "bang"]);
  });
});

test("words are letters and digits of any alphabet, in small letters; overlong ones are not suggested", () => {
  expect(wordsOf("Crème brûlée, 3€ — ПРИВЕТ!")).toEqual(["crème", "brûlée", "3", "привет"]);
  expect([...suggestedWords(`twice twice ${"x".repeat(41)}`)]).toEqual(["twice"]);
});
