/** Units that are taken, given back and counted. A rejected `take` says that fewer were left than it asked for. */
import type { Model, Step } from "../model.ts";
import { unknownOperation } from "../model.ts";

const OPERATIONS = ["take", "give", "read"];

export const stock: Model = {
  problem: ({ f, input, output, outcome }) => {
    if (!OPERATIONS.includes(f)) return unknownOperation(OPERATIONS);
    if (f !== "read")
      return isCount(input ?? 1) ? undefined : "value must be a whole number from 0 up";
    // Fewer than none is an answer that no stock gives, not a slip of the recorder.
    const read = outcome === "ok" && output !== undefined ? output : 0;
    return Number.isSafeInteger(read) ? undefined : "value must be a whole number";
  },
  initial: (initial) => {
    if (isCount(initial)) return initial as number;
    throw new RangeError("must be the number of units at the start");
  },
  silent: ({ f, outcome, output }) => {
    if (f === "read") return outcome !== "ok" || output === undefined;
    return f === "give" && outcome === "rejected";
  },
  reads: ({ f, outcome }) => f === "read" || outcome === "rejected",
  ahead: {
    tells: ({ f }) => f !== "give",
    neverFits: (state, { f, input, output, outcome }, must, may) => {
      let low = state as number;
      for (const step of must) low += changeBy(step);
      let high = low;
      for (const step of may) {
        const units = changeBy(step);
        low += Math.min(0, units);
        high += Math.max(0, units);
      }
      if (f === "read") return (output as number) < low || (output as number) > high;
      const units = (input ?? 1) as number;
      return outcome === "rejected" ? low >= units : high < units;
    },
  },
  next: (state, { f, input, output, outcome }) => {
    const left = state as number;
    const units = (input ?? 1) as number;
    if (f === "read") return output === left ? left : undefined;
    if (f === "give") return left + units;
    if (outcome === "rejected") return left < units ? left : undefined;
    return left >= units ? left - units : undefined;
  },
};

/** What a step puts there, or takes away. */
function changeBy({ f, input, outcome }: Step): number {
  if (f === "read" || outcome === "rejected") return 0;
  const units = (input ?? 1) as number;
  return f === "give" ? units : -units;
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
