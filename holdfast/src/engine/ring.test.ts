import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Ring } from "./ring.ts";

test("a ring of at most 300 behaves as an array that is pushed to and shifted from", () => {
  const steps = fc.array(fc.boolean(), { maxLength: 2_000 });
  fc.assert(
    fc.property(steps, (pushes) => {
      const ring = new Ring(300);
      const model: number[] = [];
      pushes.forEach((push, item) => {
        if (push) {
          expect(ring.push(item)).toBe(model.length < 300);
          if (model.length < 300) model.push(item);
        } else expect(ring.shift()).toBe(model.shift() ?? Number.NaN);
        expect(ring.length).toBe(model.length);
      });
      expect(ring.clear()).toBe(model.length);
      expect(ring.shift()).toBeNaN();
    }),
    { numRuns: 100 },
  );
});

test("100,000 wait in order, though the ring had to grow in the middle of a round", () => {
  const ring = new Ring(100_000);
  for (let item = 0; item < 40; item++) ring.push(item);
  for (let item = 0; item < 30; item++) expect(ring.shift()).toBe(item);
  for (let item = 40; item < 100_030; item++) ring.push(item);
  expect(ring.push(0)).toBe(false);
  const rest = Array.from({ length: 100_000 }, () => ring.shift());
  expect(rest).toEqual(Array.from({ length: 100_000 }, (_, index) => 30 + index));
});
