/**
 * An item's highest bid, from all that was said of it. A bid is accepted if and only if it is above the price so far; a
 * refused one may quote the price that beat it; a read gives the price. Accepted prices form a chain, so their order is
 * fixed and only the times are open:
 *
 *     start · seen · bid 5 · 5 seen · 5 seen · bid 9 · 9 seen · …
 *
 * Each is placed as early as that order allows. A refusal of x fits if at some instant of its interval the price was x
 * or more: not before a bid that high was sent, and not while a lower price was provably still to come. A bid of unknown
 * outcome counts where somebody saw its price, and may explain a refusal. No bid is accepted once the item is closed.
 * Exact, O(n log n). With a least increment it is exact where no outcome is unknown, and sound where some are: one bid
 * that may have been accepted can then rule out another, which is not followed up.
 *
 * One chain takes one item after another, so that its arrays are allocated once.
 */
import { orderBy, placeNear } from "./ascending.ts";
import { EarliestBids } from "./earliest-bids.ts";
import { EvidenceList } from "./evidence-list.ts";
import { roomFor } from "./room.ts";

/** How prices can be wrong. `row` is the operation that is, `other` the one that shows it; -1 for none. */
export interface PriceBreach {
  readonly kind:
    | "below the start"
    | "accepted twice"
    | "step too small"
    | "quote too low"
    | "price of nobody"
    | "bid before lower"
    | "seen before bid"
    | "seen before lower"
    | "refused above"
    | "refused unbeaten"
    | "accepted when closed"
    | "closed below";
  readonly row: number;
  readonly other: number;
  /** What `row` bids or shows. */
  readonly amount: number;
  /** What `other` bids or shows; NaN without one. */
  readonly otherAmount: number;
}

const NONE = -1;
/** Differences of decimal fractions are off by less than this share. */
const ROUNDING = 1e-9;

export class PriceChain {
  /** True when two bids are attempts of one request. */
  readonly #sameRequest: (row: number, other: number) => boolean;
  #start = 0;
  #increment = 0;
  #closedNs = 0;
  #closeRow = NONE;
  #early: PriceBreach | undefined;

  readonly #accepted = new EvidenceList();
  readonly #undecided = new EvidenceList();
  readonly #refused = new EvidenceList();
  readonly #seen = new EvidenceList();
  readonly #stored = new EvidenceList();
  readonly #finals = new EvidenceList();

  /** The chain, from the start up: the bid of each price, and by when it was made. */
  #count = 0;
  #near = 0;
  #amounts = new Float64Array(0);
  #bidRow = new Int32Array(0);
  #fromNs = new Float64Array(0);
  #byNs = new Float64Array(0);
  /** Who saw each price: the one who began last, and the one who was done first. */
  #seenNs = new Float64Array(0);
  #seenRow = new Int32Array(0);
  #doneNs = new Float64Array(0);
  #doneRow = new Int32Array(0);
  /** Per price, and once above all: the latest start among all evidence of lower prices, and whose it is. */
  #floorNs = new Float64Array(0);
  #floorPrice = new Float64Array(0);
  #floorRow = new Int32Array(0);
  #order = new Int32Array(0);

  constructor(sameRequest: (row: number, other: number) => boolean) {
    this.#sameRequest = sameRequest;
  }

  /** Bids that were certainly accepted, by an answer. */
  get acceptedCount(): number {
    return this.#accepted.size;
  }

  /** Forgets the item before. The first bid only needs to be above `start`; every other, `increment` above the last. */
  begin(start: number, increment: number): void {
    this.#start = start;
    this.#increment = increment;
    this.#closedNs = Number.POSITIVE_INFINITY;
    this.#closeRow = NONE;
    this.#early = undefined;
    this.#accepted.clear();
    this.#undecided.clear();
    this.#refused.clear();
    this.#seen.clear();
    this.#stored.clear();
    this.#finals.clear();
  }

