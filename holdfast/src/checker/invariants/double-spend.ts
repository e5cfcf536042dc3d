/**
 * No double spend: at no moment has more been taken from an account than was in it. A credit counts from the moment it
 * was sent, a debit only when it was acknowledged (or listed by the audit), so an alarm needs no luck to be true:
 *
 *     opened with 100      debit 80  ├──────┤ ok
 *                          debit 80    ├──────┤ ok      at this end 160 are gone, whoever was first
 *
 * Exact as long as nobody was refused and no balance was read; refusals and balances are held against the bounds of
 * `level.ts`, which is sound. Retries with one id are one debit, and where the audit lists the entries of the ledger,
 * each acknowledged debit must have one. Nearly linear.
 */
import { formatCount } from "../../base/units.ts";
import type { OperationGroup } from "../../history/history.ts";
import { auditIsWhole } from "../../history/history.ts";
import type { Value } from "../../record/value.ts";
import type { Checker, Judgement, Question, Violation } from "../checker.ts";
import { proceed } from "../checker.ts";
import { Level } from "../level.ts";
import { counted, joined, listed, shortened } from "../wording.ts";
import type { GroupsByKey } from "./companions.ts";
import {
  companionsNamed,
  companionsOf,
  keysOf,
  namesIn,
  numberFor,
  ownGroups,
} from "./companions.ts";
import {
  lostEntries,
  overdrawn,
  repeatedEntries,
  wrongBalance,
  wrongRefusal,
} from "./double-spend-sentence.ts";
import type { Tally } from "./money.ts";
import { addReadings, addRefusals, addRequests } from "./money.ts";

export const noDoubleSpend: Checker = {
  needsEveryOperation: true,
  needsOverlap: true,
  check,
};

type Groups = readonly GroupsByKey[];

function check(question: Question): Judgement {
  const { invariant } = question;
  const debits: Groups = [
    ownGroups(question),
    ...namesIn(question, "debits").map((name) => companionsNamed(question, name)),
  ];
  const credits: Groups = namesIn(question, "credits").map((name) =>
    companionsNamed(question, name),
  );
  const balances = companionsOf(question, "balance");
  const level = new Level(0);
  const tally: Tally = {
    debits: 0,
    debited: 0,
    refused: 0,
    readings: 0,
    undecided: 0,
    resolved: 0,
  };
  const violations: Violation[] = [];
  const unstated: string[] = [];
  const keys = keysOf(...debits, ...credits, balances);
  for (const group of keys) {
    proceed(question);
    const { key } = group;
    const opening = numberFor(question, "opening", key);
    if (opening === undefined) {
      unstated.push(shortened(key));
      continue;
    }
    level.begin(opening);
    const account: Account = { group, debits, credits, balance: balances.get(group) };
    const broken = judgeAccount(question, account, level, tally);
    if (broken !== undefined) violations.push(broken);
  }
  const held = joined([
    `${counted(tally.debits, `acknowledged ${invariant.operation}`)} of ${formatCount(tally.debited)} ` +
      `on ${counted(keys.length, "account")}, never more than there was`,
    tally.refused > 0 && `${counted(tally.refused, "refusal")} possible`,
    tally.readings > 0 && `${counted(tally.readings, "balance")} possible`,
    tally.resolved > 0 && `${counted(tally.resolved, "unknown outcome")} resolved by the audit`,
    tally.undecided > 0 && `${counted(tally.undecided, "unknown outcome")} considered`,
  ]);
  const missing =
    unstated.length > 0 ? `no opening balance is stated for ${listed(unstated)}` : undefined;
  return { violations, held, missing };
}

interface Account {
  /** One of its groups. */
  readonly group: OperationGroup;
  readonly debits: Groups;
  readonly credits: Groups;
  readonly balance: OperationGroup | undefined;
}

function judgeAccount(
  question: Question,
  { group: { key, keyCode }, debits, credits, balance }: Account,
  level: Level,
  tally: Tally,
): Violation | undefined {
  const { requests } = question;
  let ledger: Violation | undefined;
  for (const groups of debits) {
    const group = groups.get({ keyCode });
    if (group === undefined) continue;
    requests.load(group);
    addRequests(question, level, -1, tally);
    addRefusals(question, level, tally, saysInsufficient);
    ledger ??= ledgerFault(question);
  }
  for (const groups of credits) {
    const group = groups.get({ keyCode });
    if (group === undefined) continue;
    requests.load(group);
    addRequests(question, level, 1, tally);
  }
  if (balance !== undefined) addReadings(question, balance, level, tally);
  level.settle();
  return (
    overdrawn(question, key, level) ??
    ledger ??
    wrongRefusal(question, key, level) ??
    wrongBalance(question, key, level)
  );
}

/** A refusal that gives no reason, or the one that is evidence. */
function saysInsufficient(reason: Value | undefined): boolean {
  return reason === undefined || reason === null || reason === "insufficient";
}

/** Debits with several entries in the ledger, or none where it is known to be whole. */
function ledgerFault(question: Question): Violation | undefined {
  const { requests, history } = question;
  if (requests.auditedRows === 0 || !requests.comparable) return undefined;
  const whole = auditIsWhole(history);
  const lost: number[] = [];
  const repeated: number[] = [];
  for (let request = 0; request < requests.count; request++) {
    const entries = requests.auditRows[request] as number;
    if (entries > 1) repeated.push(request);
    else if (entries === 0 && whole && (requests.okRow[request] as number) >= 0) lost.push(request);
  }
  if (repeated.length > 0) return repeatedEntries(question, repeated);
  return lost.length > 0 ? lostEntries(question, lost) : undefined;
}
