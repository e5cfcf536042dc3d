/** First in, first out. A `dequeue` gives the oldest value, or null when there is none. */
import { sortedJson } from "../../history/value-codec.ts";
import type { Model } from "../model.ts";
import { unknownOperation } from "../model.ts";

const OPERATIONS = ["enqueue", "dequeue"];
/** Stands after each value in a state; JSON never holds it. */
const END = "\n";

export const fifoQueue: Model = {
  problem: ({ f, input }) => {
    if (!OPERATIONS.includes(f)) return unknownOperation(OPERATIONS);
    return f === "enqueue" && (input ?? null) === null ? "value must not be null" : undefined;
  },
  initial: (initial) => {
    if (initial === undefined || initial === null) return "";
    if (!Array.isArray(initial)) throw new RangeError("must be a list of values");
    return initial.map((value) => sortedJson(value) + END).join("");
  },
  silent: ({ outcome }) => outcome === "rejected",
  reads: ({ f, output }) => f === "dequeue" && output === null,
  next: (state, { f, input, output, outcome }) => {
    const queue = state as string;
    if (f === "enqueue") return queue + sortedJson(input ?? null) + END;
    // Of an answer that was never seen it is only sure that the oldest value, if there was one, is gone.
    if (outcome === "unknown" || output === undefined) return queue.slice(queue.indexOf(END) + 1);
    if (output === null) return queue === "" ? queue : undefined;
    const oldest = sortedJson(output) + END;
    return queue.startsWith(oldest) ? queue.slice(oldest.length) : undefined;
  },
};
