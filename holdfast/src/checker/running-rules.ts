/** What each kind of invariant can say while the load runs. Memory is bounded by WATCHED_IDS_MAX ids a rule. */
import { formatCount } from "../base/units.ts";
import { sortedJson } from "../history/value-codec.ts";
import { textOf } from "../history/history.ts";
import type { Invariant } from "../record/invariant.ts";
import type { Outcome } from "../record/outcome.ts";
import type { Value } from "../record/value.ts";
import { WATCHED_IDS_MAX } from "./limits.ts";
import { RunningDeliveries } from "./running-deliveries.ts";
import { RunningLeaks } from "./running-leaks.ts";
import { RunningExits } from "./running-exits.ts";
import { RunningPrices } from "./running-prices.ts";
import { RunningRefusals } from "./running-refusals.ts";
import { numberOf } from "./invariants/companions.ts";
import { wrongSnapshot } from "./invariants/conserves.ts";
import { stockReturns } from "./invariants/stock-changes.ts";
import { at, counted, of, shortened } from "./wording.ts";

/** An answered attempt. Reading `id`, `value` and `result` costs a little, so a rule reads them only when it must. */
export interface Attempt {
  /** Of the operation. */
  readonly name: string;
  readonly key: string;
  readonly outcome: Outcome;
  readonly invokeNs: number;
  readonly returnNs: number;
  readonly id: string | undefined;
  readonly value: Value | undefined;
  readonly result: Value | undefined;
}

export interface RunningRule {
  readonly invariant: Invariant;
  /** The operation whose attempts it sees, where that is not the invariant's own. */
  readonly operation?: string | undefined;
  /** The same, where there are several. */
  readonly operations?: readonly string[] | undefined;
  see(attempt: Attempt): void;
  line(): RunningLine;
}

export interface RunningLine {
  /** `violated` is certain and stays; `holding` so far; `waiting` when only the end can tell. */
  state: "holding" | "violated" | "waiting";
  text: string;
}

export function runningRule(invariant: Invariant): RunningRule {
  switch (invariant.kind) {
    case "no-oversell":
      // What comes back may be under way, unseen.
      if (stockReturns(invariant)) return new WaitingRule(invariant);
      return new RunningSales(invariant, { option: "stock", verb: "sold" });
    case "no-double-spend":
      if (invariant.options["credits"] !== undefined) return new WaitingRule(invariant);
      return new RunningSales(invariant, { option: "opening", verb: "debited" });
    case "conserves":
      return new RunningSnapshots(invariant);
    case "settled-once":
      return new RunningExits(invariant);
    case "one-winner":
      return new RunningPairs(invariant, {
        from: ({ key }) => key,
        to: identity,
        clash: ({ key }) => `${of(key)}two winners`,
        holds: (count) => counted(count, "winner"),
      });
    case "one-effect-per-key":
      return new RunningPairs(invariant, {
        from: (attempt) => (attempt.id === undefined ? undefined : identity(attempt)),
        to: ({ result }) => (result === undefined ? undefined : textOf(result)),
        clash: ({ key, id, result }, before) =>
          `${of(key)}request ${shortened(id ?? "")} was answered ${shortened(before)} and ` +
          shortened(textOf(result ?? null)),
        holds: (count) => `${counted(count, "request")}, none answered in two ways`,
      });
    case "unique-results":
      return new RunningPairs(invariant, {
        from: ({ result }) => (result === undefined ? undefined : sortedJson(result)),
        to: identity,
        clash: ({ key, result }) =>
          `${of(key)}${shortened(textOf(result ?? null))} was given to two requests`,
        holds: (count) => `${counted(count, "result")}, all different`,
      });
    case "auction":
      return new RunningPrices(invariant);
    case "never-succeeds":
      return new RunningRefusals(invariant);
    case "delivered-once":
      return new RunningDeliveries(invariant);
    case "no-leak":
      return new RunningLeaks(invariant);
    default:
      return new WaitingRule(invariant);
  }
}

/** Equal for the attempts of one request only; empty for an attempt without an id, which is a request of its own. */
function identity({ key, id }: Attempt): string {
  return id === undefined ? "" : JSON.stringify([key, id]);
}

const REFUSALS_MATTER = ["honest-sold-out", "no-oversell", "no-double-spend"];

/** Decided without an audit, from operations of several kinds. */
const WHOLE_MATTERS = ["in-order", "no-leak-from-rooms", "session-guarantees"];

/** Decided from the whole history only. */
class WaitingRule implements RunningRule {
  readonly invariant: Invariant;
  #rejected = 0;

  constructor(invariant: Invariant) {
    this.invariant = invariant;
  }

  see({ outcome }: Attempt): void {
    if (outcome === "rejected") this.#rejected += 1;
  }

  line(): RunningLine {
    const { kind } = this.invariant;
    if (WHOLE_MATTERS.includes(kind)) return { state: "waiting", text: "judged at the end" };
    const refusals = REFUSALS_MATTER.includes(kind);
    const seen = `${counted(this.#rejected, "refusal")} so far, judged at the end`;
    return { state: "waiting", text: refusals ? seen : "the audit will tell" };
  }
}

interface SaleWords {
  /** Which option says how much there was. */
  readonly option: "stock" | "opening";
  readonly verb: string;
}

/**
 * Acknowledged requests per key against what there was. Repeats of one request are one sale, of the least that one of
 * them asked for up to its acknowledgement: they are made by one virtual user, whose operations come in their order.
 */
