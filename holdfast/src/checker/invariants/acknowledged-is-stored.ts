/**
 * What was acknowledged is stored, once, as it was acknowledged; and what is stored was asked for. The audit is held
 * against the answers request by request: acknowledged ⊆ stored ⊆ attempted. Linear.
 */
import { formatCount } from "../../base/units.ts";
import type { History } from "../../history/history.ts";
import { auditIsWhole } from "../../history/history.ts";
import type { Checker, Judgement, Question, Violation } from "../checker.ts";
import { proceed } from "../checker.ts";
import { WITNESSES_MAX } from "../finding.ts";
import { inTurns } from "../in-turns.ts";
import { IDS_NAMED_MAX } from "../limits.ts";
import { at, counted, idOf, joined, listed, nameOf, of } from "../wording.ts";
import { NONE } from "./code-map.ts";

export const acknowledgedIsStored: Checker = {
  needsEveryOperation: true,
  needsOverlap: false,
  check,
};

function check(question: Question): Judgement {
  const { acknowledged, stored, resolved, ...told } = comparison(question, lostFault);
  const all = counted(acknowledged, `acknowledged ${question.invariant.operation}`);
  const whole = told.missing === undefined;
  const held = joined([
    whole ? `${all} and ${formatCount(stored)} stored, the same` : all,
    resolved > 0 && `${formatCount(resolved)} of unknown outcome found by the audit`,
  ]);
  return { ...told, held };
}

/** How the audit compares with the answers, over all keys. */
export interface Comparison {
  readonly violations: readonly Violation[];
  readonly acknowledged: number;
  readonly stored: number;
  /** Requests of unknown outcome that the audit lists. */
  readonly resolved: number;
  /** What a pass would have needed. */
  readonly missing: string | undefined;
}

/** One thing that is wrong on a key. */
export interface Fault {
  readonly atNs: number;
  readonly sentence: string;
  readonly rows: readonly number[];
  readonly count: number;
}

/**
 * Holds the audit against the answers, key by key. `lost` words what was acknowledged and is not stored, from the rows
 * of the acknowledgements; it is asked where the audit proves absence, also when there are none.
 */
export function comparison(
  question: Question,
  lost: (question: Question, rows: readonly number[]) => Fault | undefined,
): Comparison {
  const { requests, groups, history } = question;
  const violations: Violation[] = [];
  const total = { acknowledged: 0, stored: 0, resolved: 0 };
  let incomparable = 0;
  const whole = auditIsWhole(history);
  const { audited } = history.facts;
  for (const group of groups) {
    proceed(question);
    requests.load(group);
    total.stored += requests.auditedRows;
    for (let request = 0; request < requests.count; request++) {
      const ok = (requests.okRow[request] as number) >= 0;
      if (ok) total.acknowledged += 1;
      else if (requests.happened(request)) total.resolved += 1;
    }
    if (!requests.comparable) {
      incomparable += 1;
      continue;
    }
    const faults = faultsOf(question, whole && audited ? lost : undefined);
    if (faults.length === 0) continue;
    violations.push({
      key: group.key,
      atNs: Math.min(...faults.map((fault) => fault.atNs)),
      sentence:
        of(group.key) +
        joined(
          faults.map((fault) => fault.sentence),
          "; ",
        ),
      rows: inTurns(faults.map((fault) => fault.rows)),
      count: faults.reduce((sum, fault) => sum + fault.count, 0),
    });
  }
  const missing = joined(
    [
      !audited && "the run has no audit",
      audited && !whole && "the audit did not run to its end",
      incomparable > 0 &&
        `on ${counted(incomparable, "key")} neither ids nor results tell which stored row is whose`,
    ],
    "; ",
  );
  return { violations, ...total, missing: missing === "" ? undefined : missing };
}

