/**
 * What the reads of a history say of each list: the longest one is the order in which its elements were appended, and
 * every other must be a beginning of it. On the way everything is noted that no order of transactions could explain.
 */
import { Growing } from "./growing.ts";
import type { AnomalyKind } from "./isolation.ts";
import type { Element, Micro, Transaction } from "./transaction.ts";

/** One list of the database. */
export class List {
  readonly key: string;
  readonly number: number;
  /** Every element that was appended or read, by its number. */
  readonly numbers: Map<Element, number> = new Map();
  /** The longest beginning that anybody saw, as elements and as their numbers. */
  readonly order: Element[] = [];
  readonly orderNumbers: number[] = [];
  /** The transaction that saw it. */
  seenBy = -1;
  /** By how many elements were read: the acknowledged transaction that read so many and then appended. */
  readonly updates: Map<number, number> = new Map();
  /** Within the transaction `touchedBy`: what it read last, if it did, and has appended since. */
  touchedBy = -1;
  read: readonly Element[] | undefined;
  /** How many elements of others it found, if it looked before it appended; else -1. */
  found = -1;
  readonly own: Element[] = [];
  /** The element appended last, and by whom. */
  lastAppended = -1;
  appendedBy = -1;

  constructor(key: string, number: number) {
    this.key = key;
    this.number = number;
  }
}

/** What is known of each element, by its number; -1 for what is not. */
export class Elements {
  readonly writers: number[] = [];
  /** Where it stands in the order of its list. */
  readonly places: number[] = [];
  /** What the same transaction appended to the list right before it, and right after it. */
  readonly before: number[] = [];
  readonly after: number[] = [];

  add(writer: number): number {
    this.places.push(NONE);
    this.before.push(NONE);
    this.after.push(NONE);
    return this.writers.push(writer) - 1;
  }
}

export const NONE = -1;

/** Something that certainly went wrong, with the transactions that show it. */
export interface Oddity {
  readonly kind: AnomalyKind;
  readonly transactions: readonly number[];
  readonly why: string;
}

export interface Observations {
  readonly lists: ReadonlyMap<string, List>;
  readonly elements: Elements;
  readonly oddities: readonly Oddity[];
  /** An element that was appended twice, as `5 to x`: then nothing can be said. */
  readonly ambiguous: string | undefined;
  /** Reads of what others wrote: the transaction, the list (by its place), and how many elements it saw. */
  readonly reads: { transactions: Growing; lists: Growing; lengths: Growing };
}

export function observe(transactions: readonly Transaction[]): Observations {
  const observer = new Observer(transactions);
  for (let place = 0; place < transactions.length; place++) observer.noteAppends(place);
  for (let place = 0; place < transactions.length; place++) observer.noteReads(place);
  return observer;
}

class Observer implements Observations {
  readonly lists = new Map<string, List>();
  readonly elements = new Elements();
  readonly oddities: Oddity[] = [];
  ambiguous: string | undefined;
  readonly reads: Observations["reads"] = {
    transactions: new Growing(),
    lists: new Growing(),
    lengths: new Growing(),
  };
  readonly #transactions: readonly Transaction[];

  constructor(transactions: readonly Transaction[]) {
    this.#transactions = transactions;
  }

  noteAppends(place: number): void {
    for (const micro of (this.#transactions[place] as Transaction).micros) {
      if (micro.f !== "append") continue;
      const list = this.#list(micro.key);
      if (list.numbers.has(micro.value)) this.ambiguous ??= `${micro.value} to ${micro.key}`;
      const element = this.elements.add(place);
      list.numbers.set(micro.value, element);
      if (list.appendedBy === place) {
        this.elements.after[list.lastAppended] = element;
        this.elements.before[element] = list.lastAppended;
      }
      list.appendedBy = place;
      list.lastAppended = element;
    }
  }

  noteReads(place: number): void {
    const { micros, outcome } = this.#transactions[place] as Transaction;
    if (outcome !== "ok") return;
    for (const micro of micros) {
      const list = this.#list(micro.key);
      if (list.touchedBy !== place) {
        list.touchedBy = place;
        list.read = undefined;
        list.own.length = 0;
        list.found = -1;
        if (micro.f === "r" && micro.list !== undefined)
          this.#noteExternal(place, list, micro.list);
      }
      if (micro.f === "append") this.#append(place, list, micro.value);
      else if (micro.list !== undefined) this.#noteRead(place, list, micro);
    }
  }

  #append(place: number, list: List, value: Element): void {
    const { read, found } = list;
    list.own.push(value);
    const at = this.elements.places[list.numbers.get(value) as number] as number;
    if (read !== undefined && at !== NONE && at < read.length) {
      this.#odd("internal", [place], `read ${value} in ${list.key} before it appended it`);
    }
    if (found < 0) return;
    list.found = -1;
    const other = list.updates.get(found);
    if (other === undefined) list.updates.set(found, place);
    else {
      const why = `both read ${list.key} with ${found} elements and then appended to it`;
      this.#odd("lost-update", [other, place], why);
    }
  }

