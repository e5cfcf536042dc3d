/** The rules of money. Amounts are whole numbers, such as cents: sums of fractions are never exact. */
import type { Invariant } from "../../record/invariant.ts";
import type { OperationDefinition } from "../../record/operation.ts";
import type { Value } from "../../record/value.ts";
import { statement } from "./statement.ts";

export interface DoubleSpendOptions {
  /** Takes its `value` from the account that is its key. Several of them where money leaves in several ways. */
  debit: OperationDefinition | readonly OperationDefinition[];
  /** Adds its `value`. */
  credit?: OperationDefinition | readonly OperationDefinition[];
  /** What was in the account before: one number for all accounts, or one per account. */
  opening: number | Readonly<Record<string, number>>;
  /** Gives the balance of an account as its `result`. */
  balance?: OperationDefinition;
  name?: string;
}

/**
 * Per account (key), at no moment more was debited than `opening` and the credits sent by then. A refused debit says
 * that there was not enough, where its `result` is nothing or `"insufficient"`; balances that were read must have been
 * possible; and where the audit lists debits, each acknowledged one is listed once.
 */
export function noDoubleSpend(options: DoubleSpendOptions): Invariant {
  const { debit, credit, balance, ...rest } = options;
  const [first, ...others] = [debit].flat() as [OperationDefinition, ...OperationDefinition[]];
  return statement("no-double-spend", "no double spend", first, {
    ...rest,
    debits: namesOf(others),
    credits: namesOf(credit === undefined ? [] : [credit].flat()),
    balance: balance?.name,
  });
}

function namesOf(operations: readonly OperationDefinition[]): Value | undefined {
  return operations.length === 0 ? undefined : operations.map(({ name }) => name);
}