function faultsOf(
  question: Question,
  wordLost: ((question: Question, rows: readonly number[]) => Fault | undefined) | undefined,
): Fault[] {
  const { requests, history } = question;
  const { result } = history.columns;
  const lost: number[] = [];
  const twice: number[] = [];
  const other: number[] = [];
  const refused: number[] = [];
  for (let request = 0; request < requests.count; request++) {
    const ok = requests.okRow[request] as number;
    const audit = requests.auditRow[request] as number;
    if (audit === NONE) {
      if (ok >= 0) lost.push(ok);
      continue;
    }
    if ((requests.auditRows[request] as number) > 1) twice.push(request);
    if (ok < 0 && (requests.unknownRow[request] as number) < 0) refused.push(request);
    const stored = requests.auditResultRow[request] as number;
    const comparable = stored !== NONE && requests.okResultRow[request] !== NONE;
    if (comparable && !requests.acknowledgedWith(request, result[stored] as number)) {
      other.push(request);
    }
  }
  // An attempt without an id that timed out may explain one row that nobody else asked for.
  const phantoms = requests.phantomRows.slice(requests.anonymousUnknowns);
  return [
    wordLost?.(question, lost),
    twiceFault(question, twice),
    otherFault(question, other),
    refusedFault(question, refused),
    phantomFault(question, phantoms),
  ].filter((fault) => fault !== undefined);
}

function lostFault(question: Question, lost: readonly number[]): Fault | undefined {
  const { requests, history, invariant } = question;
  const [first] = lost;
  if (first === undefined) return undefined;
  let acknowledged = 0;
  for (let request = 0; request < requests.count; request++) {
    if ((requests.okRow[request] as number) >= 0) acknowledged += 1;
  }
  const all = counted(acknowledged, `acknowledged ${invariant.operation}`);
  const atNs = history.columns.returnNs[first] as number;
  return {
    atNs,
    sentence:
      `${formatCount(lost.length)} of ${all} ${lost.length === 1 ? "is" : "are"} not stored: ` +
      `${names(history, lost)}, the first acknowledged at ${at(atNs)}`,
    rows: lost.slice(0, WITNESSES_MAX),
    count: lost.length,
  };
}

function twiceFault({ requests, history }: Question, twice: readonly number[]): Fault | undefined {
  const [first] = twice;
  if (first === undefined) return undefined;
  const rows = requests.rowsStored(first);
  const more = twice.length > 1 ? `, and so ${counted(twice.length - 1, "other")}` : "";
  return {
    atNs: history.columns.returnNs[rows[0] as number] as number,
    sentence:
      `request ${idOf(history, rows[0] as number)} is stored ${formatCount(rows.length)} times: ` +
      `${names(history, rows)}${more}`,
    rows: [requests.proof(first), ...rows].slice(0, WITNESSES_MAX),
    count: twice.length,
  };
}

function otherFault({ requests, history }: Question, other: readonly number[]): Fault | undefined {
  const [first] = other;
  if (first === undefined) return undefined;
  const said = requests.okResultRow[first] as number;
  const stored = requests.auditResultRow[first] as number;
  const more = other.length > 1 ? `, and so ${counted(other.length - 1, "other")}` : "";
  return {
    atNs: history.columns.returnNs[stored] as number,
    sentence:
      `request ${idOf(history, said)} was acknowledged as ${nameOf(history, said)} and is stored ` +
      `as ${nameOf(history, stored)}${more}`,
    rows: [said, stored],
    count: other.length,
  };
}

function refusedFault(
  { requests, history }: Question,
  refused: readonly number[],
): Fault | undefined {
  const [first] = refused;
  if (first === undefined) return undefined;
  const rows = refused.map((request) => requests.auditRow[request] as number);
  const are = refused.length === 1 ? "request was refused and is" : "requests were refused and are";
  return {
    atNs: history.columns.returnNs[rows[0] as number] as number,
    sentence: `${formatCount(refused.length)} ${are} stored all the same: ${names(history, rows)}`,
    rows: [requests.firstRow[first] as number, ...rows].slice(0, WITNESSES_MAX),
    count: refused.length,
  };
}

function phantomFault({ history }: Question, phantoms: readonly number[]): Fault | undefined {
  const [first] = phantoms;
  if (first === undefined) return undefined;
  const verb = phantoms.length === 1 ? "is" : "are";
  return {
    atNs: history.columns.returnNs[first] as number,
    sentence:
      `${formatCount(phantoms.length)} stored ${verb} of requests that nobody made in this run: ` +
      names(history, phantoms),
    rows: phantoms.slice(0, WITNESSES_MAX),
    count: phantoms.length,
  };
}

/** `o-1 (k-1), o-2 (k-2) and 7 more`: what the system called it, and the id of the request. */
export function names(history: History, rows: readonly number[]): string {
  const shown = rows.slice(0, IDS_NAMED_MAX).map((row) => {
    const name = nameOf(history, row);
    const id = idOf(history, row);
    return name === id ? name : `${name} (${id})`;
  });
  return listed(shown, rows.length);
}
