import { describe, expect, test } from "vitest";
import { seededRandom } from "../base/random.ts";
import type { Random } from "../base/random.ts";
import { orderBy, placeNear, placeOf } from "./ascending.ts";
import { EarliestBids } from "./earliest-bids.ts";
import { INSERTION_MOVES_EACH_MAX } from "./limits.ts";

const SEED = process.env["HOLDFAST_SEED"] ?? "holdfast";

/** Numbers with many ties. */
function numbers(random: Random, count: number): number[] {
  return Array.from({ length: count }, () => random.integer(0, count));
}

describe(`ascending numbers, seed ${SEED}`, () => {
  test("2,000 lists are put in order, equal ones as they were, and nothing behind them is touched", () => {
    const random = seededRandom(`${SEED}/order`);
    for (let i = 0; i < 2_000; i++) {
      const size = random.integer(0, 60);
      const values = numbers(random, size);
      // Half of them nearly sorted, as things recorded in order of time are.
      if (i % 2 === 0) values.sort((a, b) => a - b + random.integer(-2, 2));
      const order = new Int32Array(size + 2).fill(-7);
      orderBy(order, size, Float64Array.of(...values, -1, -1));
      const expected = values.map((_, place) => place);
      expected.sort((a, b) => (values[a] as number) - (values[b] as number) || a - b);
      expect([...order]).toEqual([...expected, -7, -7]);
    }
  });

  test("inserting gives way to sorting with the first move that is one too many", () => {
    // 40 numbers may be moved 640 times. Turning 36 around takes 630, and the next is put before 10 or 11 of them.
    expect(INSERTION_MOVES_EACH_MAX * 40).toBe(640);
    const turned = Array.from({ length: 36 }, (_, place) => 35 - place);
    const inserted = (next: number): number =>
      orderBy(new Int32Array(40), 40, Float64Array.of(...turned, next, 50, 51, 52));
    expect([inserted(25.5), inserted(24.5)]).toEqual([40, 37]);
  });

  test("a list in reverse is put in order", () => {
    const size = 5_000;
    const order = new Int32Array(size);
    orderBy(
      order,
      size,
      Float64Array.from({ length: size }, (_, place) => -place),
    );
    expect([...order]).toEqual(Array.from({ length: size }, (_, place) => size - 1 - place));
  });

  test("a number is found from any place near it or far, among the first ones only", () => {
    const random = seededRandom(`${SEED}/place`);
    for (let i = 0; i < 2_000; i++) {
      const count = random.integer(0, 40);
      const values = numbers(random, count).sort((a, b) => a - b);
      // What lies behind is of a list before: it must not count, high or low.
      const list = Float64Array.of(...values, ...numbers(random, 20));
      const amount = random.integer(-1, count + 1);
      const above = random.next() < 0.5;
      const fits = values.findIndex((value) => (above ? value > amount : value >= amount));
      const expected = fits < 0 ? count : fits;
      expect(placeOf(list, count, amount, above)).toBe(expected);
      for (let near = 0; near <= count; near++) {
        expect(placeNear(list, count, amount, above, near)).toBe(expected);
      }
    }
  });

  test("the earliest bid of a range of amounts is the one a walk would find", () => {
    const random = seededRandom(`${SEED}/earliest`);
    for (let i = 0; i < 2_000; i++) {
      const count = random.integer(0, 30);
      const amounts = numbers(random, count).sort((a, b) => a - b);
      const calls = numbers(random, count);
      const bids = new EarliestBids(Float64Array.from(amounts), Float64Array.from(calls));
      const low = random.integer(-1, count);
      const high = random.pick([random.integer(low, count + 1), Infinity]);
      const above = random.next() < 0.5;
      const inside = calls.filter((_, place) => {
        const amount = amounts[place] as number;
        return (above ? amount > low : amount >= low) && amount < high;
      });
      expect(bids.earliest(low, above, high)).toBe(Math.min(Infinity, ...inside));
    }
  });
});
