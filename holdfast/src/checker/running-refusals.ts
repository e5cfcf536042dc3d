/** What must never succeed is certain at its first success. */
import type { Invariant } from "../record/invariant.ts";
import type { Attempt, RunningLine, RunningRule } from "./running-rules.ts";
import { counted, of, shortened } from "./wording.ts";

export class RunningRefusals implements RunningRule {
  readonly invariant: Invariant;
  #refused = 0;
  #violation: string | undefined;

  constructor(invariant: Invariant) {
    this.invariant = invariant;
  }

  see({ key, id, outcome }: Attempt): void {
    if (outcome === "rejected" || outcome === "failed") this.#refused += 1;
    if (outcome !== "ok") return;
    const who = id === undefined ? "" : ` for ${shortened(id)}`;
    this.#violation ??= `${of(key)}${this.invariant.operation} succeeded${who}`;
  }

  line(): RunningLine {
    if (this.#violation !== undefined) return { state: "violated", text: this.#violation };
    return { state: "holding", text: `${counted(this.#refused, "attempt")}, none succeeded` };
  }
}
