/** How sockets write what they do into the history: one question, one answer, one receipt at a time. */
import { type Outcome, OUTCOME_RULES, RULE } from "../../record/outcome.ts";
import type { OperationStart } from "../../record/operation.ts";
import type { Actor } from "../../record/recorder.ts";
import type { Value } from "../../record/value.ts";
import type { Hub } from "./hub.ts";

const SAID: Readonly<Record<Outcome, number>> = {
  ok: RULE.saidOk,
  rejected: RULE.saidRejected,
  failed: RULE.saidFailed,
  unknown: RULE.saidUnknown,
};

/** What came, and when. */
interface Received {
  readonly receivedNs: number;
}

/** HOT. The next thing the caller does is hand the first byte to the socket. -1 without an operation. */
export function began(
  hub: Hub,
  actor: Actor,
  operation: OperationStart | undefined,
  id: string | undefined,
): number {
  if (operation === undefined && id === undefined) return -1;
  const nowNs = hub.recorder.clock.nowNs();
  if (id !== undefined) hub.sentTimes.note(id, nowNs);
  if (operation === undefined) return -1;
  return hub.recorder.operations.invoke(operation, actor.process, actor.phase, nowNs);
}

/** Nothing came back, and by this rule it ended. `slot` as `began` gave it. */
export function endedBy(hub: Hub, actor: Actor, slot: number, rule: number): void {
  if (slot >= 0) complete(hub, actor, slot, hub.recorder.clock.nowNs(), rule);
}

/** The answer came. `outcome` is the author's; what it throws leaves the operation unknown, and goes on. */
export function answered<Answer extends Received>(
  hub: Hub,
  actor: Actor,
  slot: number,
  operation: OperationStart | undefined,
  answer: Answer,
  outcome: ((answer: Answer) => Outcome) | undefined,
): void {
  if (slot < 0 || operation === undefined) return;
  let rule: number = RULE.answered;
  try {
    if (outcome !== undefined) rule = SAID[outcome(answer)] ?? RULE.saidUnknown;
  } catch (error) {
    complete(hub, actor, slot, answer.receivedNs, RULE.saidUnknown);
    throw error;
  }
  complete(hub, actor, slot, answer.receivedNs, rule, resultOf(operation, answer));
}

/** HOT. A receipt: an operation of no length, at the moment of arrival. */
export function received(
  hub: Hub,
  actor: Actor,
  message: Received,
  start: OperationStart,
  result: Value | undefined,
): void {
  const { operations } = hub.recorder;
  const slot = operations.invoke(start, actor.process, actor.phase, message.receivedNs);
  operations.complete(slot, message.receivedNs, RULE.received, 0, result);
}

/** True when the end of the run, or of its time in it, has cut the virtual user off. */
export function isCutOff(actor: Actor): boolean {
  return actor.uncounted === true && actor.phase === "load";
}

function complete(
  hub: Hub,
  actor: Actor,
  slot: number,
  returnNs: number,
  rule: number,
  result?: Value,
): void {
  const { operations } = hub.recorder;
  operations.complete(slot, returnNs, rule, 0, result);
  // The old process may still be acting; what the virtual user does next is done by another.
  if (OUTCOME_RULES[rule]?.outcome === "unknown") actor.process = operations.newProcess();
}

/** The definition's reader is the author's: what it cannot read is unknown, and no reason to stop. */
function resultOf({ definition }: OperationStart, answer: Received): Value | undefined {
  try {
    return definition.result?.(answer as never);
  } catch {
    return undefined;
  }
}
