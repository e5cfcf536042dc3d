/** A secret in a foreign answer is certain the moment it is read, where nobody may join and so be allowed to see it. */
import { textOf } from "../history/history.ts";
import type { Invariant } from "../record/invariant.ts";
import { canariesIn, readCanary } from "../record/canary.ts";
import type { Attempt, RunningLine, RunningRule } from "./running-rules.ts";
import { counted, of, shortened } from "./wording.ts";

export class RunningLeaks implements RunningRule {
  readonly invariant: Invariant;
  readonly operations: readonly string[];
  readonly #trusted: ReadonlySet<string>;
  readonly #allow: Readonly<Record<string, readonly string[]>>;
  #answers = 0;
  #violation: string | undefined;

  constructor(invariant: Invariant) {
    const { options, operation } = invariant;
    const { reads, trusted, allow } = options;
    this.invariant = invariant;
    this.operations = [operation, ...(Array.isArray(reads) ? reads.map(String) : [])];
    this.#trusted = new Set(Array.isArray(trusted) ? trusted.map(String) : []);
    this.#allow = (allow ?? {}) as Readonly<Record<string, readonly string[]>>;
  }

  see({ key, id, outcome, result }: Attempt): void {
    if (this.#violation !== undefined || result === undefined) return;
    if (outcome !== "ok" && outcome !== "rejected") return;
    this.#answers += 1;
    if (id === undefined || this.#trusted.has(id)) return;
    for (const token of canariesIn(textOf(result))) {
      const owner: string = readCanary(token)?.owner ?? id;
      const allowed = Object.hasOwn(this.#allow, owner) && this.#allow[owner]?.includes(id);
      if (owner === id || allowed === true) continue;
      this.#violation = `${of(key)}${shortened(id)} was shown a secret of ${shortened(owner)}`;
      return;
    }
  }

  line(): RunningLine {
    if (this.#violation !== undefined) return { state: "violated", text: this.#violation };
    return { state: "holding", text: `${counted(this.#answers, "answer")}, no foreign secret` };
  }
}
