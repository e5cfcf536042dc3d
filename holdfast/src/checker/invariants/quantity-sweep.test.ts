import { describe, expect, test } from "vitest";
import { seededRandom } from "../../base/random.ts";
import type { Random } from "../../base/random.ts";
import { QUANTITY_WORDS_MAX } from "../limits.ts";
import type { Timed } from "./quantity-sweep.ts";
import { sweepQuantities } from "./quantity-sweep.ts";

const SEED = process.env["HOLDFAST_SEED"] ?? "holdfast";

interface Sale {
  stock: number;
  sold: Timed[];
  undecided: Timed[];
  rejected: Timed[];
}

function begunBy(events: readonly Timed[], atNs: number): number {
  return events.reduce((sum, event) => sum + (event.atNs <= atNs ? event.quantity : 0), 0);
}

/** Tries every choice of the undecided sales: does one of them explain all rejections, within the stock? */
function explained({ stock, sold, undecided, rejected }: Sale): boolean {
  for (let choice = 0; choice < 2 ** undecided.length; choice++) {
    const taken = [...sold, ...undecided.filter((_, i) => (choice >> i) % 2 === 1)];
    const fits = begunBy(taken, Infinity) <= stock;
    if (fits && rejected.every((r) => stock - begunBy(taken, r.atNs) < r.quantity)) return true;
  }
  return false;
}

/** What each rejection says by itself, where more was sold than there was. */
function believable({ stock, sold, undecided, rejected }: Sale): boolean {
  return rejected.every(({ atNs, quantity }) => {
    const gone = begunBy(sold, atNs) + begunBy(undecided, atNs) > stock - quantity;
    return gone && sold.every((sale) => sale.atNs <= atNs || sale.quantity < quantity);
  });
}

function events(random: Random, countMax: number, quantityMax: number): Timed[] {
  return Array.from({ length: random.integer(0, countMax) }, () => ({
    atNs: random.integer(0, 9),
    quantity: random.integer(0, quantityMax),
  }));
}

function sweep({ stock, sold, undecided, rejected }: Sale): ReturnType<typeof sweepQuantities> {
  return sweepQuantities(stock, sold, undecided, rejected);
}

describe(`a sweep over quantities, seed ${SEED}`, () => {
  test.each([
    ["up to 5", 5, 12],
    ["up to 40, sums of several words", 40, 130],
    ["up to 64, whole words", 64, 256],
  ])("agrees with every choice tried: %s", (name, quantityMax, stockMax) => {
    const random = seededRandom(`${SEED}/${name}`);
    const seen = { explained: 0, not: 0 };
    for (let i = 0; i < 20_000; i++) {
      const made = {
        stock: random.integer(0, stockMax),
        sold: events(random, 3, quantityMax),
        undecided: events(random, 5, quantityMax),
        rejected: events(random, 3, quantityMax),
      };
      const oversold = begunBy(made.sold, Infinity) > made.stock;
      const expected = oversold ? believable(made) : explained(made);
      seen[expected ? "explained" : "not"] += 1;
      const { unexplained, exact } = sweep(made);
      if ((unexplained === undefined) !== expected || !exact) {
        expect.fail(JSON.stringify({ expected, oversold, unexplained, made }));
      }
    }
    expect(Math.min(seen.explained, seen.not)).toBeGreaterThan(1_000);
  });

  test("names the rejection that came back first of those that cannot be explained", () => {
    const rejected = [
      { atNs: 9, quantity: 1 },
      { atNs: 5, quantity: 1 },
      { atNs: 3, quantity: 9 },
    ];
    const sold = [{ atNs: 0, quantity: 2 }];
    expect(sweep({ stock: 10, sold, undecided: [], rejected }).unexplained).toBe(1);
  });

  /** 100 undecided sales of ten million each: too many sums to keep. */
  const many = Array.from({ length: 100 }, (_, i) => ({ atNs: i, quantity: 10_000_000 }));

  test("is exact as long as its sums touch no more words than may be touched", () => {
    const words = 2 ** 20;
    const turns = Math.floor(QUANTITY_WORDS_MAX / words);
    const undecided = [{ atNs: 0, quantity: 32 * words - 1 }];
    const rejected = Array.from({ length: turns }, (_, i) => ({ atNs: i, quantity: 1 }));
    const stock = 32 * words - 1;
    const all = { stock, sold: [], undecided, rejected };
    expect(sweep(all).exact).toBe(false);
    expect(sweep({ ...all, rejected: rejected.slice(1) }).exact).toBe(true);
  });

  test("too large to be exact says so, and takes every sum in between for possible", () => {
    const rejected = [{ atNs: 50, quantity: 1 }];
    const made = { stock: 505_000_001, sold: [], undecided: many, rejected };
    expect(sweep(made)).toEqual({ unexplained: undefined, exact: false } satisfies object);
  });

  test.each([
    ["not enough had begun", 600_000_000, [], 50],
    [
      "what was sold later leaves too little",
      1_000_000_000,
      [{ atNs: 99, quantity: 490_000_001 }],
      50,
    ],
  ])("too large to be exact is still certain where %s", (_, stock, sold, atNs) => {
    const rejected = [{ atNs, quantity: 1 }];
    const found = sweep({ stock, sold, undecided: many, rejected });
    expect(found).toEqual({ unexplained: 0, exact: false });
  });

  test("too large to be exact passes where just enough had begun, and remembers it", () => {
    const sold = [{ atNs: 99, quantity: 490_000_000 }];
    const rejected = [
      { atNs: 50, quantity: 1 },
      { atNs: 60, quantity: 1 },
    ];
    const made = { stock: 1_000_000_000, sold, undecided: many, rejected };
    expect(sweep({ ...made, stock: 510_000_000, sold: [] }).unexplained).toBeUndefined();
    expect(sweep({ ...made, stock: 510_000_001, sold: [] }).unexplained).toBe(0);
    expect(sweep(made).unexplained).toBe(0);
  });
});
