/** The transactions in a history: what was asked for is the operation's value, what came of it its result. */
import type { History } from "../../history/history.ts";
import { OUTCOME } from "../../history/history.ts";
import type { Micro, Transaction } from "./transaction.ts";
import { microsOf } from "./transaction.ts";

export interface Recorded {
  readonly transactions: readonly Transaction[];
  /** The row of each. */
  readonly rows: readonly number[];
  /** Rows of which what was done cannot be read, and why the first of them cannot. */
  readonly unreadable: number;
  readonly problem: string | undefined;
}

/** `rows` in any order. */
export function transactionsOf(history: History, rows: readonly number[]): Recorded {
  const { columns, atoms } = history;
  const transactions: Transaction[] = [];
  const kept: number[] = [];
  let unreadable = 0;
  let problem: string | undefined;
  const inOrder = rows.toSorted(
    (a, b) => (columns.index[a] as number) - (columns.index[b] as number),
  );
  for (const row of inOrder) {
    const outcome = outcomeOf(columns.outcome[row] as number);
    const micros = microsAt(row, outcome === "ok");
    if (typeof micros === "string") {
      unreadable += 1;
      problem ??= `operation ${columns.index[row]}: ${micros}`;
      continue;
    }
    kept.push(row);
    transactions.push({
      micros,
      outcome,
      process: columns.process[row] as number,
      invokeNs: columns.invokeNs[row] as number,
      returnNs: outcome === "unknown" ? Infinity : (columns.returnNs[row] as number),
    });
  }
  return { transactions, rows: kept, unreadable, problem };

  /** Where an answer is not on record, of what was asked for at least the appends took place. */
  function microsAt(row: number, answered: boolean): Micro[] | string {
    const result = answered ? atoms.value(columns.result[row] as number) : undefined;
    // A text says that it went well, not what was seen.
    if (result !== undefined && result !== null && typeof result !== "string") {
      return microsOf(result, true);
    }
    return microsOf(atoms.value(columns.value[row] as number), false);
  }
}

/** A business rejection had no effect. */
function outcomeOf(code: number): Transaction["outcome"] {
  if (code === OUTCOME.ok) return "ok";
  return code === OUTCOME.unknown ? "unknown" : "failed";
}
