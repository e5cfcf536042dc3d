/**
 * What is left of a history when Holdfast dies: all that was invoked by the last trusted moment, what had not returned
 * by then as unknown or, where a later block made it to the disk, as it was; of what came after it, some.
 */
import type { Random } from "../../base/random.ts";
import type { History } from "../../history/history.ts";
import { historyOf, SAID_RULE } from "../../history/history.ts";
import type { Operation } from "../../record/operation.ts";

export function cutOff(
  random: Random,
  operations: readonly Omit<Operation, "index">[],
  trustedUntilNs: number,
): History {
  const left = operations.flatMap((operation) => {
    const { invokeNs, returnNs, outcome } = operation;
    if (returnNs <= trustedUntilNs) return [operation];
    const kept = random.next() < 0.5;
    if (invokeNs > trustedUntilNs && !kept) return [];
    // As the reader has it: a rejection that came too late is no evidence.
    const known = outcome === "rejected" ? "failed" : outcome;
    if (kept) return [{ ...operation, outcome: known, rule: SAID_RULE[known] }];
    const unknown = { outcome: "unknown", rule: SAID_RULE.unknown, result: undefined } as const;
    return [{ ...operation, ...unknown }];
  });
  return historyOf(left, { finished: false, trustedUntilNs });
}
