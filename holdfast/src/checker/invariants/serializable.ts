/** Transactions on lists, isolated as the level says: `transactions/` decides, over all keys at once. */
import type { Checker, Judgement, Question } from "../checker.ts";
import { DEFAULT_ISOLATION } from "../../record/isolation.ts";
import type { IsolationLevel } from "../../record/isolation.ts";
import { judgeIsolation } from "../transactions/verdict.ts";

export const serializable: Checker = {
  // A circle stands on what was read: no transaction that is missing could undo it.
  needsEveryOperation: false,
  needsOverlap: true,
  check,
};

function check({ history, invariant }: Question): Judgement {
  const level = (invariant.options["isolation"] ?? DEFAULT_ISOLATION) as IsolationLevel;
  const rows: number[] = [];
  for (const { from, to } of history.groupsOf(invariant.operation)) {
    for (let row = from; row < to; row++) rows.push(row);
  }
  return judgeIsolation(history, rows, level);
}
