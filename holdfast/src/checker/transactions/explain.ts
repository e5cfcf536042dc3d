/** Why one transaction comes before another, in words, and a circle of them as one sentence. */
import { at } from "../wording.ts";
import type { Cycle } from "./cycles.ts";
import { EDGE } from "./graph.ts";
import type { Observations } from "./lists.ts";
import { NONE, shown } from "./lists.ts";
import type { Element, Transaction } from "./transaction.ts";

/**
 * `G-single: T1 (operation 4) comes before T2 (operation 7), because …; but T2 comes before T1, because …`. `nameOf`
 * gives a transaction's name by its place.
 */
export function explainCycle(
  { kind, steps }: Cycle,
  transactions: readonly Transaction[],
  observations: Observations,
  nameOf: (transaction: number) => string,
): string {
  const facts = steps.map(({ transaction, edge }, i) => {
    const next = (i + 1) % steps.length;
    const from = transactions[transaction] as Transaction;
    const to = transactions[steps[next]?.transaction as number] as Transaction;
    const but = i > 0 && i === steps.length - 1 ? "but " : "";
    const why =
      edge === EDGE.ww
        ? `T${next + 1} appended ${sharedWrite(from, to, observations)} that T${i + 1} appended`
        : because(from, to, edge, i + 1, next + 1);
    return `${but}T${i + 1} comes before T${next + 1}, because ${why}`;
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
    default:
      return `T${i} ${missedAppend(a, b)}, which T${j} appended`;
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
function sharedWrite(a: Transaction, b: Transaction, observations: Observations): string {
  const placeOf = (key: string, element: Element): number => {
    const number = observations.lists.get(key)?.numbers.get(element);
    const place = number === undefined ? NONE : (observations.elements.places[number] as number);
    // What nobody saw stands behind all that anybody saw.
    return place === NONE ? Number.POSITIVE_INFINITY : place;
  };
  for (const later of b.micros) {
    if (later.f !== "append") continue;
    const { key } = later;
    const earlier = a.micros.findLast(
      (micro) =>
        micro.f === "append" &&
        micro.key === key &&
        placeOf(key, micro.value) < placeOf(key, later.value),
    );
    if (earlier?.f === "append") return `${later.value} to ${key} behind ${earlier.value}`;
  }
  return "behind something";
}

function appends({ micros }: Transaction, key: string, element: Element): boolean {
  return micros.some(
    (micro) => micro.f === "append" && micro.key === key && micro.value === element,
  );
}
