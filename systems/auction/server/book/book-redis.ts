/**
 * The book in Redis: for each item its highest bid (`item:<id>:current_bid`) and its terms (`item:<id>`), one Lua script
 * for every bid, and one stream for all that is to be told, the outbox.
 *
 * A command that was sent and not answered when the connection broke is sent again when Redis is back. Each bid therefore
 * carries a name of its own, by which the script knows that it was accepted already.
 */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Redis } from "ioredis";
import type { AuctionEvent, Bid, Item } from "../event.ts";
import { ITEMS_MAX, REDIS_ATTEMPT_REMEMBERED_MS } from "../limits.ts";
import type {
  BidAnswer,
  ItemBook,
  ItemState,
  OpenAnswer,
  Outbox,
  OutboxEntry,
} from "./item-book.ts";

const OUTBOX = "auction:outbox";
const ITEM_COUNT = "auction:items";
const bidKey = (itemId: string): string => `item:${itemId}:current_bid`;
const itemKey = (itemId: string): string => `item:${itemId}`;

const PLACE_BID = readFileSync(new URL("./place-bid.lua", import.meta.url), "utf8");

const OPEN_ITEM = `
  if redis.call('EXISTS', KEYS[2]) == 1 then return 'exists' end
  if tonumber(redis.call('GET', KEYS[4]) or '0') >= tonumber(ARGV[6]) then return 'full' end
  redis.call('INCR', KEYS[4])
  redis.call('SET', KEYS[1], ARGV[2])
  redis.call('HSET', KEYS[2], 'start', ARGV[2], 'increment', ARGV[3], 'closesAtMs', ARGV[4], 'seq', 0)
  redis.call('XADD', KEYS[3], '*', 'kind', 'opened', 'itemId', ARGV[1], 'seq', 0, 'startPrice', ARGV[2],
    'minimumIncrement', ARGV[3], 'closesAtMs', ARGV[4], 'at', ARGV[5])
  return 'opened'
`;

/** Closed by the clock of Redis, which is also the one that bids are held against. */
const CLOSE_ITEM = `
  local terms = redis.call('HMGET', KEYS[1], 'closesAtMs', 'seq')
  if not terms[2] then return 0 end
  local time = redis.call('TIME')
  local nowMs = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
  if terms[1] ~= '' and nowMs >= tonumber(terms[1]) then return 1 end
  local seq = tonumber(terms[2]) + 1
  redis.call('HSET', KEYS[1], 'closesAtMs', string.format('%d', nowMs), 'seq', seq)
  redis.call('XADD', KEYS[2], '*', 'kind', 'closed', 'itemId', ARGV[1], 'seq', seq, 'at', ARGV[2])
  return 1
`;

/** For the planted bugs: the price is written without a look at the one before. */
const ACCEPT_BLINDLY = `
  redis.call('SET', KEYS[1], ARGV[4])
  local seq = redis.call('HINCRBY', KEYS[2], 'seq', 1)
  redis.call('HSET', KEYS[2], 'bidId', ARGV[2], 'bidderId', ARGV[3])
  redis.call('XADD', KEYS[3], '*', 'kind', 'bid', 'itemId', ARGV[1], 'seq', seq,
    'bidId', ARGV[2], 'bidderId', ARGV[3], 'amount', ARGV[4], 'at', ARGV[5])
  return seq
`;

/** Time, price and terms of one instant. */
const READ_ITEM = `
  return { redis.call('GET', KEYS[1]), redis.call('TIME'),
    redis.call('HMGET', KEYS[2], 'start', 'increment', 'closesAtMs', 'seq', 'bidId', 'bidderId') }
`;

type ItemFields = readonly (string | null)[];

type BidArguments = [
  price: string,
  item: string,
  outbox: string,
  itemId: string,
  bidId: string,
  bidderId: string,
  amount: number,
  at: string,
];

type PlaceArguments = [
  price: string,
  item: string,
  outbox: string,
  attempt: string,
  itemId: string,
  bidId: string,
  bidderId: string,
  amount: number,
  at: string,
  rememberMs: number,
];

type Commands = Redis & {
  placeBid(
    ...keysAndArguments: PlaceArguments
  ): Promise<[answer: BidAnswer["answer"], number?: string | number]>;
  acceptBlindly(...keysAndArguments: BidArguments): Promise<number>;
  openItem(...keysAndArguments: (string | number)[]): Promise<OpenAnswer>;
  closeItem(item: string, outbox: string, itemId: string, at: string): Promise<number>;
  readItem(
    price: string,
    item: string,
  ): Promise<[price: string | null, time: [string, string], fields: ItemFields]>;
};

export class RedisBook implements ItemBook, Outbox, AsyncDisposable {
  readonly #redis: Commands;
  readonly #reader: Redis;

