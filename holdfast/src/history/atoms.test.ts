import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Value } from "../record/value.ts";
import { Atoms } from "./atoms.ts";
import { ENCODED_BYTES_MAX, writeValue } from "./value-codec.ts";

const values = fc.option(
  fc.oneof(
    fc.constantFrom(null, true, false, "", 0, 255, 256),
    fc.integer({ min: -300, max: 300 }),
    fc.integer({ min: 0, max: 99 }).map((n) => `o-${n}`),
    fc.uuid(),
    fc.string({ maxLength: 40 }),
  ),
  { nil: undefined },
);

/** As a block holds them. */
function encoded(list: readonly (Value | undefined)[]): {
  bytes: Uint8Array<ArrayBuffer>;
  ends: Uint32Array;
} {
  const bytes = new Uint8Array(list.length * 200 + ENCODED_BYTES_MAX);
  const ends = new Uint32Array(list.length);
  let at = 0;
  for (const [i, value] of list.entries()) ends[i] = at = writeValue(bytes, at, value);
  return { bytes: bytes.slice(0, at), ends };
}

describe("the values of a history", () => {
  test("have one code each, whether they come one by one or with the rows of a block", () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.tuple(values, fc.boolean()), { minLength: 1 })),
        (blocks) => {
          const atoms = new Atoms();
          const known = new Map<string, number>();
          for (const block of blocks) {
            const list = block.map(([value]) => value);
            const picked = Uint32Array.from(list.keys()).filter((row) => block[row]?.[1]);
            const { bytes, ends } = encoded(list);
            const codes = new Uint32Array(list.length);
            atoms.codesOf(bytes, ends, picked, picked.length, codes);
            for (const [i, row] of picked.entries()) {
              const value = list[row];
              const code = codes[i] as number;
              expect(code).toBe(atoms.codeOf(value));
              expect(atoms.value(code)).toEqual(value);
              const name = value === undefined ? "nothing" : JSON.stringify(value);
              expect(known.get(name) ?? code).toBe(code);
              known.set(name, code);
            }
          }
          expect(new Set(known.values()).size).toBe(known.size);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("are 300,000 different ones, and 300,000 times found again", () => {
    const atoms = new Atoms();
    const list = Array.from({ length: 2_000 }, (_, i) => i);
    const picked = Uint32Array.from(list);
    for (let round = 0; round < 300; round++) {
      const block = round % 150;
      const { bytes, ends } = encoded(list.map((i) => `${block}/${i}`));
      const codes = new Uint32Array(list.length);
      atoms.codesOf(bytes, ends, picked, picked.length, codes);
      expect([codes[0], codes.at(-1)]).toEqual([block * 2_000 + 1, (block + 1) * 2_000]);
    }
    expect(atoms.size).toBe(300_001);
    atoms.freeze();
    expect(atoms.value(123_457)).toBe("61/1456");
  });

  test("get the same codes when they are merged at the end, among them different ones of one hash", () => {
    const atOnce = new Atoms();
    const late = new Atoms(12);
    const picked = Uint32Array.from({ length: 2_000 }, (_, i) => i);
    const codes: number[][] = [[], []];
    for (let round = 0; round < 300; round++) {
      const values = Array.from(picked, (i) =>
        // Of each eight: nothing, a text too long to be merged late, and six of 225,000 that all come again.
        i % 8 === 0 ? undefined : i % 8 === 1 ? `long enough ${i}` : `${(round % 150) * 2_000 + i}`,
      );
      const { bytes, ends } = encoded(values);
      for (const [i, atoms] of [atOnce, late].entries()) {
        const some = new Uint32Array(picked.length);
        atoms.codesOf(bytes, ends, picked, picked.length, some);
        codes[i]?.push(...some);
      }
    }
    expect(late.size).toBeGreaterThan(atOnce.size);
    const merged = late.merge();
    const wrong = codes[1]?.filter((code, i) => merged[code] !== codes[0]?.[i]);
    expect(wrong).toEqual([]);
    expect(late.size).toBe(atOnce.size);
    late.freeze();
    expect(late.value(codes[0]?.at(-1) ?? 0)).toBe("299999");
  });
});
