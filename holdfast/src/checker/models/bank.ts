/**
 * Accounts between which money is moved, never below zero, and read all at once. A rejected transfer says that the
 * money was not there. Without `initial` the balances are whatever the first read says, as long as all that was moved
 * before it can have been there.
 */
import { textOf } from "../../history/history.ts";
import type { Value } from "../../record/value.ts";
import type { Model, State, Step } from "../model.ts";
import { unknownOperation } from "../model.ts";
import { valueText } from "../value-text.ts";

const OPERATIONS = ["transfer", "read"];

/** More than what sums of money lose to rounding, less than any money. */
const ROUNDING = 1e-6;

interface Transfer {
  readonly from: Value;
  readonly to: Value;
  readonly amount: number;
}

/**
 * `known` is false until a read has fixed the balances; until then they are what was added to them, and `least` is what
 * must have been there at the start.
 */
interface Accounts {
  readonly known: boolean;
  readonly balances: Record<string, number>;
  readonly least?: Record<string, number>;
}

export const bank: Model = {
  problem: ({ f, input, output, outcome }) => {
    if (!OPERATIONS.includes(f)) return unknownOperation(OPERATIONS);
    if (f === "transfer") {
      return isTransfer(input)
        ? undefined
        : "value must be {from, to, amount}, the amount from 0 up";
    }
    if (outcome !== "ok" || output === undefined || isBalances(output)) return undefined;
    return "value must be {account: balance}";
  },
  initial: (initial) => {
    if (initial === undefined || initial === null) return stateOf({ known: false, balances: {} });
    if (isBalances(initial))
      return stateOf({ known: true, balances: initial as Record<string, number> });
    throw new RangeError("must be {account: balance}");
  },
  silent: ({ f, outcome, output }) => f === "read" && (outcome !== "ok" || output === undefined),
  // The first read of unknown balances fixes them, so it is a change.
  reads: ({ outcome }) => outcome === "rejected",
  ahead: {
    tells: ({ f, outcome }) => f === "read" || outcome === "rejected",
    neverFits: (state, step, must, may) => {
      const { known, balances } = accountsOf(state);
      if (!known) return false;
      if (step.f === "read") {
        const read = step.output as Record<string, number>;
        const names = new Set([...Object.keys(balances), ...Object.keys(read)]);
        return [...names].some((name) => {
          const [low, high] = boundsOf(name, balances[name] ?? 0, must, may);
          return (read[name] ?? 0) < low - ROUNDING || (read[name] ?? 0) > high + ROUNDING;
        });
      }
      const { from, amount } = step.input as unknown as Transfer;
      const source = textOf(from);
      return boundsOf(source, balances[source] ?? 0, must, may)[0] >= amount + ROUNDING;
    },
  },
  next: (state, { f, input, output, outcome }) => {
    const accounts = accountsOf(state);
    if (f === "read") return afterRead(accounts, output as Record<string, number>, state);
    const { from, to, amount } = input as unknown as Transfer;
    const [source, target] = [textOf(from), textOf(to)];
    const { known, balances, least = {} } = accounts;
    const needed = amount - (balances[source] ?? 0);
    // At an unknown start there may have been more than is known to have been there, never less.
    const enough = (known ? 0 : (least[source] ?? 0)) >= needed;
    if (outcome === "rejected") return enough ? undefined : state;
    if (known && !enough) return undefined;
    const moved = { ...balances, [source]: (balances[source] ?? 0) - amount };
    moved[target] = (moved[target] ?? 0) + amount;
    if (enough) return stateOf({ ...accounts, balances: moved });
    return stateOf({ known, balances: moved, least: { ...least, [source]: needed } });
  },
};

function afterRead(
  { known, balances, least = {} }: Accounts,
  read: Record<string, number>,
  state: State,
): State | undefined {
  if (Object.values(read).some((balance) => balance < 0)) return undefined;
  if (!known) {
    const started = Object.keys({ ...balances, ...least }).every(
      (name) => (read[name] ?? 0) - (balances[name] ?? 0) >= (least[name] ?? 0) - ROUNDING,
    );
    return started ? stateOf({ known: true, balances: read }) : undefined;
  }
  const names = new Set([...Object.keys(balances), ...Object.keys(read)]);
  return [...names].every((name) => (balances[name] ?? 0) === (read[name] ?? 0))
    ? state
    : undefined;
}

/** Between which a balance can be, once all of `must` and any of `may` have happened. */
function boundsOf(
  name: string,
  balance: number,
  must: readonly Step[],
  may: readonly Step[],
): readonly [number, number] {
  let low = balance;
  for (const step of must) low += movedBy(step, name);
  let high = low;
  for (const step of may) {
    const units = movedBy(step, name);
    low += Math.min(0, units);
    high += Math.max(0, units);
  }
  return [low, high];
}

/** What a step adds to an account, or takes from it. */
function movedBy({ f, input, outcome }: Step, name: string): number {
  if (f === "read" || outcome === "rejected") return 0;
  const { from, to, amount } = input as unknown as Transfer;
  return (textOf(to) === name ? amount : 0) - (textOf(from) === name ? amount : 0);
}

let latest: { state: State; accounts: Accounts } | undefined;

/** The last one is kept: a search asks the same state over and over. */
function accountsOf(state: State): Accounts {
  if (latest?.state !== state)
    latest = { state, accounts: JSON.parse(state as string) as Accounts };
  return latest.accounts;
}

/** Accounts at zero are left out, so that one state has one text. */
function stateOf({ known, balances, least = {} }: Accounts): State {
  const kept = Object.entries(balances).filter(([, balance]) => balance !== 0);
  const told = { known, balances: Object.fromEntries(kept) };
  return valueText(known ? told : { ...told, least });
}

function isTransfer(value: Value | undefined): boolean {
  const { from, to, amount } = (value ?? {}) as { readonly [name: string]: Value };
  return from !== undefined && to !== undefined && typeof amount === "number" && amount >= 0;
}

function isBalances(value: Value): boolean {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return false;
  return Object.values(value).every((balance) => typeof balance === "number");
}
