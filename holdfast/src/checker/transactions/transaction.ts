/**
 * A transaction on lists: appends of values that are never appended twice, and reads of whole lists.
 *
 *     [["append", "x", 3], ["r", "y", [1, 2]]]
 */
import { sortedJson } from "../../history/value-codec.ts";
import type { Value } from "../../record/value.ts";

export interface Transaction {
  /** Place in the order of invocation. */
  readonly micros: readonly Micro[];
  /** A failed one certainly had no effect; of one that is unknown the reads prove nothing. */
  readonly outcome: "ok" | "failed" | "unknown";
  readonly process: number;
  readonly invokeNs: number;
  /** Infinite for an unknown outcome. */
  readonly returnNs: number;
}

/** A read of a transaction that has not told its answer has no list. */
export type Micro =
  | { readonly f: "append"; readonly key: string; readonly value: Element }
  | { readonly f: "r"; readonly key: string; readonly list: readonly Element[] | undefined };

/** Elements are compared by identity: what is no number or text is kept as JSON. */
export type Element = string | number;

const SHAPE = 'must be a list of ["append", key, value] and ["r", key, list]';

/**
 * The micro-operations in a value; a text that says what is wrong with it. `answered` is false for what was only asked:
 * then its reads have no lists.
 */
export function microsOf(value: Value | undefined, answered: boolean): Micro[] | string {
  if (!Array.isArray(value)) return SHAPE;
  const micros: Micro[] = [];
  for (const micro of value as readonly Value[]) {
    if (!Array.isArray(micro)) return SHAPE;
    const parts = micro as readonly Value[];
    const f = parts[0];
    const key = parts[1];
    const argument = parts[2];
    if (key === undefined || key === null) return SHAPE;
    const name = typeof key === "string" ? key : sortedJson(key);
    if (f === "append" && argument !== undefined && argument !== null) {
      micros.push({ f, key: name, value: elementOf(argument) });
    } else if (f === "r") {
      const list = answered ? listOf(argument) : undefined;
      if (list === null) return SHAPE;
      micros.push({ f, key: name, list });
    } else return SHAPE;
  }
  return micros;
}

/** An empty list may be told as null; null for what is no list. */
function listOf(argument: Value | undefined): readonly Element[] | null {
  if (argument === undefined || argument === null) return [];
  if (!Array.isArray(argument)) return null;
  const list = argument as readonly Value[];
  return list.every(isElement) ? list : list.map(elementOf);
}

function isElement(value: Value): value is Element {
  return typeof value === "number" || typeof value === "string";
}

function elementOf(value: Value): Element {
  return isElement(value) ? value : sortedJson(value);
}
