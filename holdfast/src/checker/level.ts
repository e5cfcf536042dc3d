/**
 * Something that goes up and down and never below a floor: an account, a stock. Nobody knows the order of what
 * happened at the same time, but at every moment the level lies between two bounds:
 *
 *     highest(t)   start + rises begun by t          - falls over before t
 *     lowest(t)    start + rises over before t       - falls begun by t        (those of unknown outcome included)
 *
 *     rise    ├──────┤             may count from here, must count after there
 *             ╎      └ over
 *             └ begun              of unknown outcome: may count from here, need never count
 *
 * `overdraft` places each rise as early and each fall as late as may be. That is the most favourable order there is, so
 * it is exact as long as nobody was refused and nobody looked. A refusal needs a moment of its interval at which the
 * level could have been lower than what it asked for, a reading one at which it could have been what was read: both
 * are sound but not complete, because they look at one operation at a time. `orderOf` in `level-order.ts` completes
 * them for the objects where that can be afforded.
 *
 * Amounts are whole numbers, so that sums are exact.
 */
import { EvidenceList } from "./evidence-list.ts";
import { LEVEL_MOMENTS_MAX } from "./limits.ts";
import { TimedSums } from "./timed-sums.ts";

/** A fall that no order of events allows. */
export interface Overdraft {
  /** Places in `changes` of all falls over by then, in order of their ends; the last one is too many. */
  readonly falls: readonly number[];
  readonly atNs: number;
}

/** Refusals or readings that no order of events allows. */
export interface Misfit {
  /** Place in `refusals` or `readings` of the one that was over first. */
  readonly place: number;
  readonly count: number;
  /** The bounds of the level over the whole interval of that one. */
  readonly lowest: number;
  readonly highest: number;
}

export class Level {
  start = 0;
  /** Rises and falls (below 0), with the interval that holds their effect; infinite where they may never happen. */
  readonly changes: EvidenceList = new EvidenceList();
  readonly refusals: EvidenceList = new EvidenceList();
  readonly readings: EvidenceList = new EvidenceList();
  readonly #floor: number;
  readonly #risesBegun = new TimedSums();
  readonly #risesOver = new TimedSums();
  readonly #fallsBegun = new TimedSums();
  readonly #fallsOver = new TimedSums();

  /** `floor`: what the level may never go below; minus infinity for none. */
  constructor(floor: number) {
    this.#floor = floor;
  }

  /** Forgets the object before. */
  begin(start: number): void {
    this.start = start;
    this.changes.clear();
    this.refusals.clear();
    this.readings.clear();
  }

  /** A rise, or a fall where `amount` is below 0. `byNs` is infinite when it may never happen. */
  change(row: number, amount: number, fromNs: number, byNs: number): void {
    if (amount !== 0) this.changes.add(row, amount, fromNs, byNs);
  }

  /** Somebody was told that less than `amount` was there. */
  refused(row: number, amount: number, fromNs: number, byNs: number): void {
    this.refusals.add(row, amount, fromNs, byNs);
  }

  /** Somebody was told the level. */
  read(row: number, level: number, fromNs: number, byNs: number): void {
    this.readings.add(row, level, fromNs, byNs);
  }

  /** To be called once all is known of the object, before the questions below. */
  settle(): void {
    const { amounts, fromNs, byNs, size } = this.changes;
    this.#risesBegun.clear();
    this.#fallsOver.clear();
    for (let place = 0; place < size; place++) {
      const amount = amounts[place] as number;
      const by = byNs[place] as number;
      if (amount > 0) this.#risesBegun.add(fromNs[place] as number, amount, place);
      else if (by < Number.POSITIVE_INFINITY) this.#fallsOver.add(by, -amount, place);
    }
    this.#risesBegun.settle();
    this.#fallsOver.settle();
    if (this.refusals.size + this.readings.size !== 0) this.#settleLowest();
  }

