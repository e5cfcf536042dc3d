/**
 * What was considered and did not help. Who reads of a violation asks at once whether one of the requests without an
 * answer could explain it. The checker has asked that before it raised the alarm: an alarm holds whatever the unknown
 * operations did. So it is enough to say which they were: those on the same objects that were sent before the proof was
 * complete. Operations that the proof itself shows are not told twice.
 */
import type { History, OperationGroup } from "../history/history.ts";
import { OUTCOME, PHASE } from "../history/history.ts";
import type { Considered } from "./finding.ts";
import { CONSIDERED_NAMED_MAX } from "./limits.ts";
import { shortened } from "./wording.ts";

/**
 * `key` is the violation's, `rows` its witnesses'; `concerns` says which operations on that key the checker looked at.
 * Linear in the groups that it looks at.
 */
export function consideredOf(
  history: History,
  key: string,
  rows: readonly number[],
  concerns: (name: string) => boolean,
): Considered {
  const { columns } = history;
  const { phase, outcome, invokeNs, index } = columns;
  const untilNs = completeNs(history, rows);
  const shown = new Set(rows);
  const names = new Set<string>();
  let count = 0;
  const first: number[] = [];
  for (const group of groupsAbout(history, key, rows, concerns)) {
    let own = 0;
    // In order of invocation, so that the first that is too late ends the group, and the first few are the earliest.
    for (let row = group.from; row < group.to; row++) {
      if ((invokeNs[row] as number) > untilNs) break;
      if (outcome[row] !== OUTCOME.unknown || phase[row] === PHASE.audit || shown.has(row))
        continue;
      own += 1;
      names.add(group.name);
      if (own <= CONSIDERED_NAMED_MAX) first.push(row);
    }
    count += own;
  }
  return {
    count,
    name: names.size === 1 ? ([...names][0] as string) : null,
    ids: earliest(first, index).map((row) => nameOf(history, row)),
  };
}

/** When the last witness had its answer; one without an answer counts from when it was sent. */
function completeNs({ columns }: History, rows: readonly number[]): number {
  const { invokeNs, returnNs, outcome } = columns;
  const ends = rows.map((row) =>
    outcome[row] === OUTCOME.unknown ? (invokeNs[row] as number) : (returnNs[row] as number),
  );
  return Math.max(Number.NEGATIVE_INFINITY, ...ends);
}

/** The groups that witnesses are of, and those on the violation's key. */
function groupsAbout(
  { groups }: History,
  key: string,
  rows: readonly number[],
  concerns: (name: string) => boolean,
): readonly OperationGroup[] {
  return groups.filter(
    ({ name, key: own, from, to }) =>
      (own === key && concerns(name)) || rows.some((row) => row >= from && row < to),
  );
}

function earliest(rows: readonly number[], index: Uint32Array): number[] {
  return rows
    .toSorted((a, b) => (index[a] as number) - (index[b] as number))
    .slice(0, CONSIDERED_NAMED_MAX);
}

/** By its id, else by its number: it has no answer by which it could be called. */
function nameOf(history: History, row: number): string {
  const { id, index } = history.operation(row);
  return id === undefined ? `operation ${index}` : shortened(id);
}
