/** What all tests of the flash sale know of the shop: how to open a sale, place an order, and read everything back. */
import {
  operation,
  type AuditContext,
  type Http,
  type HttpRequestOptions,
  type HttpResponse,
  type OperationKind,
} from "holdfast";
import { inTurns } from "../../in-turns.ts";

/**
 * An order. 409 is a definite no for want of stock, which says something about the stock; 302 sends the buyer away
 * before anything was decided.
 */
export const order: OperationKind = operation("order", {
  rejected: [409],
  failed: [302],
  result: (answer) => answer.json<{ orderId?: string }>().orderId,
});

/** What one source (the API, the reservation, the database) says is left of a product. */
export const stock: OperationKind = operation("stock");

export interface Wish {
  readonly productId: string;
  readonly userId: string;
  /** The idempotency key: the same for every repeat of one order. */
  readonly key: string;
}

/** Where one stands in the waiting room. */
export interface Place {
  readonly token?: string;
  readonly soldOut: boolean;
  readonly pollAfterMs: number;
}

interface OrdersPage {
  readonly orders: readonly { readonly orderId: string; readonly idempotencyKey: string }[];
  readonly next: number | null;
}

interface Product {
  readonly stock: number;
  readonly sources: Readonly<Record<string, number>>;
}

const DRAIN_TRIES_MAX = 300;

/** A new sale of each product. */
export async function open(
  http: Http,
  productIds: readonly string[],
  quantity: number,
  rest: { ordersPerSecond?: number } = {},
): Promise<void> {
  const one = async (productId: string): Promise<void> => {
    good(await http.post("/init", { json: { productId, quantity, ...rest } }));
  };
  await inTurns(productIds, one);
}

/**
 * A small sale before the big one: a single unit, sold, and sold out. Then the product opens again, and nothing of the
 * rehearsal may be left: not its order, not its "sold out".
 */
export async function rehearse(http: Http, productId: string, quantity: number): Promise<void> {
  await open(http, [productId], 1);
  const first = await rehearsalOrder(http, productId, "rehearsal-1");
  const second = await rehearsalOrder(http, productId, "rehearsal-2");
  if (first !== 200 || second !== 409) {
    throw new Error(`a sale of one must answer 200, then 409; got ${first}, then ${second}`);
  }
  await open(http, [productId], quantity);
}

/** One order, recorded in the history. */
export function place(
  http: Http,
  { productId, userId, key }: Wish,
  { headers, ...rest }: HttpRequestOptions = {},
): Promise<HttpResponse> {
  return http.post("/order", {
    name: "order",
    headers: { "x-idempotency-key": key, ...headers },
    json: { productId, userId },
    operation: order.on(productId, { id: key }),
    expected: [200, 302, 409],
    ...rest,
  });
}

/** After the log has drained: every stored order, and the stock by every source, become facts of the history. */
export async function readBack(
  context: AuditContext,
  productIds: readonly string[],
): Promise<void> {
  await drained(context);
  await inTurns(productIds, (productId) => readProduct(context, productId));
}

async function readProduct({ http, observe }: AuditContext, productId: string): Promise<void> {
  for (let after: number | null = 0; after !== null;) {
    const answer = good(await http.get(`/orders?productId=${productId}&after=${after}`));
    const page = answer.json<OrdersPage>();
    for (const row of page.orders) {
      observe(order.on(productId, { id: row.idempotencyKey }), row.orderId);
    }
    after = page.next;
  }
  const product = good(
    await http.get(`/products/${productId}`, { name: "product" }),
  ).json<Product>();
  const sources = { api: product.stock, ...product.sources };
  for (const [source, left] of Object.entries(sources)) {
    observe(stock.on(productId, { id: source }), left);
  }
}

async function drained({ http, sleep }: AuditContext): Promise<void> {
  let waiting = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < DRAIN_TRIES_MAX; tries++) {
    const health = good(await http.get("/health")).json<{ log: { waiting: number } }>();
    waiting = health.log.waiting;
    if (waiting === 0) return;
    await sleep("100ms");
  }
  throw new Error(
    `the log must drain within ${DRAIN_TRIES_MAX / 10} s, ${waiting} orders are still in it`,
  );
}

async function rehearsalOrder(http: Http, productId: string, key: string): Promise<number> {
  const headers = { "x-idempotency-key": key };
  const answer = await http.post("/order", { headers, json: { productId, userId: "rehearsal" } });
  return answer.status;
}

function good(answer: HttpResponse): HttpResponse {
  if (answer.ok) return answer;
  const why = answer.error?.message ?? answer.text();
  throw new Error(`${answer.url} must answer 2xx, got ${answer.status}: ${why}`);
}
