/**
 * What must be refused never succeeds. One success is the whole proof, and no other operation can excuse it; one of
 * unknown outcome proves nothing. A pass needs somebody who was refused: an attempt that never left shows nothing, and
 * neither does a history in which nobody tried. Linear.
 */
import { formatCount } from "../../base/units.ts";
import { OUTCOME, PHASE } from "../../history/history.ts";
import type { OperationGroup } from "../../history/history.ts";
import { RULE } from "../../record/outcome.ts";
import type { Checker, Judgement, Question, Violation } from "../checker.ts";
import { proceed } from "../checker.ts";
import { WITNESSES_MAX } from "../finding.ts";
import { at, counted, joined, of, shortened } from "../wording.ts";

export const neverSucceeds: Checker = {
  needsEveryOperation: false,
  needsOverlap: false,
  passesWithoutSuccess: true,
  check,
};

interface Tally {
  refused: number;
  undecided: number;
}

function check(question: Question): Judgement {
  const { groups, invariant } = question;
  const tally: Tally = { refused: 0, undecided: 0 };
  const violations: Violation[] = [];
  for (const group of groups) {
    proceed(question);
    const broken = successes(question, group, tally);
    if (broken !== undefined) violations.push(broken);
  }
  const held = joined([
    `${counted(tally.refused, "attempt")} refused on ${counted(groups.length, "key")}`,
    tally.undecided > 0 && `${formatCount(tally.undecided)} of unknown outcome`,
  ]);
  const unmet = tally.refused === 0 ? [`nobody was refused "${invariant.operation}"`] : [];
  return { violations, held, unmet };
}

function successes(question: Question, group: OperationGroup, tally: Tally): Violation | undefined {
  const { outcome, rule, returnNs } = question.history.columns;
  const rows: number[] = [];
  let count = 0;
  let first = -1;
  for (let row = group.from; row < group.to; row++) {
    if (outcome[row] === OUTCOME.ok) {
      count += 1;
      if (rows.length < WITNESSES_MAX) rows.push(row);
      if (first < 0 || (returnNs[row] as number) < (returnNs[first] as number)) first = row;
    } else if (outcome[row] === OUTCOME.unknown) tally.undecided += 1;
    else if (rule[row] !== RULE.neverSent) tally.refused += 1;
  }
  if (first < 0) return undefined;
  const more = count > 1 ? `, and ${counted(count - 1, "time")} more` : "";
  return {
    key: group.key,
    atNs: returnNs[first] as number,
    sentence: `${of(group.key)}${success(question, first)}${more}`,
    rows: [first, ...rows],
    count,
  };
}

/** Who succeeded with what, when, and what the answer was. */
function success({ history, invariant }: Question, row: number): string {
  const { id, process, status, returnNs, result } = history.operation(row);
  const who = id === undefined ? `process ${process}` : shortened(id);
  const answer = joined([
    status > 0 && `status ${status}`,
    result !== undefined && `answered ${shortened(JSON.stringify(result))}`,
  ]);
  const told = answer === "" ? "" : ` (${answer})`;
  const listed =
    history.columns.phase[row] === PHASE.audit ? "is listed by the audit" : "succeeded";
  return `"${invariant.operation}" ${listed} for ${who} at ${at(returnNs)}${told}`;
}
