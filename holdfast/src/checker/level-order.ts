/**
 * Can all that is known of a level be put in one order? The complete answer, by search, for what the bounds of
 * `level.ts` left open. Operations that do the same are interchangeable, so any number of equal unknown outcomes count
 * as one choice: how many of them took place.
 */
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

function step(f: string, input: number, outcome: Step["outcome"]): Step {
  return { f, input, output: undefined, outcome };
}
