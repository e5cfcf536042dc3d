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
  for (const { key, list } of readsIn(b)) {
    const appended = appendsTo(key, a);
    const last = list.findLast((element) => appended.includes(element));
    if (last !== undefined) return `${last} in ${key}`;
  }
  return "something";
}

/** `read x as [1, 2], without 3`. */
function missedAppend(a: Transaction, b: Transaction): string {
  for (const { key, list } of readsIn(a)) {
    const missed = appendsTo(key, b).find((element) => !list.includes(element));
    if (missed !== undefined) return `read ${key} as ${shown(list)}, without ${missed}`;
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
  for (const key of new Set(b.micros.map((micro) => micro.key))) {
    for (const later of appendsTo(key, b)) {
      const place = placeOf(key, later);
      const earlier = appendsTo(key, a).findLast((element) => placeOf(key, element) < place);
      if (earlier !== undefined) return `${later} to ${key} behind ${earlier}`;
    }
  }
  return "behind something";
}

function appendsTo(key: string, { micros }: Transaction): Element[] {
  return micros.flatMap((micro) =>
    micro.key === key && micro.f === "append" ? [micro.value] : [],
  );
}

/** Those that have an answer. */
function readsIn({ micros }: Transaction): { key: string; list: readonly Element[] }[] {
  return micros.flatMap((micro) => {
    const list = micro.f === "r" ? micro.list : undefined;
    return list === undefined ? [] : [{ key: micro.key, list }];
  });
}
