/** Unique results: no order id, token or ticket is handed out to two different requests, on any key. Linear. */
import type { History, OperationGroup } from "../../history/history.ts";
import { OUTCOME, PHASE, textOf } from "../../history/history.ts";
import type { Checker, Judgement, Question, Violation } from "../checker.ts";
import { proceed } from "../checker.ts";
import { at, counted, idOf, of, shortened } from "../wording.ts";

export const uniqueResults: Checker = {
  needsEveryOperation: false,
  needsOverlap: false,
  check,
};

function check(question: Question): Judgement {
  const { history, groups, invariant } = question;
  const { outcome, phase, result, id } = history.columns;
  /** By code of the result: the row that got it first, plus one. */
  const owners = new Uint32Array(history.atoms.size);
  const violations: Violation[] = [];
  let results = 0;
  for (const group of groups) {
    proceed(question);
    let first: Violation | undefined;
    let count = 0;
    for (let row = group.from; row < group.to; row++) {
      if (outcome[row] !== OUTCOME.ok || phase[row] === PHASE.audit) continue;
      const code = result[row] as number;
      if (code === 0) continue;
      results += 1;
      const owner = (owners[code] as number) - 1;
      if (owner < 0) {
        owners[code] = row + 1;
        continue;
      }
      const sameRequest = id[row] !== 0 && id[row] === id[owner] && inside(group, owner);
      if (sameRequest) continue;
      count += 1;
      first ??= violation(history, group.key, owner, row);
    }
    if (first !== undefined) violations.push({ ...first, count });
  }
  return {
    violations,
    held: `${counted(results, "result")} of "${invariant.operation}", all different`,
    unmet: results < 2 ? [`fewer than two ${invariant.operation} answers name a result`] : [],
  };
}

/** Groups come in any order. */
function inside(group: OperationGroup, row: number): boolean {
  return row >= group.from && row < group.to;
}

function violation(history: History, key: string, owner: number, row: number): Violation {
  const { returnNs } = history.columns;
  const before = history.operation(owner);
  const result = shortened(textOf(before.result ?? null));
  const elsewhere = before.key === key ? "" : ` (${shortened(before.key)})`;
  return {
    key,
    atNs: Math.max(returnNs[owner] as number, returnNs[row] as number),
    sentence:
      `${of(key)}${result} was given to two requests: ${idOf(history, owner)}${elsewhere} at ` +
      `${at(returnNs[owner] as number)} and ${idOf(history, row)} at ${at(returnNs[row] as number)}`,
    rows: [owner, row],
    count: 1,
  };
}
