/**
 * First in, first out. A `dequeue` gives the oldest value; with null, or rejected, it says that there was none. Decided
 * exactly and near-linearly where every value is enqueued once (`queue-order.ts`), by search otherwise.
 */
import type { Model } from "../model.ts";
import { unknownOperation } from "../model.ts";
import type { Breach, ObjectHistory, ObjectModel } from "../object-model.ts";
import { searched } from "../object-model.ts";
import { checkQueue, isEmpty } from "./queue-order.ts";
import { paired } from "./queue-pairs.ts";
import { valueText } from "../value-text.ts";

const OPERATIONS = ["enqueue", "dequeue"];
/** Stands after each value in a state; JSON never holds it. */
const END = "\n";

const queue: Model = {
  problem: ({ f, input }) => {
    if (!OPERATIONS.includes(f)) return unknownOperation(OPERATIONS);
    return f === "enqueue" && (input ?? null) === null ? "value must not be null" : undefined;
  },
  initial: (initial) => {
    if (initial === undefined || initial === null) return "";
    if (!Array.isArray(initial)) throw new RangeError("must be a list of values");
    return initial.map((value) => valueText(value) + END).join("");
  },
  silent: ({ f, outcome }) => f === "enqueue" && outcome === "rejected",
  reads: isEmpty,
  next: (state, step) => {
    const { f, input, output } = step;
    const held = state as string;
    if (isEmpty(step)) return held === "" ? held : undefined;
    if (f === "enqueue") return held + valueText(input ?? null) + END;
    // Of an answer that was never seen it is only sure that the oldest value, if there was one, is gone.
    if (output === undefined) return held.slice(held.indexOf(END) + 1);
    const oldest = valueText(output) + END;
    return held.startsWith(oldest) ? held.slice(oldest.length) : undefined;
  },
};

const bySearch = searched(queue);

export const fifoQueue: ObjectModel = {
  ...bySearch,
  check: (object) => {
    const quick = checkQueue(object);
    return quick === "ambiguous" ? checkPairs(object) : quick;
  },
};

/** Values that come more than once: by pairs that are certain, or that explain all; by search otherwise. */
function checkPairs(object: ObjectHistory): Breach | "undecided" | undefined {
  for (const guess of ["called first", "returned first"] as const) {
    const pairs = paired(object, guess);
    if (pairs === undefined) break;
    const breach = checkQueue(pairs.history);
    if (breach === undefined) return undefined;
    if (breach !== "ambiguous" && pairs.proves(breach.places)) return breach;
  }
  return bySearch.check(object);
}
