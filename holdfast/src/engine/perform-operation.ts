/**
 * An operation of several requests, or of another protocol than HTTP: its interval is the author's function.
 *
 * - `{ outcome, result }`: the author's own word.
 * - an HTTP answer: by its status, as for an operation of one request.
 * - an exception: `unknown`, and the exception goes on to end the iteration. Nobody can tell what had happened by then,
 *   and a mistake in the script must not hide in the history.
 */
import type { OperationStart } from "../record/operation.ts";
import { OUTCOME_RULES, RULE, statusRules } from "../record/outcome.ts";
import type { Outcome } from "../record/outcome.ts";
import type { Actor, Recorder } from "../record/recorder.ts";
import type { Value } from "../record/value.ts";
import type { Ended, Vu } from "../scenario/vu.ts";

type Answer = Awaited<ReturnType<Vu["http"]["get"]>>;

const SAID: Readonly<Record<Outcome, number>> = {
  ok: RULE.saidOk,
  rejected: RULE.saidRejected,
  failed: RULE.saidFailed,
  unknown: RULE.saidUnknown,
};

/** Rules by status, once per kind of operation. */
const rulesByDefinition = new WeakMap<object, Uint8Array>();

export async function performOperation(
  recorder: Recorder,
  actor: Actor,
  start: OperationStart,
  act: () => Promise<Ended | Answer>,
): Promise<Ended> {
  const { clock, operations } = recorder;
  const slot = operations.invoke(start, actor.process, actor.phase, clock.nowNs());
  const complete = (
    returnNs: number,
    rule: number,
    status: number,
    result: Value | undefined,
  ): void => {
    operations.complete(slot, returnNs, rule, status, result);
    // The old process may still be acting; what the virtual user does next is done by another.
    if (outcomeOf(rule) === "unknown") actor.process = operations.newProcess();
  };
  let ended: Ended | Answer;
  try {
    ended = await act();
  } catch (error) {
    complete(clock.nowNs(), RULE.saidUnknown, 0, undefined);
    throw error;
  }
  const returnNs = clock.nowNs();
  if ("outcome" in ended) {
    const rule: number | undefined = SAID[ended.outcome];
    complete(returnNs, rule ?? RULE.saidUnknown, 0, ended.result);
    if (rule !== undefined) return ended;
    const { name } = start.definition;
    throw new TypeError(`operation ${name} must end ok, rejected, failed or unknown`);
  }
  const rule = ruleOf(start, ended);
  const result = resultOf(start, ended, outcomeOf(rule));
  complete(returnNs, rule, ended.status, result);
  return { outcome: outcomeOf(rule), result };
}

function ruleOf({ definition }: OperationStart, { status, error }: Answer): number {
  let rules = rulesByDefinition.get(definition);
  if (rules === undefined) {
    rules = statusRules(definition.statuses);
    rulesByDefinition.set(definition, rules);
  }
  const rule = rules[status] ?? RULE.otherStatus;
  if (error === undefined) return rule;
  if (status >= 200 && status < 300) {
    return outcomeOf(rule) === "ok" ? RULE.successCutOff : rule;
  }
  if (status !== 0) return rule;
  if (error.definite) return RULE.neverSent;
  return error.code.includes("TIMEOUT") ? RULE.timeout : RULE.connectionLost;
}

/** The system's own word, from answers that have one. */
function resultOf(
  { definition }: OperationStart,
  answer: Answer,
  outcome: Outcome,
): Value | undefined {
  if (outcome !== "ok" && outcome !== "rejected") return undefined;
  try {
    return definition.result?.(answer as never);
  } catch {
    return undefined;
  }
}

function outcomeOf(rule: number): Outcome {
  return OUTCOME_RULES[rule]?.outcome ?? "unknown";
}
