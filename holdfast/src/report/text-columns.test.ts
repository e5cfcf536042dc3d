import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HOSTILE } from "./testing/hostile.ts";
import { columnsOf, cut, fit, visible, wrap, wrapCommand } from "./text-columns.ts";

const anyText = fc.oneof(fc.string({ unit: "binary", maxLength: 80 }), fc.constantFrom(...HOSTILE));

describe("text in columns", () => {
  test("control characters, direction marks and half characters are written out, not sent", () => {
    expect(visible("a\u001b[2Jb\u202ec\u0000d\ud800e")).toBe(
      "a\\u001b[2Jb\\u202ec\\u0000d\\ud800e",
    );
  });

  test("line ends and tabs become one blank", () => {
    expect(visible("one\r\n\ttwo\n\nthree")).toBe("one two three");
  });

  test("whatever comes in, nothing that controls a terminal comes out", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(visible(text)).not.toMatch(/[\p{Cc}\p{Cs}\u200b-\u200f\u202a-\u202e\u2066-\u2069]/u);
      }),
      { seed: 1 },
    );
  });

  test("a letter takes 1 column, a Chinese character and an emoji 2, an accent of its own 0", () => {
    expect([columnsOf("abc"), columnsOf("漢字"), columnsOf("👍"), columnsOf("e\u0301")]).toEqual([
      3, 4, 2, 1,
    ]);
  });

  test("cut keeps to the width, fit fills it exactly", () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 60 }), (text, columns) => {
        expect(columnsOf(cut(visible(text), columns))).toBeLessThanOrEqual(columns);
        expect(columnsOf(fit(visible(text), columns))).toBe(columns);
      }),
      { seed: 2 },
    );
  });

  test("wrap keeps to the width and the number of lines, and says that it cut", () => {
    expect(wrap("the quick brown fox jumps over the lazy dog", 10, 3)).toEqual([
      "the quick",
      "brown fox",
      "jumps ove…",
    ]);
    fc.assert(
      fc.property(anyText, fc.integer({ min: 4, max: 60 }), (text, columns) => {
        const lines = wrap(visible(text), columns, 3);
        expect(lines.length).toBeLessThanOrEqual(3);
        for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(columns);
      }),
      { seed: 3 },
    );
  });

  test("a long command is broken where a shell goes on reading", () => {
    expect(wrapCommand("npx holdfast run suite --seed 7 --bug stale", 30)).toEqual([
      "npx holdfast run suite \\",
      "  --seed 7 --bug stale",
    ]);
    expect(wrapCommand("short", 30)).toEqual(["short"]);
  });
});