  /** A list before the transaction has touched it itself: somebody else's work. */
  #noteExternal(place: number, list: List, elements: readonly Element[]): void {
    list.found = elements.length;
    this.reads.transactions.push(place);
    this.reads.lists.push(list.number);
    this.reads.lengths.push(elements.length);
  }

  #noteRead(place: number, list: List, micro: Micro & { f: "r" }): void {
    const elements = micro.list as readonly Element[];
    if (!isOwnView(list, elements)) {
      this.#odd(
        "internal",
        [place],
        `read ${list.key} as ${shown(elements)}, which is not what it read or appended before`,
      );
    } else this.#noteOrder(place, list, elements);
    list.read = elements;
    list.own.length = 0;
    const last = elements.at(-1);
    const number = last === undefined ? undefined : list.numbers.get(last);
    if (number === undefined || this.elements.after[number] === NONE) return;
    const writer = this.elements.writers[number] as number;
    if (writer !== place) {
      this.#odd("G1b", [place, writer], `read ${list.key} in the middle of the other's appends`);
    }
  }

  #noteOrder(place: number, list: List, elements: readonly Element[]): void {
    const { order } = list;
    const both = Math.min(order.length, elements.length);
    for (let i = 0; i < both; i++) {
      if (order[i] === elements[i]) continue;
      const twice = new Set(elements).size < elements.length;
      if (twice) return this.#duplicate(place, list, elements);
      return this.#odd(
        "incompatible-order",
        [list.seenBy, place],
        `read ${list.key} as ${shown(order)} and as ${shown(elements)}`,
      );
    }
    if (elements.length > order.length) list.seenBy = place;
    for (let i = both; i < elements.length; i++) {
      if (!this.#extend(place, list, elements[i] as Element)) {
        return this.#duplicate(place, list, elements);
      }
    }
  }

  /** One more element behind all that were seen; false when it is among them. */
  #extend(place: number, list: List, element: Element): boolean {
    const { writers, places, before } = this.elements;
    let number = list.numbers.get(element);
    if (number === undefined) {
      number = this.elements.add(NONE);
      list.numbers.set(element, number);
      this.#odd("unwritten-read", [place], `read ${element} in ${list.key}, which nobody appended`);
    }
    if (places[number] !== NONE) return false;
    const writer = writers[number] as number;
    if (writer !== NONE && this.#transactions[writer]?.outcome === "failed") {
      this.#odd("G1a", [place, writer], `read ${element} in ${list.key}, which was aborted`);
    }
    const own = before[number] as number;
    if (own !== NONE && list.orderNumbers.at(-1) !== own) {
      const why = `read ${list.key} with ${element} not right behind what was appended just before it`;
      this.#odd("incompatible-order", [place, writer], why);
    }
    places[number] = list.orderNumbers.push(number) - 1;
    list.order.push(element);
    return true;
  }

  #duplicate(place: number, list: List, elements: readonly Element[]): void {
    this.#odd("duplicate-elements", [place], `read ${list.key} as ${shown(elements)}`);
  }

  #odd(kind: AnomalyKind, transactions: readonly number[], why: string): void {
    this.oddities.push({ kind, transactions, why });
  }

  #list(key: string): List {
    let list = this.lists.get(key);
    if (list === undefined) {
      list = new List(key, this.lists.size);
      this.lists.set(key, list);
    }
    return list;
  }
}

/** True when a read fits what the same transaction read and appended before. */
function isOwnView({ read, own }: List, elements: readonly Element[]): boolean {
  const before = elements.length - own.length;
  if (before < 0 || own.some((element, i) => element !== elements[before + i])) return false;
  if (read === undefined) return true;
  return read.length === before && read.every((element, i) => element === elements[i]);
}

/** `[1, 2, … 9]`. */
export function shown(elements: readonly Element[]): string {
  const few = elements.length <= 6;
  const parts = few ? elements : [...elements.slice(0, 4), "…", elements.at(-1) as Element];
  return `[${parts.join(", ")}]`;
}
