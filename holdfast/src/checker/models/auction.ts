/**
 * An item's highest bid. A bid is accepted if and only if it is above the highest so far; a rejected one may quote the
 * price that beat it; a read gives the price. Accepted prices form a chain, so their order is fixed and only the times
 * are open:
 *
 *     start · reads of it · bid 5 · reads of 5 · bid 9 · reads of 9 · …
 *
 * Each is placed as early as that order allows. A rejection of x fits if at some instant of its interval the price was
 * x or more: not before a bid that high was sent, and not after a lower one was provably still to come. A bid of unknown
 * outcome counts where somebody saw its price, and may explain a rejection. Exact, O(n log n).
 */
import type { Step } from "../model.ts";
import { unknownOperation } from "../model.ts";
import type { Breach, ObjectHistory, ObjectModel } from "../object-model.ts";
import { describe } from "../object-model.ts";
import type { Placeable } from "../search.ts";

const OPERATIONS = ["bid", "read"];

export const auction: ObjectModel = {
  problem: ({ f, input, output, outcome }) => {
    if (!OPERATIONS.includes(f)) return unknownOperation(OPERATIONS);
    if (f === "bid") {
      if (typeof input !== "number") return "value must be the amount of the bid";
      const quote = outcome === "rejected" ? (output ?? 0) : 0;
      return typeof quote === "number" ? undefined : "value must be the price that beat the bid";
    }
    if (outcome !== "ok" || output === undefined || typeof output === "number") return undefined;
    return "value must be the price";
  },
  initialProblem: (initial) =>
    (initial ?? null) === null || typeof initial === "number" ? undefined : "must be a number",
  check,
};

/** A price that the item certainly had: the bid that made it, and everybody who saw it. */
interface Price {
  readonly amount: number;
  /** Place of the bid; -1 for the starting price. */
  readonly bid: number;
  /** When the bid was sent, and by when it had its effect. */
  readonly invokeNs: number;
  readonly returnNs: number;
  /** Places of the reads, and of the rejections that quote it. */
  readonly seen: number[];
}

/** The latest start among all evidence of lower prices, and whose it is. */
interface Floor {
  readonly atNs: number;
  readonly place: number;
}

function check({ operations, initial }: ObjectHistory): Breach | undefined {
  const start = (initial ?? 0) as number;
  const prices = new Map<number, Price>();
  prices.set(start, {
    amount: start,
    bid: -1,
    invokeNs: Number.NEGATIVE_INFINITY,
    returnNs: Number.POSITIVE_INFINITY,
    seen: [],
  });
  const wrong = notePrices(operations, start, prices);
  if (wrong !== undefined) return wrong;
  const chain = [...prices.values()].sort((a, b) => a.amount - b.amount);
  const floors: Floor[] = [];
  return brokenChain(operations, chain, floors) ?? falseRejection(operations, chain, floors);
}

/** Collects the prices there certainly were; a breach for one that there cannot have been. */
function notePrices(
  operations: readonly Placeable[],
  start: number,
  prices: Map<number, Price>,
): Breach | undefined {
  const unknown = new Map<number, number>();
  for (const [place, { step, invokeNs, returnNs }] of operations.entries()) {
    const amount = step.input as number;
    if (step.f !== "bid" || step.outcome === "rejected") continue;
    if (step.outcome === "unknown") {
      const other = unknown.get(amount);
      const earlier = other === undefined || invokeNs < (operations[other] as Placeable).invokeNs;
      if (earlier) unknown.set(amount, place);
      continue;
    }
    if (amount <= start) {
      return { places: [place], why: `${describe(step)} is not above the starting price ${start}` };
    }
    const twin = prices.get(amount);
    if (twin !== undefined) {
      return { places: [twin.bid, place], why: `${describe(step)} was accepted twice` };
    }
    prices.set(amount, { amount, bid: place, invokeNs, returnNs, seen: [] });
  }
  for (const [place, { step }] of operations.entries()) {
    const seen = seenBy(step);
    if (seen === undefined) continue;
    if (step.f === "bid" && seen < (step.input as number)) {
      return { places: [place], why: `${describe(step)}: rejected although it is above the price` };
    }
    let price = prices.get(seen);
    if (price === undefined) {
      const bid = unknown.get(seen);
      if (bid === undefined || seen < start) {
        return { places: [place], why: `${describe(step)} names a price that nobody bid` };
      }
      const { invokeNs, returnNs } = operations[bid] as Placeable;
      price = { amount: seen, bid, invokeNs, returnNs, seen: [] };
      prices.set(seen, price);
    }
    price.seen.push(place);
  }
  return undefined;
}

