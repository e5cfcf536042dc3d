import * as fc from "fast-check";
import { expect, test } from "vitest";
import { shareOfArrivals, shareOfVus, sizeOfShare } from "./shares.ts";

const threads = fc.integer({ min: 1, max: 16 });
const scenario = fc.integer({ min: 0, max: 20 });

test("every virtual user belongs to exactly one thread", () => {
  fc.assert(
    fc.property(threads, scenario, fc.integer({ min: 0, max: 200 }), (count, index, vus) => {
      const owners = Array.from({ length: vus }, () => 0);
      for (let thread = 0; thread < count; thread++) {
        const share = shareOfVus({ index: thread, count }, index);
        for (let vu = share.first; vu < vus; vu += share.step) owners[vu] = (owners[vu] ?? 0) + 1;
      }
      expect(owners.every((owner) => owner === 1)).toBe(true);
    }),
  );
});

test("every arrival belongs to exactly one thread, and that thread has a virtual user", () => {
  fc.assert(
    fc.property(threads, scenario, fc.integer({ min: 1, max: 20 }), (count, index, vusMax) => {
      const places = Array.from({ length: count }, (_, thread) => ({ index: thread, count }));
      const shares = places.flatMap((place) => {
        const share = shareOfArrivals(place, index, vusMax);
        if (share !== undefined) {
          expect(sizeOfShare(shareOfVus(place, index), vusMax)).toBeGreaterThan(0);
        }
        return share ?? [];
      });
      const sizes = shares.map((share) => sizeOfShare(share, 1_000));
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(1_000);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    }),
  );
});

test("one virtual user each in 4 scenarios keeps 4 threads busy", () => {
  const owners = [0, 1, 2, 3].map((scenarioIndex) =>
    [0, 1, 2, 3].findIndex((index) => shareOfVus({ index, count: 4 }, scenarioIndex).first === 0),
  );
  expect(owners).toEqual([0, 1, 2, 3]);
});
