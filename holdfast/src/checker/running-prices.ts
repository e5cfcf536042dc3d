/**
 * What is certain of an auction while it runs: a bid that was accepted although a higher or an equal one had been
 * accepted, and was over, before it began. Refusals and prices that were read wait for the end.
 *
 * An answer to a request that was sent before may tell of an effect that came before the higher bid, so ids are
 * remembered; attempts of one request are made by one virtual user, whose operations come in their order.
 */
import type { Invariant } from "../record/invariant.ts";
import { WATCHED_IDS_MAX } from "./limits.ts";
import type { Attempt, RunningLine, RunningRule } from "./running-rules.ts";
import { counted, of } from "./wording.ts";

interface Highest {
  amount: number;
  returnNs: number;
}

/** Remembers the highest accepted bid of each item. */
export class RunningPrices implements RunningRule {
  readonly invariant: Invariant;
  readonly #highest = new Map<string, Highest>();
  readonly #ids = new Set<string>();
  #accepted = 0;
  #overflow = false;
  #violation: string | undefined;

  constructor(invariant: Invariant) {
    this.invariant = invariant;
  }

  see(attempt: Attempt): void {
    const { key, outcome } = attempt;
    if (outcome === "rejected" || outcome === "failed" || this.#overflow) return;
    const { id, value: amount } = attempt;
    const repeated = id !== undefined && this.#repeats(JSON.stringify([key, id]));
    if (outcome !== "ok" || repeated || typeof amount !== "number") return;
    this.#accepted += 1;
    const highest = this.#highest.get(key);
    if (highest === undefined) this.#add(key, { amount, returnNs: attempt.returnNs });
    else if (amount > highest.amount) {
      highest.amount = amount;
      highest.returnNs = attempt.returnNs;
    } else if (highest.returnNs < attempt.invokeNs) {
      const { operation } = this.invariant;
      this.#violation ??= `${of(key)}${operation} ${amount} was accepted after ${highest.amount} was`;
    }
  }

  line(): RunningLine {
    if (this.#violation !== undefined) return { state: "violated", text: this.#violation };
    if (this.#overflow) return { state: "waiting", text: "too many to follow, judged at the end" };
    const accepted = counted(this.#accepted, `accepted ${this.invariant.operation}`);
    return { state: "holding", text: `${accepted}, none after a higher one was over` };
  }

  #repeats(name: string): boolean {
    if (this.#ids.has(name)) return true;
    if (this.#ids.size >= WATCHED_IDS_MAX) this.#overflow = true;
    else this.#ids.add(name);
    return false;
  }

  #add(key: string, highest: Highest): void {
    if (this.#highest.size >= WATCHED_IDS_MAX) this.#overflow = true;
    else this.#highest.set(key, highest);
  }
}
