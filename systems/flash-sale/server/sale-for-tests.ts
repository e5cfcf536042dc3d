/** For tests: a whole flash sale in this process, and the requests one sends to it. */
import { startFlashSale, type FlashSale, type FlashSaleOptions } from "./flash-sale.ts";
import { until } from "../../servers/until.ts";

export interface TestSale extends AsyncDisposable {
  readonly url: string;
  readonly waitingRoomUrl: string;
  init(productId: string, quantity: unknown, rest?: object): Promise<Answer>;
  order(productId: string, key: string, options?: OrderOptions): Promise<Answer>;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  /** Waits until every order is in the database. */
  drained(): Promise<void>;
  /** Everything the audit shows of a product. */
  audit(productId: string): Promise<Audit>;
}

export interface OrderOptions {
  readonly userId?: string;
  readonly headers?: Record<string, string>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- the shape of each body is what the tests are about
  readonly body: any;
}

export interface Audit {
  readonly rows: readonly { readonly orderId: string; readonly idempotencyKey: string }[];
  readonly reservation: number;
  readonly database: number;
}

export async function startTestSale(options: Partial<FlashSaleOptions> = {}): Promise<TestSale> {
  const sale = await startFlashSale({
    parts: "embedded",
    port: 0,
    bug: undefined,
    limits: { perProduct: 1_000_000, perClient: 1_000_000 },
    workerCrashAtOrder: 0,
    folder: undefined,
    log: () => undefined,
    ...options,
  });
  return clientOf(sale);
}

/** The same requests to a sale that runs elsewhere. */
export function clientOf(sale: FlashSale): TestSale {
  const { url, waitingRoomUrl } = sale;
  const post = (path: string, body: unknown, headers = {}): Promise<Answer> =>
    send(`${url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  const get: TestSale["get"] = (path, headers = {}) => send(`${url}${path}`, { headers });
  return {
    url,
    waitingRoomUrl,
    get,
    init: (productId, quantity, rest = {}) => post("/init", { productId, quantity, ...rest }),
    order: (productId, key, { userId = `user of ${key}`, headers = {} } = {}) =>
      post("/order", { productId, userId }, { "x-idempotency-key": key, ...headers }),
    drained: () =>
      until("the log has drained", async () => (await get("/health")).body.log.waiting === 0),
    audit: async (productId) => {
      const { orders } = (await get(`/orders?productId=${productId}&limit=10000`)).body;
      const { sources } = (await get(`/products/${productId}`)).body;
      return { rows: orders, reservation: sources.reservation, database: sources.database };
    },
    [Symbol.asyncDispose]: () => sale[Symbol.asyncDispose](),
  };
}

/** Sends one request and reads its answer whole; a body that is no JSON stays text. */
export async function send(url: string, init: RequestInit = {}): Promise<Answer> {
  const answer = await fetch(url, { redirect: "manual", ...init });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
