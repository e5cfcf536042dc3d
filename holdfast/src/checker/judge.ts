/**
 * From a history and the invariants of its test to findings: one per invariant, in their order. Everything that makes a
 * verdict worth believing and does not depend on the kind of invariant is here:
 *
 * - a violation is a `fail`, unless operations are missing whose presence could have excused it;
 * - no violation is a `pass` only over a whole history, with something acknowledged in it, with the audit where the
 *   invariant needs one, and with a race where it claims something about races; else `unknown`, and why;
 * - a checker that throws or is stopped says `unknown`.
 */
import { messageOf } from "../base/errors.ts";
import { formatCount } from "../base/units.ts";
import type { History } from "../history/history.ts";
import type { Invariant } from "../record/invariant.ts";
import type { OwnModel } from "../record/own-model.ts";
import { acknowledgedIsStored } from "./invariants/acknowledged-is-stored.ts";
import { allowedTransitions } from "./invariants/allowed-transitions.ts";
import { auction } from "./invariants/auction.ts";
import type { Checker, Judgement, Question, Violation } from "./checker.ts";
import { groupsOf } from "./invariants/companions.ts";
import { deliveredOnce } from "./invariants/delivered-once.ts";
import type { Judged } from "./finding.ts";
import { WITNESSES_MAX } from "./finding.ts";
import { consideredOf } from "./considered.ts";
import { conserves } from "./invariants/conserves.ts";
import { noDoubleSpend } from "./invariants/double-spend.ts";
import { freshReads } from "./invariants/fresh-reads.ts";
import { honestSoldOut } from "./invariants/honest-sold-out.ts";
import { KEYS_NAMED_MAX } from "./limits.ts";
import { linearizable } from "./invariants/linearizable.ts";
import { noLeak, noLeakFromRooms } from "./invariants/no-leak.ts";
import { inOrder } from "./invariants/in-order.ts";
import { neverSucceeds } from "./invariants/never-succeeds.ts";
import { noOversell } from "./invariants/no-oversell.ts";
import { oneEffectPerKey } from "./invariants/one-effect.ts";
import { exactlyOneWinner } from "./invariants/one-winner.ts";
import type { Activity } from "./activity.ts";
import { activityOf } from "./activity.ts";
import { RequestTable } from "./invariants/requests.ts";
import { sessionGuarantees } from "./invariants/session-guarantees.ts";
import { serializable } from "./invariants/serializable.ts";
import { settledOnce } from "./invariants/settled-once.ts";
import { stockAgrees } from "./invariants/stock-agrees.ts";
import { survivesKill } from "./invariants/survives-kill.ts";
import { uniqueResults } from "./invariants/unique-results.ts";
import { witnessOf } from "./witness.ts";
import { at, counted, doubted, shortened } from "./wording.ts";

/** Who decides which kind of invariant. */
export const CHECKERS: Readonly<Record<string, Checker>> = {
  "no-oversell": noOversell,
  "honest-sold-out": honestSoldOut,
  "one-effect-per-key": oneEffectPerKey,
  "unique-results": uniqueResults,
  "one-winner": exactlyOneWinner,
  "acknowledged-is-stored": acknowledgedIsStored,
  "stock-agrees": stockAgrees,
  "no-double-spend": noDoubleSpend,
  conserves,
  "settled-once": settledOnce,
  auction,
  "delivered-once": deliveredOnce,
  "in-order": inOrder,
  "no-leak": noLeak,
  "no-leak-from-rooms": noLeakFromRooms,
  "session-guarantees": sessionGuarantees,
  linearizable,
  serializable,
  "never-succeeds": neverSucceeds,
  "fresh-reads": freshReads,
  "survives-kill": survivesKill,
  "allowed-transitions": allowedTransitions,
};

export interface JudgeOptions {
  /** Judges only this key. */
  key?: string | undefined;
  /** Asked now and then: true ends the check at hand, which then says `unknown`. */
  stop?: (() => boolean) | undefined;
  /** The author's own model of an invariant; throws where it is not at hand. Default: what the invariant carries. */
  ownModel?: ((invariant: Invariant) => OwnModel) | undefined;
}

/** One finding per invariant. Never throws because of the history or of a checker. */
export function judge(
  history: History,
  invariants: readonly Invariant[],
  options: JudgeOptions = {},
): Judged[] {
  const requests = new RequestTable(history);
  const activities = new Map<string, Activity>();
  return invariants.map((invariant) => {
    const groups = groupsOf(history, invariant.operation, options.key);
    let activity = activities.get(invariant.operation);
    if (activity === undefined) {
      activity = activityOf(history, groups);
      activities.set(invariant.operation, activity);
    }
    const { key } = options;
    const stop = options.stop ?? (() => false);
    const ownModel = (): OwnModel => (options.ownModel ?? carriedModel)(invariant);
    return findingOf({ history, invariant, groups, key, requests, ownModel, stop }, activity);
  });
}

