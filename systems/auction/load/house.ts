/** What all tests of the auction know of the house: how to open an item, bid on it, and read everything back. */
import {
  operation,
  type AuditContext,
  type Http,
  type HttpResponse,
  type OperationKind,
  type SetupContext,
  type Vu,
} from "holdfast";

/** The price that every item starts at. */
export const START_PRICE = 100;
/** A bidder who thinks the price is p bids p + 1 to p + STEP_MAX. */
const STEP_MAX = 5;

interface BidWord {
  readonly answer: "accepted" | "too-low" | "closed";
  readonly highest: number;
  readonly seq?: number;
}

/**
 * A bid, its amount as value. Its result: accepted, the number it got in the order of its item; refused, the price that
 * beat it, or the word "closed".
 */
export const bid: OperationKind = operation("bid", {
  rejected: [409, 410],
  result: (answer) => {
    const { answer: word, highest, seq } = answer.json<BidWord>();
    if (word === "accepted") return seq;
    return word === "too-low" ? highest : word;
  },
});

/** What an item's highest bid is. */
export const price: OperationKind = operation("price", {
  result: (answer) => answer.json<{ highest: number }>().highest,
});

/** The end of an auction; its result is the final price. */
export const close: OperationKind = operation("close", {
  result: (answer) => answer.json<{ highest: number }>().highest,
});

interface BidsPage {
  readonly bids: readonly {
    readonly bidId: string;
    readonly seq: number;
    readonly amount: number;
  }[];
  readonly next: number | null;
}

const DRAIN_TRIES_MAX = 300;
const PAGE_ROWS = 10_000;

/** Opens items that nobody has bid on, and waits until the watchers' side knows them. */
export async function open(context: SetupContext, itemIds: readonly string[]): Promise<void> {
  const { http, systemInfo } = context;
  const one = async (itemId: string): Promise<void> => {
    good(await http.post("/items", { json: { itemId, startPrice: START_PRICE } }));
  };
  await Promise.all(itemIds.map(one));
  const last = itemIds.at(-1) ?? "";
  await until(context, `${last} can be watched`, async () => {
    const answer = await http.get(`${String(systemInfo["broadcastUrl"])}/stats/items/${last}`);
    return answer.ok;
  });
}

/** What a bidder would offer who believes this to be the price. */
export function offer(random: Vu["random"], believed: number): number {
  return believed + random.integer(1, STEP_MAX);
}

export interface Wish {
  readonly itemId: string;
  readonly bidderId: string;
  readonly bidId: string;
  readonly amount: number;
}

/** One bid, recorded in the history. */
export function place(http: Http, { itemId, ...wish }: Wish): Promise<HttpResponse> {
  return http.post(`/items/${itemId}/bids`, {
    name: "bid",
    json: wish,
    operation: bid.on(itemId, { id: wish.bidId, value: wish.amount }),
    expected: [201, 409, 410],
  });
}

/** What the answer says the price is; undefined when it says nothing. */
export function priceIn(answer: HttpResponse): number | undefined {
  const isWord = [201, 409, 410].includes(answer.status);
  return isWord ? answer.json<BidWord>().highest : undefined;
}

/** After outbox and stream have drained, every bid in the archive becomes a fact of the history. */
export async function readBack(context: AuditContext, itemIds: readonly string[]): Promise<void> {
  const { http, systemInfo } = context;
  await until(context, "outbox and stream have drained", async () => {
    const api = good(await http.get("/health")).json<{ outbox: { waiting: number } }>();
    if (api.outbox.waiting > 0) return false;
    const archiver = good(await http.get(`${String(systemInfo["archiverUrl"])}/health`));
    return archiver.json<{ waiting: number | null }>().waiting === 0;
  });
  for (const itemId of itemIds) await readItem(context, itemId);
}

async function readItem({ http, observe }: AuditContext, itemId: string): Promise<void> {
  for (let after: number | null = 0; after !== null;) {
    const path = `/items/${itemId}/bids?after=${after}&limit=${PAGE_ROWS}`;
    const page: BidsPage = good(await http.get(path, { name: "archive" })).json<BidsPage>();
    for (const { bidId, seq, amount } of page.bids) {
      observe(bid.on(itemId, { id: bidId, value: amount }), seq);
    }
    after = page.next;
  }
  const item = good(await http.get(`/items/${itemId}`, { name: "item" }));
  observe(price.on(itemId), item.json<{ highest: number }>().highest);
}

async function until(
  { sleep }: SetupContext,
  what: string,
  holds: () => Promise<boolean>,
): Promise<void> {
  for (let tries = 0; tries < DRAIN_TRIES_MAX; tries++) {
    if (await holds()) return;
    await sleep("100ms");
  }
  throw new Error(`it never came true within ${DRAIN_TRIES_MAX / 10} s that ${what}`);
}

function good(answer: HttpResponse): HttpResponse {
  if (answer.ok) return answer;
  const why = answer.error?.message ?? answer.text();
  throw new Error(`${answer.url} must answer 2xx, got ${answer.status}: ${why}`);
}
