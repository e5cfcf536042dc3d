/** A text per key that is read, replaced, and added to. A key never written is the empty text; null is read as that. */
import type { Model, Step } from "../model.ts";
import { unknownOperation } from "../model.ts";
import type { ObjectModel } from "../object-model.ts";
import { searched } from "../object-model.ts";
import { checkTexts } from "./unique-texts.ts";

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
  settles: ({ f, input, output }) => {
    if (f === "append") return undefined;
    return (f === "get" ? (output ?? "") : input) as string;
  },
  reads: ({ f }) => f === "get",
  ahead: {
    tells: ({ f }) => f === "get",
    neverFits: (state, { output }, must, may) =>
      !canBeMade((output ?? "") as string, state as string, [...must, ...may]),
  },
  next: (state, { f, input, output }) => {
    if (f === "get") return (output ?? "") === state ? state : undefined;
    return f === "put" ? (input as string) : `${state}${input as string}`;
  },
};

/** True when a text may come about from `state`, or from a put, by any appends, each as often as one likes. */
function canBeMade(text: string, state: string, steps: readonly Step[]): boolean {
  const appends = new Set<string>();
  const begins: number[] = text.startsWith(state) ? [state.length] : [];
  for (const { f, input } of steps) {
    if (f === "append") appends.add(input as string);
    else if (f === "put" && text.startsWith(input as string)) begins.push((input as string).length);
  }
  const seen = new Set(begins);
  for (const at of seen) {
    if (at === text.length) return true;
    for (const append of appends) if (text.startsWith(append, at)) seen.add(at + append.length);
  }
  return false;
}

const bySearch = searched(keyValue);

/** Exactly and quickly where every text tells how it came about, by search otherwise. */
export const keyValueStore: ObjectModel = {
  ...bySearch,
  check: (object) => {
    const quick = checkTexts(object, (object.initial ?? "") as string);
    return quick === "ambiguous" ? bySearch.check(object) : quick;
  },
};
