/** The rules of a sale. */
import { got } from "../../base/errors.ts";
import type { Duration } from "../../base/units.ts";
import { parseDuration } from "../../base/units.ts";
import type { Invariant } from "../../record/invariant.ts";
import type { OperationDefinition } from "../../record/operation.ts";
import type { Value } from "../../record/value.ts";
import { statement } from "./statement.ts";

/** How many units there are of each key: one number for all keys, or one per key. */
export type Stock = number | Readonly<Record<string, number>>;

/** How units come back. Without any of these, stock only falls. */
export interface StockReturns {
  /** Adds units: its `value`, else 1. */
  restock?: OperationDefinition;
  /** Gives the units of the sale with its `id` back: its `value`, else all of them. */
  cancel?: OperationDefinition;
  /** The sale only holds its units: they come back by themselves, unless `confirm` (with the `id` of the sale) took place. */
  hold?: {
    /** How long after the hold: `"30s"`, or the earliest and the latest moment, `["30s", "32s"]`. */
    ttl: Duration | readonly [Duration, Duration];
    confirm?: OperationDefinition;
  };
}

interface SaleOptions extends StockReturns {
  stock: Stock;
  name?: string;
}

/** Per key, no more than `stock` units, and those that came back, are ever sold, by the answers and by the audit. */
export function noOversell(sale: OperationDefinition, options: SaleOptions): Invariant {
  return statement("no-oversell", "no oversell", sale, plain(options));
}

/** "Sold out" is only said when every unit could really have been gone by then, and no sale begins after it. */
export function honestSoldOut(sale: OperationDefinition, options: SaleOptions): Invariant {
  return statement("honest-sold-out", "sold-out is honest", sale, plain(options));
}

function plain({ restock, cancel, hold, ...rest }: SaleOptions): Record<string, Value | undefined> {
  return { ...rest, restock: restock?.name, cancel: cancel?.name, hold: holdValue(hold) };
}

function holdValue(hold: StockReturns["hold"]): Value | undefined {
  if (hold === undefined) return undefined;
  const [from, to = from] = [hold.ttl].flat() as [Duration, Duration?];
  const span = { minNs: spanNs(from), maxNs: spanNs(to) };
  if (span.maxNs < span.minNs) {
    throw new RangeError(`hold.ttl must be [earliest, latest], got ${got(hold.ttl)}`);
  }
  return hold.confirm === undefined ? span : { ...span, confirm: hold.confirm.name };
}

function spanNs(span: Duration): number {
  const ns = parseDuration(span);
  if (ns !== undefined) return Math.round(ns);
  throw new RangeError(`hold.ttl must be a duration such as "30s", got ${got(span)}`);
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

/**
 * Per key, exactly one of the racing attempts wins. `reads` gives as its `result` who has the key, or `free` (default:
 * null) while nobody has; the key must not look free once it is taken.
 */
export function exactlyOneWinner(
  attempt: OperationDefinition,
  options: { reads?: OperationDefinition; free?: Value; name?: string } = {},
): Invariant {
  const { reads, ...rest } = options;
  const free = reads === undefined ? undefined : (options.free ?? null);
  return statement("one-winner", "exactly one winner", attempt, {
    ...rest,
    free,
    reads: reads?.name,
  });
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

/** Per key, every audited reading of `reads` says `stock` less what was sold and did not come back, never below zero. */
export function stockAgrees(
  sale: OperationDefinition,
  options: SaleOptions & { reads: OperationDefinition },
): Invariant {
  const { reads, ...rest } = options;
  return statement("stock-agrees", "stock agrees", sale, { ...plain(rest), reads: reads.name });
}
