import * as fc from "fast-check";
import { expect, test } from "vitest";
import { firstOfHash } from "./first-of-hash.ts";

test("each thing is led back to the first of its hash", () => {
  const hash = fc.oneof(
    fc.constantFrom(0, 1, 2 ** 31, 2 ** 32 - 1),
    fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    // Side by side in one part of the table.
    fc.integer({ min: 5_000, max: 5_100 }),
  );
  fc.assert(
    fc.property(fc.array(hash, { maxLength: 400 }), (hashes) => {
      const firsts = [...firstOfHash(Uint32Array.from(hashes))];
      expect(firsts).toEqual(hashes.map((each) => hashes.indexOf(each)));
    }),
  );
});
