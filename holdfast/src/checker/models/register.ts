/** One value that is read, written, and swapped if it is what the client believes (`cas`). */
import { sortedJson } from "../../history/value-codec.ts";
import type { Value } from "../../record/value.ts";
import type { Model, State, Step } from "../model.ts";
import { unknownOperation } from "../model.ts";

/** Null is the value of a register never written, unless `initial` says otherwise. */
export const register: Model = registerModel(["read", "write"]);

/** A rejected `cas` says that the value was another; a failed one says nothing. */
export const casRegister: Model = registerModel(["read", "write", "cas"]);

function registerModel(operations: readonly string[]): Model {
  return {
    problem: (step) => {
      if (!operations.includes(step.f)) return unknownOperation(operations);
      return step.f === "cas" && !isPair(step.input) ? "value must be [old, new]" : undefined;
    },
    initial: (initial) => sortedJson(initial ?? null),
    silent: ({ f, outcome, output }) => {
      if (f === "read") return outcome !== "ok" || output === undefined;
      return f === "write" && outcome === "rejected";
    },
    reads: ({ f, outcome }) => f === "read" || outcome === "rejected",
    next,
  };
}

function next(state: State, { f, input, output, outcome }: Step): State | undefined {
  if (f === "read") return sortedJson(output ?? null) === state ? state : undefined;
  if (f === "write") return sortedJson(input ?? null);
  const [from, to] = input as readonly Value[];
  const matches = sortedJson(from ?? null) === state;
  if (outcome === "rejected") return matches ? undefined : state;
  return matches ? sortedJson(to ?? null) : undefined;
}

function isPair(value: Value | undefined): boolean {
  return Array.isArray(value) && value.length === 2;
}
