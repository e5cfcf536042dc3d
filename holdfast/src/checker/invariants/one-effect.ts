/**
 * One effect per key of idempotency: however often a request is sent, it happens once and is answered alike. Broken by
 * two different acknowledgements of one id, by an id that the audit lists more than once, by an acknowledged id that
 * a whole audit does not list, and by a refusal that begins after an acknowledgement was in. A timeout followed by a
 * retry is the usual case, and no excuse.
 *
 * The same key with another payload (`value`) is another matter: it must be refused, and leave no trace. Linear.
 */
import { formatCount } from "../../base/units.ts";
import type { History } from "../../history/history.ts";
import { auditIsWhole, OUTCOME, PHASE, textOf } from "../../history/history.ts";
import type { Checker, Judgement, Question, Violation } from "../checker.ts";
import { proceed } from "../checker.ts";
import { WITNESSES_MAX } from "../finding.ts";
import { IDS_NAMED_MAX } from "../limits.ts";
import { at, counted, idOf, joined, listed, nameOf, of, shortened } from "../wording.ts";
import { NONE } from "./code-map.ts";

export const oneEffectPerKey: Checker = {
  needsEveryOperation: false,
  needsOverlap: false,
  check,
};

function check(question: Question): Judgement {
  const { requests, groups, history, invariant } = question;
  const violations: Violation[] = [];
  let identified = 0;
  let repeated = 0;
  let attempts = 0;
  let audited = 0;
  for (const group of groups) {
    proceed(question);
    requests.load(group);
    audited += requests.auditedRows;
    for (let request = 0; request < requests.count; request++) {
      if (history.columns.id[requests.firstRow[request] as number] === 0) continue;
      identified += 1;
      const times = requests.attempts[request] as number;
      if (times > 1) repeated += 1;
      if (times > 1) attempts += times;
    }
    const broken = breaches(question);
    const [first] = broken.toSorted((a, b) => a.atNs - b.atNs);
    if (first === undefined) continue;
    violations.push({
      key: group.key,
      atNs: first.atNs,
      sentence: `${of(group.key)}${first.sentence}`,
      rows: first.rows,
      count: broken.length,
    });
  }
  const held = joined([
    counted(identified, invariant.operation),
    repeated > 0 && `${formatCount(repeated)} of them sent ${counted(attempts, "time")}`,
    audited > 0 && `${counted(audited, "stored row")} compared`,
  ]);
  const unmet = [
    identified === 0 && `no ${invariant.operation} carries an id`,
    repeated === 0 &&
      audited === 0 &&
      "no request was sent twice, and no audit lists what was stored",
  ].filter((need) => need !== false);
  return { violations, held, unmet };
}

interface Breach {
  readonly atNs: number;
  readonly sentence: string;
  readonly rows: readonly number[];
}

function breaches(question: Question): Breach[] {
  const { requests, history } = question;
  const { id, invokeNs, returnNs } = history.columns;
  const broken: Breach[] = [...differentAnswers(question), ...otherPayloads(question)];
  const whole = auditIsWhole(history) && requests.auditedRows > 0 && requests.comparable;
  for (let request = 0; request < requests.count; request++) {
    if (id[requests.firstRow[request] as number] === 0) continue;
    if ((requests.auditRows[request] as number) > 1) {
      broken.push(storedTwice(question, request));
    }
    const ok = requests.okRow[request] as number;
    if (whole && ok >= 0 && requests.auditRow[request] === NONE) {
      const atNs = returnNs[ok] as number;
      broken.push({
        atNs,
        sentence:
          `request ${idOf(history, ok)} was acknowledged at ${at(atNs)} as ` +
          `${nameOf(history, ok)} and is not stored`,
        rows: [ok],
      });
    }
  }
  for (const row of requests.rejectedRows) {
    const request = requests.requestWithIdOf(row);
    if (request < 0) continue;
    const acknowledgedNs = requests.acknowledgedNs[request] as number;
    if (acknowledgedNs >= (invokeNs[row] as number)) continue;
    const ok = requests.okRow[request] as number;
    if (differ(history, ok, row)) continue;
    broken.push({
      atNs: returnNs[row] as number,
      sentence:
        `request ${idOf(history, row)} was acknowledged at ${at(acknowledgedNs)} as ` +
        `${nameOf(history, ok)}, and refused when it came again at ${at(invokeNs[row] as number)}`,
      rows: [ok, row],
    });
  }
  return broken;
}

/** Acknowledgements and stored rows of a payload that is not the one first acknowledged under the id. */
function otherPayloads({ requests, history }: Question): Breach[] {
  const { from, to } = requests.group;
  const { phase, outcome, returnNs } = history.columns;
  const broken: Breach[] = [];
  if (!requests.repeated && requests.auditedRows === 0) return broken;
  for (let row = from; row < to; row++) {
    if (outcome[row] !== OUTCOME.ok) continue;
    const request = requests.requestWithIdOf(row);
    const ok = request === NONE ? NONE : (requests.okRow[request] as number);
    if (ok === NONE || ok === row || !differ(history, ok, row)) continue;
    const stored = phase[row] === PHASE.audit;
    broken.push({
      atNs: returnNs[row] as number,
      sentence:
        `request ${idOf(history, row)} was acknowledged with ${payloadOf(history, ok)} at ` +
        `${at(returnNs[ok] as number)}, and ${stored ? "is stored" : "again"} with ` +
        payloadOf(history, row) +
        (stored ? "" : ` at ${at(returnNs[row] as number)}, which must be refused`),
      rows: [ok, row],
    });
  }
  return broken;
}

/** True when both rows state a payload, and not the same. */
function differ({ columns }: History, row: number, other: number): boolean {
  const { value } = columns;
  return value[row] !== 0 && value[other] !== 0 && value[row] !== value[other];
}

function payloadOf(history: History, row: number): string {
  return shortened(textOf(history.operation(row).value ?? null));
}

/** One per request that was acknowledged with several results. */
function differentAnswers({ requests, history }: Question): Breach[] {
  const { returnNs } = history.columns;
  const rowsOf = new Map<number, number[]>();
  for (const { request, row, audit } of requests.extras) {
    if (audit) continue;
    const rows = rowsOf.get(request) ?? [requests.okResultRow[request] as number];
    rows.push(row);
    rowsOf.set(request, rows);
  }
  return [...rowsOf.values()].map((rows) => {
    const answers = rows.map((row) => `${nameOf(history, row)} at ${at(returnNs[row] as number)}`);
    return {
      atNs: Math.max(...rows.slice(0, 2).map((row) => returnNs[row] as number)),
      sentence: `request ${idOf(history, rows[0] as number)} was answered ${listed(answers)}`,
      rows,
    };
  });
}

function storedTwice({ requests, history }: Question, request: number): Breach {
  const rows = requests.rowsStored(request);
  const first = rows[0] as number;
  const proof = requests.okRow[request] as number;
  return {
    atNs: history.columns.returnNs[first] as number,
    sentence:
      `request ${idOf(history, first)} is stored ${formatCount(rows.length)} times: ` +
      listed(
        rows.slice(0, IDS_NAMED_MAX).map((row) => nameOf(history, row)),
        rows.length,
      ),
    rows: [...rows.slice(0, WITNESSES_MAX - 1), ...(proof >= 0 ? [proof] : [])],
  };
}
