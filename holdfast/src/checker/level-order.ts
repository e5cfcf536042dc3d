/**
 * Can all that is known of a level be put in one order? The complete answer, by search, for what the bounds of
 * `level.ts` left open. Operations that do the same are interchangeable, so any number of equal unknown outcomes count
 * as one choice: how many of them took place.
 */
import { orderBy } from "./ascending.ts";
import type { EvidenceList } from "./evidence-list.ts";
import type { Level } from "./level.ts";
import type { Step } from "./model.ts";
import { stock } from "./models/stock.ts";
import type { Placeable, SearchBounds } from "./search.ts";
import { search } from "./search.ts";

/** How the search ended; `row` is that of an operation that no order had room for. */
export type LevelOrder =
  | { readonly kind: "found" | "undecided" }
  | { readonly kind: "none"; readonly row: number };

/**
 * Searches for an order of a level that is never below 0. With `only`, the place of one refusal, as if the others had
 * not been: what has no order then has none with them.
 */
export function orderOf(level: Level, bounds: SearchBounds, only?: number): LevelOrder {
  if (only === undefined && (fitsAsBegun(level, true) || fitsAsBegun(level, false))) {
    return { kind: "found" };
  }
  const operations: Placeable[] = [];
  const rows: number[] = [];
  const take = (list: EvidenceList, stepOf: (amount: number) => Step, single?: number): void => {
    for (let place = 0; place < list.size; place++) {
      if (single !== undefined && place !== single) continue;
      rows.push(list.rows[place] as number);
      operations.push({
        step: stepOf(list.amounts[place] as number),
        invokeNs: list.fromNs[place] as number,
        returnNs: list.byNs[place] as number,
      });
    }
  };
  take(level.changes, (amount) => step(amount < 0 ? "take" : "give", Math.abs(amount), "ok"));
  take(level.refusals, (amount) => step("take", amount, "rejected"), only);
  take(level.readings, (value) => ({ ...step("read", 0, "ok"), output: value }));
  const result = search(stock, level.start, operations, bounds);
  if (result.kind !== "none") return { kind: result.kind };
  return { kind: "none", row: rows[result.stuck] as number };
}

/**
 * The order in which all of it began is true to real time, and in a right system often explains everything: it is tried
 * before any search. What may never have happened counts `withUnknown`.
 */
function fitsAsBegun({ start, changes, refusals, readings }: Level, withUnknown: boolean): boolean {
  const refusalsFrom = changes.size;
  const readingsFrom = refusalsFrom + refusals.size;
  const size = readingsFrom + readings.size;
  const beganNs = new Float64Array(size);
  beganNs.set(changes.fromNs.subarray(0, changes.size));
  beganNs.set(refusals.fromNs.subarray(0, refusals.size), refusalsFrom);
  beganNs.set(readings.fromNs.subarray(0, readings.size), readingsFrom);
  const order = new Int32Array(size);
  orderBy(order, size, beganNs);
  let left = start;
  for (const place of order) {
    if (place >= readingsFrom) {
      if (readings.amounts[place - readingsFrom] !== left) return false;
    } else if (place >= refusalsFrom) {
      if (left >= (refusals.amounts[place - refusalsFrom] as number)) return false;
    } else if (withUnknown || (changes.byNs[place] as number) < Number.POSITIVE_INFINITY) {
      left += changes.amounts[place] as number;
      if (left < 0) return false;
    }
  }
  return true;
}

function step(f: string, input: number, outcome: Step["outcome"]): Step {
  return { f, input, output: undefined, outcome };
}
