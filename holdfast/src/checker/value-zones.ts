/**
 * A value that is written and read, where every write is of a value of its own, so that each read tells which write it
 * saw (Gibbons and Korach 1997). A value, its write and all that read it, fills the time from the first return among
 * them to the last call:
 *
 *     |-- write a --|   >~~~~~ a ~~~~~<   |-- read a --|        first return < last call: nothing else fits between
 *                  |-- write b --|                              first return ≥ last call: b needs only one instant
 *
 * One value must come before another where something of it was over before something of the other began. An order
 * exists if and only if nobody read a value before its write began, and no two values must each come before the other.
 * A write of unknown outcome that nobody saw is left out; one that was seen took effect, at some time. Exact,
 * O(n log n).
 *
 * Values are numbers from 0 up, dealt out by the caller, and 0 is the value before the first write. One object takes one
 * history after another, so that its arrays are allocated once.
 */
import { orderBy, placeNear } from "./ascending.ts";
import { roomFor } from "./room.ts";

/** Why the reads are impossible, with the rows that show it; -1 stands for the start. */
export type ValueBreach =
  | { readonly kind: "never written"; readonly read: number }
  | { readonly kind: "read before write"; readonly read: number; readonly write: number }
  | {
      /** `old` was there by `oldOver`, before `newBegan`; the new value was there by `newOver`, before `oldBegan`. */
      readonly kind: "old read after new";
      readonly oldOver: number;
      readonly newBegan: number;
      readonly newOver: number;
      readonly oldBegan: number;
    };

const NONE = -1;
const START = 0;

export class ValueZones {
  /** Values so far, the one at the start included. */
  #count = 0;
  #twice = false;
  /** Per value: its write, when that began, the first to be over, the last to begin. */
  #write = new Int32Array(0);
  #writtenNs = new Float64Array(0);
  #overNs = new Float64Array(0);
  #overRow = new Int32Array(0);
  #beganNs = new Float64Array(0);
  #beganRow = new Int32Array(0);
  /** The read that was over first, because it may have come before the write. */
  #readNs = new Float64Array(0);
  #readRow = new Int32Array(0);

  /** The values that fill a time, by when that time begins. */
  #zones = new Int32Array(0);
  #zoneNs = new Float64Array(0);
  #order = new Int32Array(0);

  begin(): void {
    this.#count = 0;
    this.#twice = false;
    this.#value(START);
    this.#write[START] = START;
    this.#writtenNs[START] = Number.NEGATIVE_INFINITY;
    this.#overNs[START] = Number.NEGATIVE_INFINITY;
  }

