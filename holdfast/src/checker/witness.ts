/** An operation as a report shows it. */
import { NS_PER_MS } from "../base/units.ts";
import type { History } from "../history/history.ts";
import type { Witness } from "./finding.ts";

export function witnessOf(history: History, row: number): Witness {
  const operation = history.operation(row);
  return {
    index: operation.index,
    name: operation.name,
    phase: operation.phase,
    process: operation.process,
    key: operation.key,
    id: operation.id ?? null,
    value: operation.value ?? null,
    result: operation.result ?? null,
    invokedMs: operation.invokeNs / NS_PER_MS,
    // An unknown outcome may still take effect, however long ago the client gave up.
    returnedMs: operation.outcome === "unknown" ? null : operation.returnNs / NS_PER_MS,
    outcome: operation.outcome,
    rule: history.rules[operation.rule]?.name ?? `rule ${operation.rule}`,
    status: operation.status,
  };
}
