/** The rules of an auction. */
import type { Invariant } from "../../record/invariant.ts";
import type { OperationDefinition } from "../../record/operation.ts";
import { statement } from "./statement.ts";

export interface AuctionOptions {
  /** The price before the first bid: one number for all items, or one per item. */
  start: number | Readonly<Record<string, number>>;
  /** Gives the price of an item as its `result`; null stands for the start. */
  reads?: OperationDefinition;
  /** How far above the last accepted bid the next one must be; the first only needs to be above `start`. Default: any step. */
  increment?: number;
  /** Closes an item. Its `result` may be the final price. */
  close?: OperationDefinition;
  name?: string;
}

/**
 * Per item (key), some order true to real time explains every answer: a bid (its `value`) is accepted if and only if it
 * is above the price, and prices that were read, or quoted by a refusal, were the price at that moment. The `result` of
 * a rejected bid is the price that beat it, or nothing, or `"too low"`; any other is another reason and no evidence.
 */
export function bidsAreLinearizable(bid: OperationDefinition, options: AuctionOptions): Invariant {
  const { reads, close, ...rest } = options;
  return statement("auction", "bids are linearizable per item", bid, {
    ...rest,
    reads: reads?.name,
    close: close?.name,
  });
}
