/**
 * What is certain of holds while they are settled: one that was released and refunded. How much was held, and whether
 * two releases are one, only the whole history tells.
 */
import type { Invariant } from "../record/invariant.ts";
import { WATCHED_IDS_MAX } from "./limits.ts";
import type { Attempt, RunningLine, RunningRule } from "./running-rules.ts";
import { counted, of } from "./wording.ts";

/** Remembers how each hold was settled first. */
export class RunningExits implements RunningRule {
  readonly invariant: Invariant;
  readonly operations: readonly string[];
  readonly #split: boolean;
  readonly #exits = new Map<string, string>();
  #overflow = false;
  #violation: string | undefined;

  constructor(invariant: Invariant) {
    this.invariant = invariant;
    const { release, refund, split } = invariant.options;
    this.operations = [release, refund].filter((name) => typeof name === "string");
    this.#split = split === true;
  }

  see({ key, name, outcome }: Attempt): void {
    if (outcome !== "ok" || this.#violation !== undefined) return;
    const before = this.#exits.get(key);
    if (before === undefined) {
      if (this.#exits.size >= WATCHED_IDS_MAX) this.#overflow = true;
      else this.#exits.set(key, name);
    } else if (before !== name && !this.#split) {
      this.#violation = `${of(key)}${before} and ${name} were both acknowledged`;
    }
  }

  line(): RunningLine {
    if (this.#violation !== undefined) return { state: "violated", text: this.#violation };
    if (this.#overflow) return { state: "waiting", text: "too many to follow, judged at the end" };
    return { state: "holding", text: `${counted(this.#exits.size, "hold")} settled` };
  }
}
