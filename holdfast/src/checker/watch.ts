/**
 * The invariants while the load runs: what can be said from blocks as they come, cheaply and in bounded memory. A
 * violation shown here is certain: it needs no audit, no order of events, and no request that has not answered yet.
 * Everything else waits for the end, when `judge.ts` sees the whole.
 */
import { IN_FLIGHT, LISTED_BEFORE } from "../history/block-layout.ts";
import type { BlockColumns } from "../history/block-layout.ts";
import type { Block } from "../history/block-reader.ts";
import { freshBlock } from "../history/block-reader.ts";
import { ValueReader } from "../history/value-codec.ts";
import { PHASE, textOf } from "../history/history.ts";
import type { Invariant } from "../record/invariant.ts";
import type { Outcome } from "../record/outcome.ts";
import { OUTCOME_RULES } from "../record/outcome.ts";
import type { Value } from "../record/value.ts";
import type { Attempt, RunningLine, RunningRule } from "./running-rules.ts";
import { runningRule } from "./running-rules.ts";

export interface WatchLine extends RunningLine {
  name: string;
}

export interface Watch {
  /** Takes one block of the history; gives the outcomes of the operations in it, those of the audit left out. */
  feed(block: ArrayBuffer): Record<Outcome, number>;
  /** Outcomes so far. */
  outcomes(): Record<Outcome, number>;
  /** One line per invariant, in their order. */
  lines(): WatchLine[];
  /** The name of the first invariant that is certainly violated. */
  violated(): string | undefined;
}

export function openWatch(invariants: readonly Invariant[]): Watch {
  return new BlockWatch(invariants);
}

/** An answered attempt, read in place; one object, moved from row to row. */
class StoredAttempt implements Attempt {
  name = "";
  key = "";
  outcome: Outcome = "unknown";
  invokeNs = 0;
  returnNs = 0;
  readonly ids = new ValueReader();
  readonly values = new ValueReader();
  readonly results = new ValueReader();

  get id(): string | undefined {
    const id = this.ids.value;
    return id === undefined ? undefined : textOf(id);
  }

  get value(): Value | undefined {
    return this.values.value;
  }

  get result(): Value | undefined {
    return this.results.value;
  }
}

class BlockWatch implements Watch {
  readonly #rules: readonly RunningRule[];
  readonly #byOperation = new Map<string, RunningRule[]>();
  readonly #outcomes = noOutcomes();
  readonly #seen = new StoredAttempt();

  constructor(invariants: readonly Invariant[]) {
    this.#rules = invariants.map(runningRule);
    for (const rule of this.#rules) {
      const own = rule.operation ?? rule.invariant.operation;
      for (const operation of new Set(rule.operations ?? [own])) {
        const others = this.#byOperation.get(operation);
        if (others === undefined) this.#byOperation.set(operation, [rule]);
        else others.push(rule);
      }
    }
  }

  feed(bytes: ArrayBuffer): Record<Outcome, number> {
    const outcomes = noOutcomes();
    const block = freshBlock(bytes);
    if (block === undefined) return outcomes;
    countOutcomes(block, outcomes);
    if (block.names.some((name) => this.#byOperation.has(name))) this.#show(block);
    for (const outcome of Object.keys(outcomes) as Outcome[]) {
      this.#outcomes[outcome] += outcomes[outcome];
    }
    return outcomes;
  }

  outcomes(): Record<Outcome, number> {
    return { ...this.#outcomes };
  }

  lines(): WatchLine[] {
    return this.#rules.map((rule) => ({ name: rule.invariant.name, ...rule.line() }));
  }

  violated(): string | undefined {
    return this.#rules.find((rule) => rule.line().state === "violated")?.invariant.name;
  }

  /** Shows the rules what they look at. */
  #show(block: Block): void {
    const { rows, columns, names, keys } = block;
    const rulesByName = names.map((name) => this.#byOperation.get(name));
    const seen = this.#seen;
    seen.ids.begin(block.ids);
    seen.values.begin(block.values);
    seen.results.begin(block.results);
    for (let row = 0; row < rows; row++) {
      seen.ids.next();
      seen.values.next();
      seen.results.next();
      const rules = rulesByName[columns.name[row] as number];
      if (rules === undefined || !isShown(columns, row)) continue;
      seen.name = names[columns.name[row] as number] ?? "";
      seen.key = keys[columns.key[row] as number] ?? "";
      seen.outcome = outcomeOf(columns.rule[row] as number);
      seen.invokeNs = columns.invokeNs[row] as number;
      seen.returnNs = seen.invokeNs + (columns.durationNs[row] as number);
      for (const running of rules) running.see(seen);
    }
  }
}

/** In a loop of its own: this much is done for every operation of every run. */
function countOutcomes({ rows, columns }: Block, outcomes: Record<Outcome, number>): void {
  const times = new Uint32Array(IN_FLIGHT);
  for (let row = 0; row < rows; row++) {
    if (isShown(columns, row)) (times[columns.rule[row] as number] as number) += 1;
  }
  for (const [rule, count] of times.entries()) outcomes[outcomeOf(rule)] += count;
}

/** It has ended, and is none of the audit's. */
function isShown({ rule, phase }: BlockColumns, row: number): boolean {
  if (rule[row] === IN_FLIGHT) return false;
  return ((phase[row] as number) & ~LISTED_BEFORE) !== PHASE.audit;
}

function outcomeOf(rule: number): Outcome {
  return OUTCOME_RULES[rule]?.outcome ?? "unknown";
}

function noOutcomes(): Record<Outcome, number> {
  return { ok: 0, rejected: 0, failed: 0, unknown: 0 };
}
