/** The author's own model for the search. States are kept as JSON, so that whatever `step` does to one stays its own. */
import { sortedJson } from "../../history/value-codec.ts";
import type { ModelOperation, OwnModel } from "../../record/own-model.ts";
import type { Value } from "../../record/value.ts";
import type { Model, Step } from "../model.ts";

/** Throws when `reads` is true of an operation that changes the state. */
export function ownModel(own: OwnModel): Model {
  const told = ({ f, input, output, outcome }: Step): ModelOperation => ({
    name: f,
    value: input,
    result: output,
    outcome,
  });
  const reads = (step: Step): boolean => own.reads?.(told(step)) ?? false;
  return {
    problem: () => undefined,
    initial: (initial) => sortedJson(initial ?? own.init),
    silent: () => false,
    reads,
    next: (state, step) => {
      const after = own.step(JSON.parse(state as string) as Value, told(step));
      if (after === undefined) return undefined;
      const next = sortedJson(after);
      if (next !== state && reads(step)) {
        throw new Error(`the model's reads() is true of ${step.f}, which changes the state`);
      }
      return next;
    },
  };
}
