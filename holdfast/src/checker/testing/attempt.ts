/** One operation of a random history: what a test does not say of it is as plain as can be. */
import { SAID_RULE } from "../../history/history.ts";
import type { Operation } from "../../record/operation.ts";
import type { Outcome } from "../../record/outcome.ts";

export type Attempt = Omit<Operation, "index">;

export function attempt(
  name: string,
  outcome: Outcome,
  invokeNs: number,
  returnNs: number,
  rest: Partial<Attempt>,
): Attempt {
  return {
    name,
    phase: "load",
    process: 0,
    key: "",
    id: undefined,
    value: undefined,
    result: undefined,
    invokeNs,
    returnNs,
    outcome,
    rule: SAID_RULE[outcome],
    status: 0,
    ...rest,
  };
}
