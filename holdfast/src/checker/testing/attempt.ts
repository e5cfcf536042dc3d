/** One operation of a random history, said in the order in which it happens: `plainAttempt` for those that draw many. */
import type { Outcome } from "../../record/outcome.ts";
import { plainAttempt } from "./simulated-sale.ts";
import type { Attempt } from "./simulated-sale.ts";

export type { Attempt } from "./simulated-sale.ts";

export function attempt(
  name: string,
  outcome: Outcome,
  invokeNs: number,
  returnNs: number,
  rest: Partial<Attempt>,
): Attempt {
  return plainAttempt({ ...rest, name, outcome, invokeNs, returnNs });
}