class RunningSales implements RunningRule {
  readonly invariant: Invariant;
  readonly #words: SaleWords;
  readonly #sold = new Map<string, number>();
  /** Per id, the least that an attempt of unknown outcome asked for; nothing once it was acknowledged. */
  readonly #ids = new Map<string, number | undefined>();
  #rejected = 0;
  #overflow = false;
  #violation: string | undefined;

  constructor(invariant: Invariant, words: SaleWords) {
    this.invariant = invariant;
    this.#words = words;
  }

  see(attempt: Attempt): void {
    if (attempt.outcome === "rejected") this.#rejected += 1;
    const isSale = attempt.outcome === "ok";
    if (!isSale && attempt.outcome !== "unknown") return;
    const { key, value } = attempt;
    const quantity = this.#leastOf(attempt, typeof value === "number" ? value : 1);
    if (quantity === undefined || !isSale || this.#overflow) return;
    const sold = (this.#sold.get(key) ?? 0) + quantity;
    this.#sold.set(key, sold);
    const stock = numberOf(this.invariant, this.#words.option, key);
    if (stock !== undefined && sold > stock) {
      this.#violation = `${of(key)}${formatCount(sold)} ${this.#words.verb} of ${formatCount(stock)}`;
    }
  }

  /** Undefined for a repeat of what was acknowledged before, and for one id too many. */
  #leastOf({ key, id, outcome }: Attempt, quantity: number): number | undefined {
    if (id === undefined) return quantity;
    const name = JSON.stringify([key, id]);
    const before = this.#ids.get(name);
    if (before === undefined && this.#ids.has(name)) return undefined;
    if (before === undefined && this.#ids.size >= WATCHED_IDS_MAX) {
      this.#overflow = true;
      return undefined;
    }
    const least = Math.min(quantity, before ?? quantity);
    this.#ids.set(name, outcome === "ok" ? undefined : least);
    return least;
  }

  line(): RunningLine {
    if (this.#violation !== undefined) return { state: "violated", text: this.#violation };
    if (this.#overflow)
      return { state: "waiting", text: "too many sales to follow, judged at the end" };
    const { option, verb } = this.#words;
    let sold = 0;
    let stock = 0;
    for (const [key, count] of this.#sold) {
      sold += count;
      stock += numberOf(this.invariant, option, key) ?? 0;
    }
    const refused = this.#rejected > 0 ? `, ${formatCount(this.#rejected)} refused` : "";
    const text =
      sold === 0
        ? `none ${verb} yet${refused}`
        : `${formatCount(sold)} of ${formatCount(stock)} ${verb}${refused}`;
    return { state: "holding", text };
  }
}

/** Snapshots, each of which is right or wrong by itself. */
class RunningSnapshots implements RunningRule {
  readonly invariant: Invariant;
  readonly operation: string | undefined;
  #snapshots = 0;
  #violation: string | undefined;

  constructor(invariant: Invariant) {
    this.invariant = invariant;
    const { snapshot } = invariant.options;
    this.operation = typeof snapshot === "string" ? snapshot : undefined;
  }

  see({ key, outcome, result, returnNs }: Attempt): void {
    if (outcome !== "ok" || result === undefined || this.#violation !== undefined) return;
    const total = numberOf(this.invariant, "total", key);
    if (total === undefined) return;
    this.#snapshots += 1;
    const wrong = wrongSnapshot(this.invariant, total, result);
    if (wrong !== undefined) this.#violation = `${of(key)}the snapshot at ${at(returnNs)} ${wrong}`;
  }

  line(): RunningLine {
    if (this.#violation !== undefined) return { state: "violated", text: this.#violation };
    return {
      state: "holding",
      text: `${counted(this.#snapshots, "snapshot")}, all as they must be`,
    };
  }
}

interface PairWords {
  /** What may be paired with one thing only; undefined where the attempt says nothing. */
  from(attempt: Attempt): string | undefined;
  /** What it is paired with; "" is different from everything. */
  to(attempt: Attempt): string | undefined;
  clash(attempt: Attempt, before: string): string;
  holds(count: number): string;
}

/** One thing per other thing: one result per request, one request per result, one winner per key. */
class RunningPairs implements RunningRule {
  readonly invariant: Invariant;
  readonly #words: PairWords;
  readonly #pairs = new Map<string, string>();
  #overflow = false;
  #violation: string | undefined;

  constructor(invariant: Invariant, words: PairWords) {
    this.invariant = invariant;
    this.#words = words;
  }

  see(attempt: Attempt): void {
    if (attempt.outcome !== "ok" || this.#violation !== undefined) return;
    const from = this.#words.from(attempt);
    const to = this.#words.to(attempt);
    if (from === undefined || to === undefined) return;
    const before = this.#pairs.get(from);
    if (before !== undefined && (before !== to || to === "")) {
      this.#violation = this.#words.clash(attempt, before);
    } else if (before === undefined) {
      if (this.#pairs.size >= WATCHED_IDS_MAX) this.#overflow = true;
      else this.#pairs.set(from, to);
    }
  }

  line(): RunningLine {
    if (this.#violation !== undefined) return { state: "violated", text: this.#violation };
    if (this.#overflow) return { state: "waiting", text: "too many to follow, judged at the end" };
    return { state: "holding", text: this.#words.holds(this.#pairs.size) };
  }
}