  /** `returnNs` is infinite for a write of unknown outcome. */
  written(value: number, row: number, invokeNs: number, returnNs: number): void {
    this.#value(value);
    if (this.#write[value] !== NONE) this.#twice = true;
    this.#write[value] = row;
    this.#writtenNs[value] = invokeNs;
    this.#note(value, row, invokeNs, returnNs);
  }

  /** Another attempt of the request that wrote the value: it has one effect, between the first call and an answer. */
  writtenAgain(value: number, row: number, invokeNs: number, returnNs: number): void {
    this.#writtenNs[value] = Math.min(this.#writtenNs[value] as number, invokeNs);
    if (returnNs < (this.#overNs[value] as number)) {
      this.#overNs[value] = returnNs;
      this.#overRow[value] = row;
    }
  }

  /** The row that wrote a value; -1 while there is none. */
  writeOf(value: number): number {
    return value < this.#count ? (this.#write[value] as number) : NONE;
  }

  read(value: number, row: number, invokeNs: number, returnNs: number): void {
    this.#value(value);
    this.#note(value, row, invokeNs, returnNs);
    if (returnNs < (this.#readNs[value] as number)) {
      this.#readNs[value] = returnNs;
      this.#readRow[value] = row;
    }
  }

  /** Undefined when the reads can be explained; "ambiguous" when a value was written twice. */
  breach(): ValueBreach | "ambiguous" | undefined {
    if (this.#twice) return "ambiguous";
    let filled = 0;
    for (let value = 0; value < this.#count; value++) {
      const wrong = this.#beforeWrite(value);
      if (wrong !== undefined) return wrong;
      if (!((this.#overNs[value] as number) < (this.#beganNs[value] as number))) continue;
      this.#zones[filled] = value;
      this.#zoneNs[filled] = this.#overNs[value] as number;
      filled += 1;
    }
    return this.#betweenZones(filled) ?? this.#withinZones(filled);
  }

  #beforeWrite(value: number): ValueBreach | undefined {
    const read = this.#readRow[value] as number;
    const write = this.#write[value] as number;
    if (write === NONE) return { kind: "never written", read };
    const late = (this.#writtenNs[value] as number) > (this.#readNs[value] as number);
    return late ? { kind: "read before write", read, write } : undefined;
  }

  /** Two values that both fill one time. Leaves `order` with the zones by their beginnings, and those in `zoneNs`. */
  #betweenZones(filled: number): ValueBreach | undefined {
    orderBy(this.#order, filled, this.#zoneNs);
    for (let i = 0; i < filled; i++) {
      this.#order[i] = this.#zones[this.#order[i] as number] as number;
    }
    for (let i = 0; i < filled; i++) {
      const value = this.#order[i] as number;
      this.#zoneNs[i] = this.#overNs[value] as number;
      // Before the first there is none, and what is compared with nothing is not before it.
      const before = this.#order[i - 1] as number;
      if ((this.#overNs[value] as number) < (this.#beganNs[before] as number)) {
        return this.#conflict(before, value);
      }
    }
    return undefined;
  }

  /** A value that needs an instant where another one fills the time. */
  #withinZones(filled: number): ValueBreach | undefined {
    let near = 0;
    for (let value = 0; value < this.#count; value++) {
      const overNs = this.#overNs[value] as number;
      const beganNs = this.#beganNs[value] as number;
      if (overNs < beganNs) continue;
      near = placeNear(this.#zoneNs, filled, beganNs, false, near);
      // None, where no other began to fill the time before; and what has no end comes after all else, or never.
      const around = this.#order[near - 1] as number;
      if (overNs < (this.#beganNs[around] as number)) return this.#conflict(around, value);
    }
    return undefined;
  }

  #conflict(old: number, newer: number): ValueBreach {
    return {
      kind: "old read after new",
      oldOver: this.#overRow[old] as number,
      newBegan: this.#beganRow[newer] as number,
      newOver: this.#overRow[newer] as number,
      oldBegan: this.#beganRow[old] as number,
    };
  }

  #note(value: number, row: number, invokeNs: number, returnNs: number): void {
    if (returnNs < (this.#overNs[value] as number)) {
      this.#overNs[value] = returnNs;
      this.#overRow[value] = row;
    }
    if (invokeNs > (this.#beganNs[value] as number)) {
      this.#beganNs[value] = invokeNs;
      this.#beganRow[value] = row;
    }
  }

  /** Makes room for a value. Values are dealt out in order, so that at most one is new. */
  #value(value: number): void {
    if (value < this.#count) return;
    this.#count = value + 1;
    const room = roomFor(this.#count, this.#write.length);
    if (room !== this.#write.length) this.#grow(room);
    this.#write[value] = NONE;
    this.#overNs[value] = Number.POSITIVE_INFINITY;
    this.#overRow[value] = NONE;
    this.#beganNs[value] = Number.NEGATIVE_INFINITY;
    this.#beganRow[value] = NONE;
    this.#readNs[value] = Number.POSITIVE_INFINITY;
    this.#readRow[value] = NONE;
  }

  #grow(size: number): void {
    this.#write = copied(this.#write, new Int32Array(size));
    this.#writtenNs = copied(this.#writtenNs, new Float64Array(size));
    this.#overNs = copied(this.#overNs, new Float64Array(size));
    this.#overRow = copied(this.#overRow, new Int32Array(size));
    this.#beganNs = copied(this.#beganNs, new Float64Array(size));
    this.#beganRow = copied(this.#beganRow, new Int32Array(size));
    this.#readNs = copied(this.#readNs, new Float64Array(size));
    this.#readRow = copied(this.#readRow, new Int32Array(size));
    this.#zones = new Int32Array(size);
    this.#zoneNs = new Float64Array(size);
    this.#order = new Int32Array(size);
  }
}

function copied<A extends Float64Array | Int32Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
