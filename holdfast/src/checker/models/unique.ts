/** No two creations give the same id. */
import type { ObjectModel } from "../object-model.ts";
import { describe } from "../object-model.ts";
import { valueText } from "../value-text.ts";

export const unique: ObjectModel = {
  problem: ({ f, outcome, output }) => {
    if (f !== "create") return "f must be create";
    return outcome === "ok" && (output ?? null) === null ? "value must be the id" : undefined;
  },
  initialProblem: (initial) => (initial === undefined ? undefined : "must be left out"),
  check: ({ operations }) => {
    const owners = new Map<string, number>();
    for (const [place, { step }] of operations.entries()) {
      if (step.outcome !== "ok") continue;
      const id = valueText(step.output ?? null);
      const owner = owners.get(id);
      if (owner !== undefined)
        return { places: [owner, place], why: `${describe(step)} was given twice` };
      owners.set(id, place);
    }
    return undefined;
  },
};