function carriedModel({ model }: Invariant): OwnModel {
  if (model === undefined) throw new Error("its model is the author's own and is not at hand");
  return model;
}

function findingOf(question: Question, activity: Activity): Judged {
  const { invariant, groups } = question;
  const blank: Judged = {
    name: invariant.name,
    kind: invariant.kind,
    verdict: "unknown",
    sentence: "",
    checked: {
      operations: activity.operations,
      keys: groups.length,
      unknownOutcomes: activity.unknown,
      overlapMax: activity.overlapMax,
    },
    witnesses: [],
    count: 0,
    key: null,
  };
  const checker = Object.hasOwn(CHECKERS, invariant.kind) ? CHECKERS[invariant.kind] : undefined;
  if (checker === undefined) {
    return { ...blank, sentence: `nobody here decides invariants of the kind "${invariant.kind}"` };
  }
  try {
    const judgement = checker.check(question);
    return { ...blank, ...concluded(question, checker, judgement, activity) };
  } catch (error) {
    return { ...blank, sentence: `it could not be decided: ${messageOf(error)}` };
  }
}

function concluded(
  question: Question,
  checker: Checker,
  judgement: Judgement,
  activity: Activity,
): Partial<Judged> {
  const { history } = question;
  const { facts } = history;
  const gaps = facts.lostRecords > 0;
  const lost = `${counted(facts.lostRecords, "record")} of the history ${facts.lostRecords === 1 ? "is" : "are"} lost`;
  const [first, ...others] = judgement.violations.toSorted((a, b) => a.atNs - b.atNs);
  if (first !== undefined) {
    const sentence = first.sentence + otherKeys(others);
    const rows = [...new Set(first.rows)].slice(0, WITNESSES_MAX);
    const failed = {
      sentence,
      witnesses: rows
        .toSorted(
          (a, b) => (history.columns.index[a] as number) - (history.columns.index[b] as number),
        )
        .map((row) => witnessOf(history, row)),
      count: judgement.violations.reduce((sum, violation) => sum + violation.count, 0),
      key: first.key,
      considered: consideredOf(history, first.key, rows, (name) =>
        isNamedIn(name, question.invariant),
      ),
    };
    if (gaps && checker.needsEveryOperation) {
      return {
        ...failed,
        verdict: "unknown",
        sentence: `${sentence}; but ${lost}, which could explain it`,
      };
    }
    return { ...failed, verdict: "fail" };
  }
  const { held, missing } = judgement;
  const idle = idleness(question, checker, activity);
  const unmet = [...idle, ...(judgement.unmet ?? [])];
  const partial = cutShort(question) ?? (gaps ? lost : undefined);
  const doubt = missing ?? partial;
  const why = idle[0] ?? missing ?? unmet[0] ?? partial;
  if (why === undefined) return { verdict: "pass", sentence: held, held, unmet };
  return { verdict: "unknown", sentence: doubted(why, held), held, unmet, doubt };
}

/** True for the invariant's operation and for those that its options name, in whatever field. */
function isNamedIn(operation: string, { operation: own, options }: Invariant): boolean {
  const names = (value: unknown): boolean =>
    value === operation ||
    (typeof value === "object" && value !== null && Object.values(value).some(names));
  return operation === own || names(options);
}

/** What a pass would have needed to take place, whatever the invariant, and did not. */
function idleness(
  { invariant }: Question,
  checker: Checker,
  { operations, ok, overlapMax }: Activity,
): string[] {
  const wanted = checker.passesWithoutSuccess !== true;
  return [
    operations === 0 && `no ${invariant.operation} took place`,
    ok === 0 && wanted && `no ${invariant.operation} was acknowledged`,
    checker.needsOverlap &&
      overlapMax < 2 &&
      `no two of "${invariant.operation}" ever overlapped on one key, so nothing raced`,
  ].filter((need) => need !== false);
}

function cutShort({ history }: Question): string | undefined {
  const { finished, trustedUntilNs } = history.facts;
  if (finished) return undefined;
  return `the run did not end: nothing is missing up to ${at(trustedUntilNs)} only`;
}

function otherKeys(others: readonly Violation[]): string {
  if (others.length === 0) return "";
  const names = others.slice(0, KEYS_NAMED_MAX).map(({ key }) => shortened(key));
  const rest = others.length - names.length;
  const more = rest > 0 ? ` and ${formatCount(rest)} more` : "";
  return `; also on ${names.join(", ")}${more}`;
}
