/** The rules of things that have a state: what may be read, what survives, what may follow what, what is forbidden. */
import type { Invariant } from "../../record/invariant.ts";
import type { OperationDefinition } from "../../record/operation.ts";
import type { Value } from "../../record/value.ts";
import { statement } from "./statement.ts";

export interface FreshReadsOptions {
  /** Puts its `value` in the place of the one before. */
  write: OperationDefinition;
  /** Gives the value as its `result`; null stands for one never written. */
  read: OperationDefinition;
  /** What was there before the first write. Default: one value per key, whatever it was. */
  initial?: Value;
  name?: string;
}

/**
 * Per key, every read gives the value that was there at some instant of it: none older than a write that was over when
 * the read began, none that was not yet written. Values should be unique per key; where they are not, the key is
 * searched for an order, with bounded effort.
 */
export function freshReads(options: FreshReadsOptions): Invariant {
  const { write, read, ...rest } = options;
  return statement("fresh-reads", "reads are fresh", write, { ...rest, read: read.name });
}

/**
 * Whatever was acknowledged before the system was killed is in the audit, once, as acknowledged; so is what a client had
 * already read; and nothing is there that nobody asked for. What was in flight at a kill may be there or not. `kill`
 * names the operation whose interval holds the moment of the kill (default: the one called "kill"); `reads` gives as its
 * `result` what it saw: the result of a write, or a list of them.
 */
export function survivesKill(
  write: OperationDefinition,
  options: { kill?: OperationDefinition; reads?: OperationDefinition; name?: string } = {},
): Invariant {
  const { kill, reads, ...rest } = options;
  return statement("survives-kill", "acknowledged writes survive kill -9", write, {
    ...rest,
    kill: kill?.name ?? "kill",
    reads: reads?.name,
  });
}

export interface TransitionOptions {
  /** Per state, the states that it may go to. A state that goes nowhere needs no line. */
  graph: Readonly<Record<string, readonly string[]>>;
  /** The state of a thing that nobody has moved yet. */
  initial: string;
  /** Gives the state as its `result`. */
  reads?: OperationDefinition;
  /**
   * True when the system counts its transitions: `result` is then `{ version }` of a transition and `{ state, version }`
   * of a read, with a version that rises with every transition. Much quicker where one thing has very many of them.
   */
  version?: boolean;
  name?: string;
}

/**
 * Per key, the acknowledged transitions (`value` is the state they lead to) and what was read are some path of the
 * graph, true to real time. Exits that exclude each other are taken once.
 */
export function allowedTransitions(
  transition: OperationDefinition,
  options: TransitionOptions,
): Invariant {
  const { reads, graph, ...rest } = options;
  const lists = Object.entries(graph).map(([from, to]) => [from, [...to]] as const);
  return statement("allowed-transitions", "only allowed transitions", transition, {
    ...rest,
    graph: Object.fromEntries(lists),
    reads: reads?.name,
  });
}

/** No attempt of this operation ever succeeds; declare it for what must be refused, such as a read without the right. */
export function neverSucceeds(
  forbidden: OperationDefinition,
  options: { name?: string } = {},
): Invariant {
  return statement("never-succeeds", `${forbidden.name} never succeeds`, forbidden, options);
}
