/** The rules of a sale. */
import type { Invariant } from "../../record/invariant.ts";
import type { OperationDefinition } from "../../record/operation.ts";
import { statement } from "./statement.ts";

/** How many units there are of each key: one number for all keys, or one per key. */
export type Stock = number | Readonly<Record<string, number>>;

/** Per key, no more than `stock` units are ever sold, by the answers and by the audit. */
export function noOversell(
  sale: OperationDefinition,
  options: { stock: Stock; name?: string },
): Invariant {
  return statement("no-oversell", "no oversell", sale, options);
}

/** "Sold out" is only said when every unit could really have been gone by then, and no sale begins after it. */
export function honestSoldOut(
  sale: OperationDefinition,
  options: { stock: Stock; name?: string },
): Invariant {
  return statement("honest-sold-out", "sold-out is honest", sale, options);
}

/** Every repeat of one request (same `id`) has one effect, and gets the same answer. */
export function oneEffectPerKey(
  write: OperationDefinition,
  options: { name?: string } = {},
): Invariant {
  return statement("one-effect-per-key", "one effect per key", write, options);
}

/** No result (order id, token, ticket) is given to two different requests. */
export function uniqueResults(
  create: OperationDefinition,
  options: { name?: string } = {},
): Invariant {
  return statement("unique-results", "ids are unique", create, options);
}

/** Per key, exactly one of the racing attempts wins. */
export function exactlyOneWinner(
  attempt: OperationDefinition,
  options: { name?: string } = {},
): Invariant {
  return statement("one-winner", "exactly one winner", attempt, options);
}

/** What was acknowledged is in the audit, once, and nothing is in the audit that nobody asked for. */
export function acknowledgedIsStored(
  write: OperationDefinition,
  options: { name?: string } = {},
): Invariant {
  return statement(
    "acknowledged-is-stored",
    "every acknowledged write is stored, once",
    write,
    options,
  );
}

/** Per key, every audited reading of `reads` says `stock` less what was sold, and never below zero. */
export function stockAgrees(
  sale: OperationDefinition,
  options: { stock: Stock; reads: OperationDefinition; name?: string },
): Invariant {
  const { reads, ...rest } = options;
  return statement("stock-agrees", "stock agrees", sale, { ...rest, reads: reads.name });
}
