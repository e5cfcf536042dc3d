/** Reads requests to the auction. */
import { randomUUID } from "node:crypto";
import { isCount, objectOf, problem, refuse } from "../../../http/request-problem.ts";
import type { Bid, Item } from "../event.ts";
import {
  AMOUNT_MAX,
  BID_ID_CHARS_MAX,
  BIDDER_ID_CHARS_MAX,
  BIDS_PAGE_DEFAULT,
  BIDS_PAGE_MAX,
  ITEM_ID_CHARS_MAX,
} from "../limits.ts";

/** One token of a subject on the bus, too: no dots. */
const ITEM_ID = new RegExp(`^[\\w:-]{1,${ITEM_ID_CHARS_MAX}}$`);
const ITEM_ID_WORDS = `1 to ${ITEM_ID_CHARS_MAX} letters, digits or any of _ : -`;

/** An item without an id gets one. */
export function readItem(body: unknown): Item {
  const values = objectOf(body);
  const { itemId = randomUUID(), startPrice, minimumIncrement = 1, closesAt } = values;
  const closesAtMs = closesAt === undefined || closesAt === null ? null : timeOf(closesAt);
  refuse(
    problem(isItemId(itemId), "itemId", ITEM_ID_WORDS, itemId),
    problem(isCount(startPrice, 0, AMOUNT_MAX), "startPrice", amountFrom(0), startPrice),
    problem(
      isCount(minimumIncrement, 1, AMOUNT_MAX),
      "minimumIncrement",
      amountFrom(1),
      minimumIncrement,
    ),
    problem(
      closesAtMs === null || Number.isFinite(closesAtMs),
      "closesAt",
      "a time such as 2026-11-21T12:00:00Z, or left out",
      closesAt,
    ),
  );
  return { itemId, startPrice, minimumIncrement, closesAtMs } as Item;
}

/** A bid without an id gets one. */
export function readBid(itemId: string, body: unknown): Bid {
  const { bidderId, amount, bidId = randomUUID() } = objectOf(body);
  if (
    isText(bidderId, BIDDER_ID_CHARS_MAX) &&
    isAmount(amount) &&
    isText(bidId, BID_ID_CHARS_MAX)
  ) {
    return { itemId, bidId, bidderId, amount };
  }
  refuse(
    problem(
      isText(bidderId, BIDDER_ID_CHARS_MAX),
      "bidderId",
      textUpTo(BIDDER_ID_CHARS_MAX),
      bidderId,
    ),
    problem(isAmount(amount), "amount", amountFrom(1), amount),
    problem(
      isText(bidId, BID_ID_CHARS_MAX),
      "bidId",
      `${textUpTo(BID_ID_CHARS_MAX)}, or left out`,
      bidId,
    ),
  );
  throw new Error("a bid that is refused has a problem");
}

export function readItemId(value: unknown): string {
  refuse(problem(isItemId(value), "itemId", ITEM_ID_WORDS, value));
  return String(value);
}

export function readPage(query: unknown): { after: number; limit: number } {
  const { after = "0", limit = String(BIDS_PAGE_DEFAULT) } = objectOf(query);
  refuse(
    problem(
      isCount(Number(after), 0, Number.MAX_SAFE_INTEGER),
      "after",
      "the `next` of the page before",
      after,
    ),
    problem(
      isCount(Number(limit), 1, BIDS_PAGE_MAX),
      "limit",
      `a whole number from 1 to ${BIDS_PAGE_MAX}`,
      limit,
    ),
  );
  return { after: Number(after), limit: Number(limit) };
}

export function isItemId(value: unknown): value is string {
  return typeof value === "string" && ITEM_ID.test(value);
}

function isAmount(value: unknown): value is number {
  return isCount(value, 1, AMOUNT_MAX);
}

function isText(value: unknown, charsMax: number): value is string {
  return typeof value === "string" && value.length > 0 && value.length <= charsMax;
}

function timeOf(value: unknown): number {
  return typeof value === "string" ? Date.parse(value) : Number.NaN;
}

function amountFrom(least: number): string {
  return `a whole number from ${least} to ${AMOUNT_MAX}`;
}

function textUpTo(charsMax: number): string {
  return `text of 1 to ${charsMax} characters`;
}