  accepted(row: number, amount: number, invokeNs: number, returnNs: number): void {
    if (amount <= this.#start) this.#note("below the start", row, amount);
    else this.#accepted.add(row, amount, invokeNs, returnNs);
  }

  undecided(row: number, amount: number, invokeNs: number): void {
    this.#undecided.add(row, amount, invokeNs, Number.POSITIVE_INFINITY);
  }

  /** A bid that was refused as too low, without a price. */
  refused(row: number, amount: number, returnNs: number): void {
    this.#refused.add(row, amount, 0, returnNs);
  }

  /** A bid that was refused as too low, with the price that beat it. */
  beaten(row: number, amount: number, price: number, invokeNs: number, returnNs: number): void {
    if (!this.#beats(price, amount)) this.#note("quote too low", row, amount, NONE, price);
    else this.#seen.add(row, price, invokeNs, returnNs);
  }

  /** The price, as somebody saw it. */
  seen(row: number, price: number, invokeNs: number, returnNs: number): void {
    this.#seen.add(row, price, invokeNs, returnNs);
  }

  /** A bid that is known to have been accepted by `returnNs`, from a list of bids. */
  stored(row: number, amount: number, returnNs: number): void {
    this.#stored.add(row, amount, 0, returnNs);
  }

  /** The item was closed by `returnNs`. */
  closed(row: number, returnNs: number): void {
    if (returnNs >= this.#closedNs) return;
    this.#closedNs = returnNs;
    this.#closeRow = row;
  }

  /** The price at which the item was closed. */
  final(row: number, price: number, invokeNs: number, returnNs: number): void {
    this.#seen.add(row, price, invokeNs, returnNs);
    this.#finals.add(row, price, invokeNs, returnNs);
  }

  /** Undefined when some order, true to real time, explains all of it. */
  breach(): PriceBreach | undefined {
    if (this.#early !== undefined) return this.#early;
    return this.#arrange() ?? this.#look() ?? this.#climb() ?? this.#close() ?? this.#refusals();
  }

  #note(
    kind: PriceBreach["kind"],
    row: number,
    amount: number,
    other: number = NONE,
    otherAmount: number = Number.NaN,
  ): void {
    this.#early ??= { kind, row, amount, other, otherAmount };
  }

  /** True when a bid of `amount` is rightly refused at this price. */
  #beats(price: number, amount: number): boolean {
    return price >= amount || price + this.#increment > amount + this.#slack(amount);
  }

  /** What `#beats` forgives: nothing among whole numbers. Negative, because it is added where doubt must excuse. */
  #slack(amount: number): number {
    return Number.isInteger(amount) && Number.isInteger(this.#increment)
      ? 0
      : -Math.abs(amount) * ROUNDING;
  }

  /** Puts the accepted bids in order of their amounts. Two of one amount are attempts of one request, or a breach. */
  #arrange(): PriceBreach | undefined {
    const { size, rows, amounts, fromNs, byNs } = this.#accepted;
    this.#reserve(size + 2);
    const order = this.#order;
    orderBy(order, size, amounts);
    const ever = Number.NEGATIVE_INFINITY;
    this.#place(0, NONE, this.#start, ever, ever);
    let last = 0;
    for (let i = 0; i < size; i++) {
      const bid = order[i] as number;
      const row = rows[bid] as number;
      const amount = amounts[bid] as number;
      const below = this.#amounts[last] as number;
      const other = this.#bidRow[last] as number;
      if (amount > below) {
        if (last > 0 && amount - below < this.#increment + this.#slack(amount)) {
          return { kind: "step too small", row, amount, other, otherAmount: below };
        }
        this.#place(++last, row, amount, fromNs[bid] as number, byNs[bid] as number);
      } else if (this.#sameRequest(row, other)) {
        this.#fromNs[last] = Math.min(this.#fromNs[last] as number, fromNs[bid] as number);
        this.#byNs[last] = Math.min(this.#byNs[last] as number, byNs[bid] as number);
      } else return { kind: "accepted twice", row, amount, other, otherAmount: below };
    }
    this.#count = last + 1;
    return undefined;
  }

  #place(at: number, row: number, amount: number, fromNs: number, byNs: number): void {
    this.#amounts[at] = amount;
    this.#bidRow[at] = row;
    this.#fromNs[at] = fromNs;
    this.#byNs[at] = byNs;
    this.#seenNs[at] = Number.NEGATIVE_INFINITY;
    this.#seenRow[at] = NONE;
    this.#doneNs[at] = Number.POSITIVE_INFINITY;
    this.#doneRow[at] = NONE;
  }