/** The price that an operation shows; undefined when it shows none. */
function seenBy({ f, output, outcome }: Step): number | undefined {
  const shows = f === "read" ? outcome === "ok" : outcome === "rejected";
  return shows && typeof output === "number" ? output : undefined;
}

/** Walks up the prices; fills `floors`, one per price and one above all. */
function brokenChain(
  operations: readonly Placeable[],
  chain: readonly Price[],
  floors: Floor[],
): Breach | undefined {
  let floor: Floor = { atNs: Number.NEGATIVE_INFINITY, place: -1 };
  for (const { bid, invokeNs, returnNs, seen } of chain) {
    floors.push(floor);
    if (floor.atNs > returnNs) {
      const lower = describe(stepAt(operations, floor.place));
      return {
        places: [floor.place, bid],
        why: `${describe(stepAt(operations, bid))} was over before ${lower} began, and prices only rise`,
      };
    }
    if (invokeNs > floor.atNs) floor = { atNs: invokeNs, place: bid };
    for (const place of seen) {
      if (floor.atNs <= (operations[place] as Placeable).returnNs) continue;
      const later = describe(stepAt(operations, floor.place));
      return {
        places: [floor.place, place],
        why: `${describe(stepAt(operations, place))} was over before ${later} began, and prices only rise`,
      };
    }
    for (const place of seen) {
      const seenNs = (operations[place] as Placeable).invokeNs;
      if (seenNs > floor.atNs) floor = { atNs: seenNs, place };
    }
  }
  floors.push(floor);
  return undefined;
}

function falseRejection(
  operations: readonly Placeable[],
  chain: readonly Price[],
  floors: readonly Floor[],
): Breach | undefined {
  const amounts = Float64Array.from(chain, ({ amount }) => amount);
  const undecided = new EarliestBids(operations);
  for (const [place, { step, returnNs }] of operations.entries()) {
    if (step.f !== "bid" || step.outcome !== "rejected" || typeof step.output === "number")
      continue;
    const amount = step.input as number;
    const above = lowerBound(amounts, amount);
    const floor = floors[above] as Floor;
    if (floor.atNs > returnNs) {
      const lower = describe(stepAt(operations, floor.place));
      return {
        places: [floor.place, place],
        why: `${describe(step)}, although the price was lower until ${lower} began`,
      };
    }
    const next = chain[above];
    const explainedNs = Math.min(
      next?.invokeNs ?? Number.POSITIVE_INFINITY,
      undecided.earliest(amount, next?.amount ?? Number.POSITIVE_INFINITY),
    );
    if (explainedNs > returnNs) {
      const places = next === undefined ? [place] : [place, next.bid];
      return { places, why: `${describe(step)}, although no bid as high had been sent by then` };
    }
  }
  return undefined;
}

/** Bids of unknown outcome by amount, with the earliest call of any range of amounts (a sparse table). */
class EarliestBids {
  readonly #amounts: Float64Array;
  /** Level k: the earliest of 2^k bids from here on. */
  readonly #levels: Float64Array[];

  constructor(operations: readonly Placeable[]) {
    const bids = operations
      .filter(({ step }) => step.f === "bid" && step.outcome === "unknown")
      .sort((a, b) => (a.step.input as number) - (b.step.input as number));
    this.#amounts = Float64Array.from(bids, ({ step }) => step.input as number);
    let level = Float64Array.from(bids, ({ invokeNs }) => invokeNs);
    this.#levels = [level];
    for (let span = 1; span * 2 <= bids.length; span *= 2) {
      const lower = level;
      level = new Float64Array(bids.length - span * 2 + 1);
      for (let i = 0; i < level.length; i++) {
        level[i] = Math.min(lower[i] as number, lower[i + span] as number);
      }
      this.#levels.push(level);
    }
  }

  /** Over the amounts from `low` up to, not including, `high`; infinite without one. */
  earliest(low: number, high: number): number {
    const from = lowerBound(this.#amounts, low);
    const to = lowerBound(this.#amounts, high);
    if (from >= to) return Number.POSITIVE_INFINITY;
    const level = 31 - Math.clz32(to - from);
    const earliest = this.#levels[level] as Float64Array;
    return Math.min(earliest[from] as number, earliest[to - 2 ** level] as number);
  }
}

/** The first place whose value is `value` or more. */
function lowerBound(values: Float64Array, value: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function stepAt(operations: readonly Placeable[], place: number): Step {
  return (operations[place] as Placeable).step;
}
