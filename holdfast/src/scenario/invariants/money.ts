/** The rules of money. Amounts are whole numbers, such as cents: sums of fractions are never exact. */
import type { Invariant } from "../../record/invariant.ts";
import type { OperationDefinition } from "../../record/operation.ts";
import type { Value } from "../../record/value.ts";
import { statement } from "./statement.ts";

/** One kind of operation, or several that do the same to an account. */
type Operations = OperationDefinition | readonly OperationDefinition[];

export interface DoubleSpendOptions {
  /** Adds its `value` to the account that is its key. */
  credit?: Operations;
  /** What was in the account before: one number for all accounts, or one per account. */
  opening: number | Readonly<Record<string, number>>;
  /** Gives the balance of an account as its `result`. */
  balance?: OperationDefinition;
  name?: string;
}

/**
 * Per account (key), at no moment were more debits (their `value`) than `opening` and the credits sent by then. A
 * refused debit says that there was not enough, where its `result` is nothing or `"insufficient"`; balances that were
 * read must have been possible; and where the audit lists debits, each acknowledged one is listed once.
 */
export function noDoubleSpend(debit: Operations, options: DoubleSpendOptions): Invariant {
  const { credit, balance, ...rest } = options;
  const [first, ...others] = [debit].flat() as [OperationDefinition, ...OperationDefinition[]];
  return statement("no-double-spend", "no double spend", first, {
    ...rest,
    debits: namesOf(others),
    credits: namesOf(credit === undefined ? [] : [credit].flat()),
    balance: balance?.name,
  });
}

export interface ConservationOptions {
  /** Reads all balances at one instant: its `result` is `{ account: balance }`, or their sum. */
  snapshot: OperationDefinition;
  /** What every snapshot adds up to: one number, or one per key of `snapshot`. */
  total: number | Readonly<Record<string, number>>;
  /** Balances may be below zero. Default: false. */
  negative?: boolean;
  name?: string;
}

/** Money is moved, never made or lost: every snapshot, under load and in the audit, adds up to `total`. */
export function conserves(move: OperationDefinition, options: ConservationOptions): Invariant {
  const { snapshot, ...rest } = options;
  return statement("conserves", "the total is conserved", move, {
    ...rest,
    snapshot: snapshot.name,
  });
}

export interface SettlementOptions {
  /** Gives what was held to whom it was meant for: its `value`, else all of it. */
  release: OperationDefinition;
  /** Gives it back: its `value`, else all of it. */
  refund: OperationDefinition;
  /** A part may be released and the rest refunded. Default: false, one or the other. */
  split?: boolean;
  /** By the end every acknowledged hold is settled, by the audit. Default: false. */
  always?: boolean;
  name?: string;
}

/** Per hold (key), what was held is released or refunded, never both, never twice, never more than was held. */
export function settledOnce(hold: OperationDefinition, options: SettlementOptions): Invariant {
  const { release, refund, ...rest } = options;
  return statement("settled-once", "every hold is settled once", hold, {
    ...rest,
    release: release.name,
    refund: refund.name,
  });
}

function namesOf(operations: readonly OperationDefinition[]): Value | undefined {
  return operations.length === 0 ? undefined : operations.map(({ name }) => name);
}