  /** Hands every price that was seen or stored to its bid. One of unknown outcome was thereby accepted. */
  #look(): PriceBreach | undefined {
    const promoted = new Set<number>();
    const strange =
      this.#promote(this.#seen, true, promoted) ?? this.#promote(this.#stored, false, promoted);
    if (strange !== undefined) return strange;
    if (promoted.size > 0) {
      const broken = this.#arrange();
      if (broken !== undefined) return broken;
    }
    this.#joinRetries();
    const { size, rows, amounts, fromNs, byNs } = this.#seen;
    for (let i = 0; i < size; i++) {
      const at = this.#placeOf(amounts[i] as number, false);
      if ((fromNs[i] as number) > (this.#seenNs[at] as number)) {
        this.#seenNs[at] = fromNs[i] as number;
        this.#seenRow[at] = rows[i] as number;
      }
      if ((byNs[i] as number) < (this.#doneNs[at] as number)) {
        this.#doneNs[at] = byNs[i] as number;
        this.#doneRow[at] = rows[i] as number;
      }
    }
    for (let i = 0; i < this.#stored.size; i++) {
      const amount = this.#stored.amounts[i] as number;
      const at = this.#placeOf(amount, false);
      const storedNs = this.#stored.byNs[i] as number;
      if (storedNs < (this.#byNs[at] as number)) this.#byNs[at] = storedNs;
    }
    return undefined;
  }

  #promote(
    evidence: EvidenceList,
    startToo: boolean,
    promoted: Set<number>,
  ): PriceBreach | undefined {
    const { size, amounts, rows } = evidence;
    let earliest: ReadonlyMap<number, number> | undefined;
    for (let i = 0; i < size; i++) {
      const amount = amounts[i] as number;
      const at = this.#placeOf(amount, false);
      const known = at < this.#count && this.#amounts[at] === amount && (at > 0 || startToo);
      if (known || promoted.has(amount)) continue;
      earliest ??= this.#earliestUndecided();
      const bid = earliest.get(amount);
      if (bid === undefined || amount <= this.#start) {
        const row = rows[i] as number;
        return { kind: "price of nobody", row, amount, other: NONE, otherAmount: Number.NaN };
      }
      promoted.add(amount);
      const { rows: bids, fromNs } = this.#undecided;
      const invokeNs = fromNs[bid] as number;
      this.#accepted.add(bids[bid] as number, amount, invokeNs, Number.POSITIVE_INFINITY);
    }
    return undefined;
  }

  /** By amount, the place in `undecided` of the bid that was sent first. */
  #earliestUndecided(): Map<number, number> {
    const { size, amounts, fromNs } = this.#undecided;
    const earliest = new Map<number, number>();
    for (let i = 0; i < size; i++) {
      const other = earliest.get(amounts[i] as number);
      const earlier = other === undefined || (fromNs[i] as number) < (fromNs[other] as number);
      if (earlier) earliest.set(amounts[i] as number, i);
    }
    return earliest;
  }

  /** The place of the first price of `amount` or more, or above it. What comes after one another is of similar prices. */
  #placeOf(amount: number, above: boolean): number {
    const near = Math.min(this.#near, this.#count);
    this.#near = placeNear(this.#amounts, this.#count, amount, above, near);
    return this.#near;
  }

  /** An accepted bid may have had its effect in an earlier attempt, of which nobody heard. */
  #joinRetries(): void {
    const { size, rows, amounts, fromNs } = this.#undecided;
    for (let i = 0; i < size; i++) {
      const at = this.#placeOf(amounts[i] as number, false);
      if (at === 0 || at === this.#count || this.#amounts[at] !== amounts[i]) continue;
      if (!this.#sameRequest(rows[i] as number, this.#bidRow[at] as number)) continue;
      this.#fromNs[at] = Math.min(this.#fromNs[at] as number, fromNs[i] as number);
    }
  }

  /** Walks up the prices: nothing about a price may be over before something about a lower one began. */
  #climb(): PriceBreach | undefined {
    let floorNs = Number.NEGATIVE_INFINITY;
    let floorRow = NONE;
    let floorPrice = Number.NaN;
    for (let at = 0; at < this.#count; at++) {
      this.#floorNs[at] = floorNs;
      this.#floorRow[at] = floorRow;
      this.#floorPrice[at] = floorPrice;
      const amount = this.#amounts[at] as number;
      const row = this.#bidRow[at] as number;
      const lower = { amount, other: floorRow, otherAmount: floorPrice };
      if (floorNs > (this.#byNs[at] as number)) return { kind: "bid before lower", row, ...lower };
      const doneNs = this.#doneNs[at] as number;
      const done = this.#doneRow[at] as number;
      const fromNs = this.#fromNs[at] as number;
      if (fromNs > doneNs) {
        return { kind: "seen before bid", row: done, amount, other: row, otherAmount: amount };
      }
      if (floorNs > doneNs) return { kind: "seen before lower", row: done, ...lower };
      if (fromNs > floorNs) {
        floorNs = fromNs;
        floorRow = row;
        floorPrice = amount;
      }
      if ((this.#seenNs[at] as number) > floorNs) {
        floorNs = this.#seenNs[at] as number;
        floorRow = this.#seenRow[at] as number;
        floorPrice = amount;
      }
    }
    this.#floorNs[this.#count] = floorNs;
    this.#floorRow[this.#count] = floorRow;
    this.#floorPrice[this.#count] = floorPrice;
    return undefined;
  }

  #close(): PriceBreach | undefined {
    const top = this.#count - 1;
    for (let at = 1; at < this.#count; at++) {
      const latestNs = Math.max(this.#floorNs[at] as number, this.#fromNs[at] as number);
      if (latestNs <= this.#closedNs) continue;
      const amount = this.#amounts[at] as number;
      const row = this.#bidRow[at] as number;
      const other = this.#closeRow;
      return { kind: "accepted when closed", row, amount, other, otherAmount: Number.NaN };
    }
    const { size, rows, amounts } = this.#finals;
    for (let i = 0; i < size; i++) {
      const amount = amounts[i] as number;
      const highest = this.#amounts[top] as number;
      if (highest <= amount) continue;
      const other = this.#bidRow[top] as number;
      return { kind: "closed below", row: rows[i] as number, amount, other, otherAmount: highest };
    }
    return undefined;
  }

  #refusals(): PriceBreach | undefined {
    const { size, rows, amounts, byNs } = this.#refused;
    let undecided: EarliestBids | undefined;
    const stepped = this.#increment > 0;
    for (let i = 0; i < size; i++) {
      const amount = amounts[i] as number;
      const returnNs = byNs[i] as number;
      const least = stepped ? amount - this.#increment + this.#slack(amount) : amount;
      const at = this.#placeOf(least, stepped);
      const above = at < this.#count;
      const floorNs = this.#floorNs[at] as number;
      const row = rows[i] as number;
      if (floorNs > returnNs) {
        const other = this.#floorRow[at] as number;
        const otherAmount = this.#floorPrice[at] as number;
        return { kind: "refused above", row, amount, other, otherAmount };
      }
      if (above && (this.#fromNs[at] as number) <= returnNs) continue;
      const next = above ? (this.#amounts[at] as number) : Number.POSITIVE_INFINITY;
      undecided ??= this.#possibleBids();
      const possibleNs = undecided.earliest(least, stepped, next);
      if (possibleNs <= returnNs && floorNs <= this.#closedNs) continue;
      const other = above ? (this.#bidRow[at] as number) : NONE;
      return { kind: "refused unbeaten", row, amount, other, otherAmount: next };
    }
    return undefined;
  }

  /** Bids of unknown outcome that may have been accepted before the item was closed. */
  #possibleBids(): EarliestBids {
    const { size, amounts, fromNs } = this.#undecided;
    let ceiling = Number.POSITIVE_INFINITY;
    for (let i = 0; i < this.#finals.size; i++) {
      ceiling = Math.min(ceiling, this.#finals.amounts[i] as number);
    }
    const order: number[] = [];
    for (let i = 0; i < size; i++) {
      const possible = (fromNs[i] as number) <= this.#closedNs && (amounts[i] as number) <= ceiling;
      if (possible) order.push(i);
    }
    order.sort((a, b) => (amounts[a] as number) - (amounts[b] as number));
    return new EarliestBids(
      Float64Array.from(order, (i) => amounts[i] as number),
      Float64Array.from(order, (i) => fromNs[i] as number),
    );
  }

  #reserve(count: number): void {
    const size = roomFor(count, this.#amounts.length);
    if (size === this.#amounts.length) return;
    this.#amounts = new Float64Array(size);
    this.#bidRow = new Int32Array(size);
    this.#fromNs = new Float64Array(size);
    this.#byNs = new Float64Array(size);
    this.#seenNs = new Float64Array(size);
    this.#seenRow = new Int32Array(size);
    this.#doneNs = new Float64Array(size);
    this.#doneRow = new Int32Array(size);
    this.#floorNs = new Float64Array(size);
    this.#floorPrice = new Float64Array(size);
    this.#floorRow = new Int32Array(size);
    this.#order = new Int32Array(size);
  }
}
