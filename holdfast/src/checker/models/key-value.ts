/** A text per key that is read, replaced, and added to. A key never written is the empty text; null is read as that. */
import type { Model } from "../model.ts";
import { unknownOperation } from "../model.ts";

const OPERATIONS = ["get", "put", "append"];

export const keyValue: Model = {
  problem: ({ f, input, output, outcome }) => {
    if (!OPERATIONS.includes(f)) return unknownOperation(OPERATIONS);
    const text = f === "get" ? (outcome === "ok" ? (output ?? "") : "") : input;
    return typeof text === "string" ? undefined : "value must be a text";
  },
  initial: (initial) => {
    if (typeof (initial ?? "") === "string") return (initial ?? "") as string;
    throw new RangeError("must be a text");
  },
  silent: ({ f, outcome, output }) =>
    f === "get" ? outcome !== "ok" || output === undefined : outcome === "rejected",
  reads: ({ f }) => f === "get",
  next: (state, { f, input, output }) => {
    if (f === "get") return (output ?? "") === state ? state : undefined;
    return f === "put" ? (input as string) : `${state}${input as string}`;
  },
};