  /** `redis` stays the caller's to close. */
  constructor(redis: Redis) {
    redis.defineCommand("placeBid", { numberOfKeys: 4, lua: PLACE_BID });
    redis.defineCommand("acceptBlindly", { numberOfKeys: 3, lua: ACCEPT_BLINDLY });
    redis.defineCommand("openItem", { numberOfKeys: 4, lua: OPEN_ITEM });
    redis.defineCommand("closeItem", { numberOfKeys: 2, lua: CLOSE_ITEM });
    redis.defineCommand("readItem", { numberOfKeys: 2, lua: READ_ITEM });
    this.#redis = redis as Commands;
    // Waiting for the first entry holds up everything else on a connection.
    this.#reader = redis.duplicate({ enableAutoPipelining: false });
    this.#reader.on("error", () => undefined);
  }

  open({ itemId, startPrice, minimumIncrement, closesAtMs }: Item): Promise<OpenAnswer> {
    return this.#redis.openItem(
      bidKey(itemId),
      itemKey(itemId),
      OUTBOX,
      ITEM_COUNT,
      itemId,
      startPrice,
      minimumIncrement,
      closesAtMs ?? "",
      new Date().toISOString(),
      ITEMS_MAX,
    );
  }

  async bid(bid: Bid): Promise<BidAnswer> {
    const [answer, number = 0] = await this.#redis.placeBid(...placeArguments(bid));
    if (answer === "unknown-item") return { answer };
    return answer === "accepted"
      ? { answer, seq: Number(number) }
      : { answer, highest: Number(number) };
  }

  async close(itemId: string): Promise<ItemState | undefined> {
    await this.#redis.closeItem(itemKey(itemId), OUTBOX, itemId, new Date().toISOString());
    return this.item(itemId);
  }

  async item(itemId: string): Promise<ItemState | undefined> {
    const [price, time, fields] = await this.#redis.readItem(bidKey(itemId), itemKey(itemId));
    if (price === null) return undefined;
    const [start, increment, closes, seq, bidId, bidderId] = fields;
    const closesAtMs = closes ? Number(closes) : null;
    const nowMs = Number(time[0]) * 1_000 + Number(time[1]) / 1_000;
    return {
      itemId,
      startPrice: Number(start),
      minimumIncrement: Number(increment),
      closesAtMs,
      highest: Number(price),
      seq: Number(seq),
      leader: bidId && bidderId ? { bidId, bidderId } : null,
      closed: closesAtMs !== null && nowMs >= closesAtMs,
    };
  }

  acceptBlindly(bid: Bid): Promise<number> {
    return this.#redis.acceptBlindly(...bidArguments(bid));
  }

  async oldest({ count, waitMs }: { count: number; waitMs: number }): Promise<OutboxEntry[]> {
    const streams = (await this.#reader.call("XREAD", [
      "COUNT",
      String(count),
      "BLOCK",
      String(Math.max(1, waitMs)),
      "STREAMS",
      OUTBOX,
      "0",
    ])) as [name: string, entries: [id: string, fields: string[]][]][] | null;
    return (streams?.[0]?.[1] ?? []).map(([id, fields]) => ({ id, event: eventFrom(fields) }));
  }

  async remove(entries: readonly OutboxEntry[]): Promise<void> {
    if (entries.length > 0) await this.#redis.xdel(OUTBOX, ...entries.map(({ id }) => id));
  }

  waiting(): Promise<number> {
    return this.#redis.xlen(OUTBOX);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#reader.disconnect();
  }
}

function placeArguments(bid: Bid): PlaceArguments {
  const [price, item, outbox, ...words] = bidArguments(bid);
  const attempt = `attempt:${randomUUID()}`;
  return [price, item, outbox, attempt, ...words, REDIS_ATTEMPT_REMEMBERED_MS];
}

function bidArguments({ itemId, bidId, bidderId, amount }: Bid): BidArguments {
  const at = new Date().toISOString();
  return [bidKey(itemId), itemKey(itemId), OUTBOX, itemId, bidId, bidderId, amount, at];
}

const NUMBERS = new Set(["seq", "amount", "startPrice", "minimumIncrement", "closesAtMs"]);

/** In a stream all fields are text, and what is not there is empty. */
function eventFrom(flat: readonly string[]): AuctionEvent {
  const event: Record<string, string | number | null> = {};
  for (let i = 0; i + 1 < flat.length; i += 2) {
    const [name = "", text = ""] = flat.slice(i, i + 2);
    const value = text === "" ? null : Number(text);
    event[name] = NUMBERS.has(name) ? value : text;
  }
  return event as unknown as AuctionEvent;
}
