import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BLOCK_DICTIONARY_BYTES } from "./limits.ts";
import { TextTable, textsAt } from "./text-table.ts";

const texts = fc.oneof(
  fc.string({ maxLength: 3 }),
  fc.integer({ min: 0, max: 70 }).map((n) => `product-${n}`),
  fc.string({ unit: "grapheme", maxLength: 90 }),
  fc.string({
    unit: fc.constantFrom("a", "\ud800", "\udc00", "\u0000", "\ufeff", "é"),
    maxLength: 70,
  }),
  fc.uuid(),
);

function stored(table: TextTable): string[] {
  const bytes = new Uint8Array(table.used + 3);
  expect(table.copyTo(bytes, 3)).toBe(bytes.length);
  const { texts: read, end } = textsAt(bytes, 3, table.count);
  expect(end).toBe(bytes.length);
  return read;
}

describe("the texts of a block", () => {
  test("are numbered in the order in which they first came, and read back exactly", () => {
    const table = new TextTable(256);
    fc.assert(
      fc.property(fc.array(texts, { maxLength: 200 }), (asked) => {
        table.clear();
        const distinct = [...new Set(asked)];
        expect(asked.map((text) => table.codeOf(text))).toEqual(
          asked.map((text) => distinct.indexOf(text)),
        );
        expect(stored(table)).toEqual(distinct);
      }),
      { numRuns: 500 },
    );
  });

  test("may be as many as the table has places for, and longer than its first memory", () => {
    const table = new TextTable(64);
    const long = Array.from({ length: 64 }, (_, i) => `${i}`.repeat(BLOCK_DICTIONARY_BYTES / 32));
    for (const [code, text] of long.entries()) expect(table.codeOf(text)).toBe(code);
    for (const [code, text] of long.entries()) expect(table.codeOf(text)).toBe(code);
    expect(table.used).toBeGreaterThan(BLOCK_DICTIONARY_BYTES);
    expect(stored(table)).toEqual(long);
  });

  test("are not those of the block before", () => {
    const table = new TextTable(4);
    expect(["a", "b"].map((text) => table.codeOf(text))).toEqual([0, 1]);
    table.clear();
    expect(table.codeOf("b")).toBe(0);
    expect(stored(table)).toEqual(["b"]);
  });
});
