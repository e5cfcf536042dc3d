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

/** No attempt of this operation ever succeeds; declare it for what must be refused, such as a read without the right. */
export function neverSucceeds(
  forbidden: OperationDefinition,
  options: { name?: string } = {},
): Invariant {
  return statement("never-succeeds", `${forbidden.name} never succeeds`, forbidden, options);
}
