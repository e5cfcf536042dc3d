/** A number that is added to and read. */
import type { Value } from "../../record/value.ts";
import type { Model } from "../model.ts";
import { unknownOperation } from "../model.ts";

const OPERATIONS = ["add", "read"];

export const counter: Model = {
  problem: ({ f, input, output, outcome }) => {
    if (!OPERATIONS.includes(f)) return unknownOperation(OPERATIONS);
    if (f === "read" && (outcome !== "ok" || output === undefined)) return undefined;
    return Number.isSafeInteger(f === "add" ? input : output)
      ? undefined
      : "value must be a whole number";
  },
  initial: (initial) => {
    if (Number.isSafeInteger(initial ?? 0)) return (initial ?? 0) as number;
    throw new RangeError("must be a whole number");
  },
  silent: ({ f, outcome, output }) =>
    f === "read" ? outcome !== "ok" || output === undefined : outcome === "rejected",
  reads: ({ f }) => f === "read",
  ahead: {
    tells: ({ f }) => f === "read",
    neverFits: (state, { output }, must, may) => {
      let low = state as number;
      for (const { input } of must) low += addedBy(input);
      let high = low;
      for (const { input } of may) {
        const units = addedBy(input);
        low += Math.min(0, units);
        high += Math.max(0, units);
      }
      return (output as number) < low || (output as number) > high;
    },
  },
  next: (state, { f, input, output }) => {
    if (f === "read") return output === state ? state : undefined;
    return (state as number) + (input as number);
  },
};

/** A read adds nothing. */
function addedBy(input: Value | undefined): number {
  return typeof input === "number" ? input : 0;
}
