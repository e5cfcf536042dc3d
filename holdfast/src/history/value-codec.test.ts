import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Value } from "../record/value.ts";
import { VALUE_BYTES_MAX } from "./limits.ts";
import {
  ENCODED_BYTES_MAX,
  encodedLength,
  readValue,
  sortedJson,
  TAG,
  writeValue,
} from "./value-codec.ts";

function encode(value: Value | undefined): Uint8Array {
  const bytes = new Uint8Array(ENCODED_BYTES_MAX + 8).fill(0xaa);
  const end = writeValue(bytes, 3, value);
  return bytes.slice(3, end);
}

const values = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.integer(),
  fc.integer({ min: -2, max: 258 }),
  fc.double({ noNaN: true }),
  fc.uuid(),
  fc.uuid().map((text) => text.toUpperCase()),
  fc.string({ unit: "binary", maxLength: 400 }),
  fc.string({ unit: "grapheme", maxLength: 90 }),
  fc.string({ unit: fc.constantFrom("a", "\ud800", "\udc00", "\u0000", "é"), maxLength: 70 }),
) as fc.Arbitrary<Value>;

/** JSON has no minus zero and no infinity inside arrays and objects. */
function asJson(value: Value): Value {
  return typeof value === "number" ? value + 0 : (JSON.parse(JSON.stringify(value)) as Value);
}

describe("a stored value", () => {
  test("reads back as what was written, whatever it was", () => {
    fc.assert(
      fc.property(values, (value) => {
        const bytes = encode(value);
        expect(encodedLength(bytes, 0)).toBe(bytes.length);
        expect(readValue(bytes, 0)).toEqual(asJson(value));
      }),
      { seed: 1, numRuns: 3_000 },
    );
  });

  test("has the same bytes as another if and only if both are the same JSON", () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const same = sortedJson(asJson(a)) === sortedJson(asJson(b));
        expect(Buffer.from(encode(a)).equals(Buffer.from(encode(b)))).toBe(same);
      }),
      { seed: 2, numRuns: 3_000 },
    );
    expect(encode({ a: 1, b: [{ d: 1, c: 2 }] })).toEqual(encode({ b: [{ c: 2, d: 1 }], a: 1 }));
    expect(encode(-0)).toEqual(encode(0));
  });

  test("takes 17 bytes for a UUID, 2 for a number up to 255, 1 for nothing", () => {
    const uuid = "0f8fad5b-d9cb-469f-a165-70867728950e";
    expect(encode(uuid)).toHaveLength(17);
    expect(readValue(encode(uuid), 0)).toBe(uuid);
    expect([0, 255, 256, -1, 2 ** 31, 0.5].map((n) => encode(n).length)).toEqual([
      2, 2, 5, 5, 9, 9,
    ]);
    expect([undefined, null, true, false].map((v) => encode(v).length)).toEqual([1, 1, 1, 1]);
  });

  test.each([
    ["an upper-case digit", "0F8fad5b-d9cb-469f-a165-70867728950e"],
    ["a letter above f", "0g8fad5b-d9cb-469f-a165-70867728950e"],
    ["a dash in a wrong place", "0f8fad5bd-9cb-469f-a165-70867728950e"],
    ["a letter whose low bits look like a digit", "\u0130f8fad5b-d9cb-469f-a165-70867728950e"],
  ])("keeps a text that is a UUID but for %s as text", (_, text) => {
    expect(encode(text)[0]).not.toBe(TAG.uuid);
    expect(readValue(encode(text), 0)).toBe(text);
  });

  test(`of more than ${VALUE_BYTES_MAX} bytes keeps 33 bytes, and still tells equal from different`, () => {
    const long = "x".repeat(VALUE_BYTES_MAX);
    expect(readValue(encode(long), 0)).toBe(long);
    for (const tooLong of [`${long}x`, [long], "é".repeat(VALUE_BYTES_MAX / 2 + 1)] as Value[]) {
      expect(encode(tooLong)).toHaveLength(33);
      expect(readValue(encode(tooLong), 0)).toMatch(/^sha256:[0-9a-f]{64}$/);
      expect(encode(tooLong)).toEqual(encode(tooLong));
    }
    expect(encode(`${long}x`)).not.toEqual(encode(`${long}y`));
    expect(encode(`${long}x`)).not.toEqual(encode([`${long}x`]));
  });

  test("with an unknown tag is refused, not misread", () => {
    expect(() => encodedLength(new Uint8Array([77]), 0)).toThrow("unknown tag 77");
  });
});
