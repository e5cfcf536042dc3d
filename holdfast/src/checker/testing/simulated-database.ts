/**
 * A database of lists in simulated time, as isolated as it is told to be: what a client may see of it, no checker may
 * hold against that level, and against a stronger level much should be found.
 */
import type { Random } from "../../base/random.ts";
import type { Element, Micro, Transaction } from "../transactions/transaction.ts";

export type SimulatedIsolation = "serial" | "snapshot" | "read-committed";

interface Session {
  process: number;
  invokeNs: number;
  planned: Micro[];
  done: Micro[];
  /** Snapshot: the lists as they were when it began. Read committed: undefined. */
  seen: ReadonlyMap<string, readonly Element[]> | undefined;
  own: Map<string, Element[]>;
}

/**
 * `clients` at a time act `count` transactions on `keys` lists; one step of one of them per tick. A list is locked by
 * whoever appends to it, until the end; who finds it locked is aborted.
 */
export function simulatedDatabase(
  random: Random,
  isolation: SimulatedIsolation,
  { count, clients, keys }: { count: number; clients: number; keys: number },
): Transaction[] {
  const lists = new Map<string, readonly Element[]>();
  const finished: Transaction[] = [];
  const sessions = new Map<number, Session>();
  let next = 0;
  let begun = 0;
  let nowNs = 0;
  const plan = (): Micro[] =>
    Array.from({ length: random.integer(1, 4) }, () => {
      const key = `k${random.integer(0, keys - 1)}`;
      return random.next() < 0.5
        ? { f: "r", key, list: undefined }
        : { f: "append", key, value: next++ };
    });
  while (finished.length < count) {
    nowNs += 1;
    const process = random.integer(0, clients - 1);
    const session = sessions.get(process);
    if (session === undefined) {
      if (begun === count || (isolation === "serial" && sessions.size > 0)) continue;
      begun += 1;
      const seen = isolation === "snapshot" ? new Map(lists) : undefined;
      const blank = { process, invokeNs: nowNs, planned: plan(), done: [], own: new Map() };
      sessions.set(process, { ...blank, seen });
    } else if (isLockedOut(session, sessions)) {
      sessions.delete(process);
      const { invokeNs, done } = session;
      finished.push({ micros: done, outcome: "failed", process, invokeNs, returnNs: nowNs });
    } else if (session.planned.length > 0) act(session, lists);
    else {
      sessions.delete(process);
      finished.push(commit(random, session, lists, nowNs));
    }
  }
  return finished.sort((a, b) => a.invokeNs - b.invokeNs);
}

function isLockedOut(session: Session, sessions: ReadonlyMap<number, Session>): boolean {
  const [micro] = session.planned;
  if (micro?.f !== "append") return false;
  return [...sessions.values()].some((other) => other !== session && other.own.has(micro.key));
}

function act(session: Session, lists: ReadonlyMap<string, readonly Element[]>): void {
  const micro = session.planned.shift() as Micro;
  const own = session.own.get(micro.key) ?? [];
  if (micro.f === "append") {
    session.own.set(micro.key, [...own, micro.value]);
    session.done.push(micro);
    return;
  }
  const committed = (session.seen ?? lists).get(micro.key) ?? [];
  session.done.push({ ...micro, list: [...committed, ...own] });
}

/** Snapshot isolation aborts the second of two that wrote the same list at once. Some answers are lost. */
function commit(
  random: Random,
  { process, invokeNs, done, seen, own }: Session,
  lists: Map<string, readonly Element[]>,
  returnNs: number,
): Transaction {
  const conflict = [...own.keys()].some(
    (key) => seen !== undefined && lists.get(key) !== seen.get(key),
  );
  if (conflict) return { micros: done, outcome: "failed", process, invokeNs, returnNs };
  for (const [key, elements] of own) lists.set(key, [...(lists.get(key) ?? []), ...elements]);
  if (random.next() >= 0.05) return { micros: done, outcome: "ok", process, invokeNs, returnNs };
  const asked = done.map((micro) => (micro.f === "r" ? { ...micro, list: undefined } : micro));
  return { micros: asked, outcome: "unknown", process, invokeNs, returnNs: Infinity };
}
