/** Why one transaction comes before another, in words, and a circle of them as one sentence. */
import { at } from "../wording.ts";
import type { Cycle } from "./cycles.ts";
import { EDGE } from "./graph.ts";
import type { Element, Transaction } from "./transaction.ts";
import { shown } from "./lists.ts";

/**
 * `G-single: T1 (operation 4) comes before T2 (operation 7), because …; but T2 comes before T1, because …`. `nameOf`
 * gives a transaction's name by its place.
 */
export function explainCycle(
  { kind, steps }: Cycle,
  transactions: readonly Transaction[],
  nameOf: (transaction: number) => string,
): string {
  const facts = steps.map(({ transaction, edge }, i) => {
    const next = (i + 1) % steps.length;
    const from = transactions[transaction] as Transaction;
    const to = transactions[steps[next]?.transaction as number] as Transaction;
    const but = i > 0 && i === steps.length - 1 ? "but " : "";
    return `${but}T${i + 1} comes before T${next + 1}, because ${because(from, to, edge, i + 1, next + 1)}`;
  });
  const names = steps.map(({ transaction }, i) => `T${i + 1} be ${nameOf(transaction)}`);
  return `${kindOf(kind, steps)}: let ${names.join(", ")}; ${facts.join("; ")}`;
}

function kindOf(kind: string, steps: Cycle["steps"]): string {
  if (steps.some(({ edge }) => edge === EDGE.realTime)) return `${kind} in real time`;
  return steps.some(({ edge }) => edge === EDGE.process) ? `${kind} in a process` : kind;
}

function because(a: Transaction, b: Transaction, edge: number, i: number, j: number): string {
  switch (edge) {
    case EDGE.realTime:
      return `T${i} was over at ${at(a.returnNs)} and T${j} began at ${at(b.invokeNs)}`;
    case EDGE.process:
      return `process ${a.process} did T${i} first`;
    case EDGE.wr:
      return `T${j} saw ${sharedRead(a, b)} that T${i} appended`;
    case EDGE.rw:
      return `T${i} ${missedAppend(a, b)}, which T${j} appended`;
    default:
      return `T${j} appended ${sharedWrite(a, b)} that T${i} appended`;
  }
}

/** `3 in x`, the last element of `a` that `b` read. */
function sharedRead(a: Transaction, b: Transaction): string {
  for (const read of b.micros) {
    if (read.f !== "r" || read.list === undefined) continue;
    const last = read.list.findLast((element) => appends(a, read.key, element));
    if (last !== undefined) return `${last} in ${read.key}`;
  }
  return "something";
}

/** `read x as [1, 2], without 3`. */
function missedAppend(a: Transaction, b: Transaction): string {
  for (const read of a.micros) {
    if (read.f !== "r" || read.list === undefined) continue;
    const { key, list } = read;
    const missed = b.micros.find(
      (micro) => micro.f === "append" && micro.key === key && !list.includes(micro.value),
    );
    if (missed?.f === "append") return `read ${key} as ${shown(list)}, without ${missed.value}`;
  }
  return "did not see something";
}

/** `4 to x behind 3`. */
function sharedWrite(a: Transaction, b: Transaction): string {
  for (const later of b.micros) {
    if (later.f !== "append") continue;
    const earlier = a.micros.findLast((micro) => micro.f === "append" && micro.key === later.key);
    if (earlier?.f === "append") return `${later.value} to ${later.key} behind ${earlier.value}`;
  }
  return "behind something";
}

function appends({ micros }: Transaction, key: string, element: Element): boolean {
  return micros.some(
    (micro) => micro.f === "append" && micro.key === key && micro.value === element,
  );
}
