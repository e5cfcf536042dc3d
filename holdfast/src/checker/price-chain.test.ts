/** Exactness is held against brute force elsewhere; here is which breach is told, and of whom. */
import { describe, expect, test } from "vitest";
import type { PriceBreach } from "./price-chain.ts";
import { PriceChain } from "./price-chain.ts";

/** Rows of one ten are attempts of one request: 10, 11, … */
function chainOf(start: number, increment = 0): PriceChain {
  const chain = new PriceChain((row, other) => Math.floor(row / 10) === Math.floor(other / 10));
  chain.begin(start, increment);
  return chain;
}

function told(chain: PriceChain): Partial<PriceBreach> | undefined {
  const breach = chain.breach();
  return breach && { kind: breach.kind, row: breach.row, other: breach.other };
}

describe("a chain of prices tells", () => {
  test("the one who saw a price that nobody bid, also where a lost bid was not above the start", () => {
    const chain = chainOf(5);
    chain.undecided(10, 5, 0);
    chain.seen(20, 5, 10, 11);
    expect(told(chain)).toBeUndefined();
    chain.undecided(30, 4, 0);
    chain.seen(40, 4, 12, 13);
    expect(told(chain)).toEqual({ kind: "price of nobody", row: 40, other: -1 });
  });

  test("one that is stored at the price of the start, which nobody can have bid", () => {
    const chain = chainOf(5);
    chain.undecided(10, 5, 0);
    chain.stored(20, 5, 10);
    expect(told(chain)).toEqual({ kind: "price of nobody", row: 20, other: -1 });
  });

  test("a lost bid that was stored before a lower one began, by the earliest list that has it", () => {
    const chain = chainOf(1);
    chain.undecided(10, 5, 0);
    chain.stored(20, 5, 10);
    chain.stored(21, 5, 40);
    chain.accepted(30, 3, 10, 20);
    expect(told(chain)).toBeUndefined();
    chain.accepted(30, 4, 11, 20);
    expect(told(chain)).toEqual({ kind: "bid before lower", row: 10, other: 30 });
  });

  test("nothing of the item before, though that had more prices and lower ones", () => {
    const chain = chainOf(1);
    for (let price = 2; price < 12; price++) chain.accepted(10 * price, price, price, price + 1);
    chain.seen(200, 11, 20, 21);
    expect(told(chain)).toBeUndefined();
    chain.begin(20, 0);
    chain.accepted(10, 50, 0, 10);
    chain.seen(20, 50, 20, 21);
    expect(told(chain)).toBeUndefined();
  });

  test("nothing where the earliest of two lost bids explains what was seen, in whatever order they came", () => {
    for (const calls of [
      [9, 2],
      [2, 9],
    ]) {
      const chain = chainOf(1);
      for (const [i, ns] of calls.entries()) chain.undecided(10 * (i + 1), 5, ns);
      chain.seen(40, 5, 3, 4);
      expect(told(chain)).toBeUndefined();
    }
  });

  test("of two who saw a price too early the first, of several that began at once the first, too", () => {
    const chain = chainOf(1);
    chain.accepted(10, 5, 20, 30);
    chain.seen(20, 5, 1, 10);
    chain.seen(30, 5, 2, 10);
    expect(told(chain)).toEqual({ kind: "seen before bid", row: 20, other: 10 });
    const high = chainOf(1);
    high.accepted(10, 5, 0, 50);
    high.seen(20, 5, 40, 50);
    high.seen(30, 5, 40, 60);
    high.accepted(40, 7, 10, 39);
    expect(told(high)).toEqual({ kind: "bid before lower", row: 40, other: 20 });
    const bidder = chainOf(1);
    bidder.accepted(10, 5, 40, 50);
    bidder.seen(20, 5, 40, 50);
    bidder.accepted(40, 7, 10, 39);
    expect(told(bidder)).toEqual({ kind: "bid before lower", row: 40, other: 10 });
  });

  test("an accepted retry by its first attempt's call and its first answer", () => {
    const chain = chainOf(1);
    chain.accepted(10, 5, 10, 30);
    chain.accepted(11, 5, 5, 20);
    chain.seen(20, 5, 6, 7);
    expect(told(chain)).toBeUndefined();
    chain.accepted(30, 3, 21, 40);
    expect(told(chain)).toEqual({ kind: "bid before lower", row: 10, other: 30 });
  });

  test("a lost attempt of an accepted bid as its earlier call, of another bid not", () => {
    const chain = chainOf(1);
    chain.accepted(10, 5, 10, 30);
    chain.seen(20, 5, 6, 7);
    chain.undecided(30, 5, 1);
    expect(told(chain)?.kind).toBe("seen before bid");
    chain.undecided(11, 5, 2);
    expect(told(chain)).toBeUndefined();
    chain.undecided(12, 9, 0);
    chain.undecided(13, 1, 0);
    expect(told(chain)).toBeUndefined();
  });

  test("the first to close an item, and whoever was accepted behind that", () => {
    const chain = chainOf(1);
    chain.accepted(10, 5, 15, 30);
    chain.closed(50, 20);
    chain.closed(51, 14);
    chain.closed(52, 14);
    chain.closed(53, 16);
    expect(told(chain)).toEqual({ kind: "accepted when closed", row: 10, other: 51 });
    const tie = chainOf(1);
    tie.accepted(10, 5, 14, 30);
    tie.closed(51, 14);
    expect(told(tie)).toBeUndefined();
    tie.final(51, 4, 10, 14);
    expect(told(tie)?.kind).toBe("price of nobody");
    const below = chainOf(1);
    below.accepted(10, 5, 0, 30);
    below.accepted(20, 7, 0, 30);
    below.closed(51, 14);
    below.final(51, 5, 10, 14);
    expect(told(below)).toEqual({ kind: "closed below", row: 51, other: 20 });
  });

  test("a refusal that only a lost bid explains, unless that came after the close or above its price", () => {
    const refused = (lostNs: number, lost: number, close: boolean): string | undefined => {
      const chain = chainOf(1);
      chain.accepted(10, 5, 0, 5);
      chain.undecided(20, lost, lostNs);
      chain.refused(30, 8, 50);
      if (close) {
        chain.closed(40, 20);
        chain.final(40, 9, 15, 20);
      }
      return told(chain)?.kind;
    };
    expect(refused(10, 9, false)).toBeUndefined();
    expect(refused(50, 9, false)).toBeUndefined();
    expect(refused(51, 9, false)).toBe("refused unbeaten");
    expect(refused(10, 7, false)).toBe("refused unbeaten");
    expect(refused(20, 9, true)).toBeUndefined();
    expect(refused(21, 9, true)).not.toBeUndefined();
  });

  test("a refusal that a bid lost at the instant of the close explains, and one lost later does not", () => {
    const refused = (lostNs: number): string | undefined => {
      const chain = chainOf(1);
      chain.undecided(20, 9, lostNs);
      chain.refused(30, 8, 50);
      chain.closed(40, 20);
      return told(chain)?.kind;
    };
    expect([refused(20), refused(21)]).toEqual([undefined, "refused unbeaten"]);
  });

  test("a refusal that only a lost bid above the last price would explain", () => {
    const chain = chainOf(1);
    chain.accepted(10, 5, 0, 5);
    chain.undecided(30, 9, 10);
    chain.refused(40, 8, 50);
    expect(told(chain)).toBeUndefined();
    chain.closed(50, 80);
    chain.final(50, 5, 40, 80);
    expect(told(chain)).toEqual({ kind: "refused unbeaten", row: 40, other: -1 });
  });

  test("no step that is too small only by a rounding error, of bids or of the step", () => {
    const tenths = chainOf(0, 0.1);
    tenths.accepted(10, 0.9, 0, 5);
    tenths.accepted(20, 1, 10, 15);
    expect(told(tenths)).toBeUndefined();
    const ones = chainOf(0, 1);
    ones.accepted(10, 0.9, 0, 5);
    ones.accepted(20, 1.9, 10, 15);
    expect(told(ones)).toBeUndefined();
    ones.accepted(30, 2.8, 20, 25);
    expect(told(ones)).toEqual({ kind: "step too small", row: 30, other: 20 });
  });

  test("a refusal below what was certainly there, with a step too small to beat", () => {
    const chain = chainOf(1, 2);
    chain.accepted(10, 5, 0, 5);
    chain.refused(20, 6, 50);
    expect(told(chain)).toBeUndefined();
    chain.refused(30, 7, 50);
    expect(told(chain)).toEqual({ kind: "refused unbeaten", row: 30, other: -1 });
  });
});