  #settleLowest(): void {
    const { amounts, fromNs, byNs, size } = this.changes;
    this.#risesOver.clear();
    this.#fallsBegun.clear();
    for (let place = 0; place < size; place++) {
      const amount = amounts[place] as number;
      if (amount < 0) this.#fallsBegun.add(fromNs[place] as number, -amount, place);
      else this.#risesOver.add(byNs[place] as number, amount, place);
    }
    this.#risesOver.settle();
    this.#fallsBegun.settle();
  }

  /** The first fall that is one too many; undefined when all can have happened. */
  overdraft(): Overdraft | undefined {
    const falls = this.#fallsOver;
    const rises = this.#risesBegun;
    let level = this.start;
    let next = 0;
    for (let i = 0; i < falls.size; i++) {
      const atNs = falls.atNs[i] as number;
      for (; next < rises.size && (rises.atNs[next] as number) <= atNs; next++) {
        level += rises.amounts[next] as number;
      }
      level -= falls.amounts[i] as number;
      if (level < this.#floor) return { falls: [...falls.places.subarray(0, i + 1)], atNs };
    }
    return undefined;
  }

  /** Places in `changes` of the rises that had begun by a moment. */
  risesBy(ns: number): number[] {
    return [...this.#risesBegun.places.subarray(0, this.#risesBegun.countUpTo(ns))];
  }

  /** Rows of the changes that began last by a moment, at most `count`: what the level was made of. */
  latestRows(ns: number, count: number): number[] {
    const { size, fromNs, rows } = this.changes;
    return Array.from({ length: size }, (_, place) => place)
      .filter((place) => (fromNs[place] as number) <= ns)
      .sort((a, b) => (fromNs[b] as number) - (fromNs[a] as number) || b - a)
      .slice(0, count)
      .map((place) => rows[place] as number);
  }

  /** Refusals of what was there at every moment; undefined when all can be explained. */
  wrongRefusal(): Misfit | undefined {
    return this.#misfit(this.refusals, (amount, from, by) => this.#mayBeShort(amount, from, by));
  }

  /** Readings of what the level was at no moment; undefined when all can be explained. */
  wrongReading(): Misfit | undefined {
    return this.#misfit(this.readings, (value, from, by) => this.#mayBe(value, from, by));
  }

  #misfit(
    { size, amounts, fromNs, byNs }: EvidenceList,
    fits: (amount: number, fromNs: number, byNs: number) => boolean,
  ): Misfit | undefined {
    let first = -1;
    let count = 0;
    for (let place = 0; place < size; place++) {
      const by = byNs[place] as number;
      if (fits(amounts[place] as number, fromNs[place] as number, by)) continue;
      count += 1;
      if (first < 0 || by < (byNs[first] as number)) first = place;
    }
    if (first < 0) return undefined;
    const from = fromNs[first] as number;
    const by = byNs[first] as number;
    const lowest = Math.max(this.#floor, this.#lowestWithin(from, by));
    return { place: first, count, lowest, highest: this.#highestWithin(from, by) };
  }

  /** Lower than `amount` at some moment: the level's lower bound falls only where a fall begins. */
  #mayBeShort(amount: number, fromNs: number, byNs: number): boolean {
    if (this.#floor >= amount) return false;
    if (this.#lowest(fromNs) < amount) return true;
    if (this.#lowestWithin(fromNs, byNs) >= amount) return false;
    return this.#someMoment(this.#fallsBegun, fromNs, byNs, (ns) => this.#lowest(ns) < amount);
  }

  /** Just `value` at some moment: its bounds let it in only where a rise or a fall begins. */
  #mayBe(value: number, fromNs: number, byNs: number): boolean {
    if (!(value >= this.#floor)) return false;
    const fits = (ns: number): boolean => this.#lowest(ns) <= value && value <= this.#highest(ns);
    if (fits(fromNs)) return true;
    if (this.#lowestWithin(fromNs, byNs) > value) return false;
    if (this.#highestWithin(fromNs, byNs) < value) return false;
    return (
      this.#someMoment(this.#fallsBegun, fromNs, byNs, fits) ||
      this.#someMoment(this.#risesBegun, fromNs, byNs, fits)
    );
  }

  /** True as well when there are too many moments to try. */
  #someMoment(
    events: TimedSums,
    fromNs: number,
    byNs: number,
    fits: (ns: number) => boolean,
  ): boolean {
    const first = events.countUpTo(fromNs);
    for (let i = first; i < events.size; i++) {
      const ns = events.atNs[i] as number;
      if (ns > byNs) return false;
      if (i - first > LEVEL_MOMENTS_MAX || fits(ns)) return true;
    }
    return false;
  }

  #lowest(ns: number): number {
    return this.start + this.#risesOver.before(ns) - this.#fallsBegun.upTo(ns);
  }

  #highest(ns: number): number {
    return this.start + this.#risesBegun.upTo(ns) - this.#fallsOver.before(ns);
  }

  #lowestWithin(fromNs: number, byNs: number): number {
    return this.start + this.#risesOver.before(fromNs) - this.#fallsBegun.upTo(byNs);
  }

  #highestWithin(fromNs: number, byNs: number): number {
    return this.start + this.#risesBegun.upTo(byNs) - this.#fallsOver.before(fromNs);
  }
}
