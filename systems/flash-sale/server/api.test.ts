/** Every endpoint, over both sets of parts. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SimulatedClock } from "../../ports/clock.ts";
import { skipReason, titled } from "../../servers/skip-reason.ts";
import { createApi } from "./api.ts";
import { Metrics } from "./metrics.ts";
import { send, startTestSale, type TestSale } from "./sale-for-tests.ts";
import { Turnstile } from "./turnstile.ts";

describe("the API over embedded parts", () => itIsTheApi("embedded"));

const reason = skipReason();
describe.skipIf(reason !== undefined)(titled("the API over real parts", reason), () =>
  itIsTheApi("real"),
);

function itIsTheApi(parts: "embedded" | "real"): void {
  let sale: TestSale;
  beforeAll(async () => {
    sale = await startTestSale({ parts });
  });
  afterAll(() => sale[Symbol.asyncDispose]());

  test("a sale of 2: two orders are accepted, the third is told sold out, and the audit shows the two", async () => {
    expect(await sale.init("pair", 2)).toMatchObject({
      status: 200,
      body: { productId: "pair", stock: 2 },
    });
    const answers = [];
    for (const key of ["pair-1", "pair-2", "pair-3"]) answers.push(await sale.order("pair", key));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 409]);
    expect(answers[0]?.body).toEqual({
      answer: "accepted",
      orderId: expect.stringMatching(/^o-/),
      productId: "pair",
      userId: "user of pair-1",
    });
    expect(answers[2]?.body).toEqual({ answer: "sold-out", productId: "pair" });

    await sale.drained();
    const { rows, reservation, database } = await sale.audit("pair");
    const accepted = answers.slice(0, 2).map(({ body }, i) => [`pair-${i + 1}`, body.orderId]);
    const stored = rows.map((row) => [row.idempotencyKey, row.orderId]);
    expect(new Map(stored as [string, string][])).toEqual(new Map(accepted as [string, string][]));
    expect([reservation, database]).toEqual([0, 0]);
  });

  test("after a run with quantity 100 and 300 buyers there are 100 rows, stock 0 in both, and the log has drained", async () => {
    await sale.init("hundred", 100);
    const answers = await Promise.all(
      Array.from({ length: 300 }, (_, buyer) => sale.order("hundred", `hundred-${buyer}`)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(100);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(200);
    await sale.drained();
    const { rows, reservation, database } = await sale.audit("hundred");
    expect(new Set(rows.map((row) => row.orderId)).size).toBe(100);
    expect(rows).toHaveLength(100);
    expect([reservation, database]).toEqual([0, 0]);
  });

  test("the same key again gives the same order; with another payload it is 422, and says why", async () => {
    await sale.init("repeat", 5);
    const first = await sale.order("repeat", "repeat-1");
    expect((await sale.order("repeat", "repeat-1")).body).toEqual(first.body);
    const other = await sale.order("repeat", "repeat-1", { userId: "somebody else" });
    expect(other).toMatchObject({ status: 422, body: { answer: "key-taken" } });
    expect(other.body.message).toContain('got "repeat-1" with another');
    expect((await sale.get("/products/repeat")).body.stock).toBe(4);
  });

  test("opening a product again forgets its orders, its keys, and that it was sold out", async () => {
    await sale.init("again", 1);
    await sale.order("again", "again-1");
    expect((await sale.order("again", "again-2")).status).toBe(409);
    await sale.init("again", 2);
    expect((await sale.order("again", "again-1")).status).toBe(200);
    await sale.drained();
    const { rows, reservation, database } = await sale.audit("again");
    expect(rows.map((row) => row.idempotencyKey)).toEqual(["again-1"]);
    expect([reservation, database]).toEqual([1, 1]);
  });

  test("an unknown product is 404 to an order, to its stock and to its audit, and named", async () => {
    const answers = [
      await sale.order("nothing", "nothing-1"),
      await sale.get("/products/nothing"),
      await sale.get("/orders?productId=nothing"),
    ];
    for (const { status, body } of answers) {
      expect(status).toBe(404);
      expect(body).toEqual({
        answer: "unknown-product",
        message: 'productId must be a product opened with POST /init, got "nothing"',
      });
    }
  });

  test("the audit comes in pages of the size asked for, linked by next", async () => {
    await sale.init("pages", 10);
    for (let buyer = 0; buyer < 5; buyer++) await sale.order("pages", `pages-${buyer}`);
    await sale.drained();
    const first = (await sale.get("/orders?productId=pages&limit=3")).body;
    expect(first.orders).toHaveLength(3);
    const second = (await sale.get(`/orders?productId=pages&limit=3&after=${first.next}`)).body;
    expect(second.orders).toHaveLength(2);
    expect(second.next).toBeNull();
    const row = second.orders[0];
    expect(Object.keys(row)).toEqual(["orderId", "userId", "idempotencyKey", "createdAt"]);
    expect(row.createdAt).toMatch(/^\d{4}-\d\d-\d\dT/);
  });

  test("health says what it stands on and how many orders wait in the log", async () => {
    expect((await sale.get("/health")).body).toEqual({
      status: "ok",
      parts,
      log: { waiting: expect.any(Number) },
    });
  });

  test("metrics are Prometheus text that counts the orders by answer", async () => {
    await sale.init("counted", 1);
    const before = soldOut((await sale.get("/metrics")).body);
    for (const key of ["counted-1", "counted-2", "counted-3"]) await sale.order("counted", key);
    const { headers, body } = await sale.get("/metrics");
    expect(headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(soldOut(body) - before).toBe(2);
    for (const line of body.trimEnd().split("\n")) {
      expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{\w+="[\w-]+"\})? \d+)$/);
    }
  });

  const POST = { method: "POST", headers: { "content-type": "application/json" } };

  test.each([
    [
      "/order",
      { productId: "x y" },
      'productId must be 1 to 64 letters, digits or any of . _ : -, got "x y"; userId must be text of 1 to 128 characters, got nothing; header x-idempotency-key must be 1 to 128 visible characters, unique to this order, got nothing',
    ],
    [
      "/init",
      { productId: "p", quantity: 0 },
      "quantity must be a whole number from 1 to 1000000, got 0",
    ],
    [
      "/init",
      { productId: "p", quantity: 1.5 },
      "quantity must be a whole number from 1 to 1000000, got 1.5",
    ],
    [
      "/init",
      { productId: "p", quantity: "5" },
      'quantity must be a whole number from 1 to 1000000, got "5"',
    ],
    [
      "/init",
      { productId: 7, quantity: -1 },
      "productId must be 1 to 64 letters, digits or any of . _ : -, got 7; quantity must be a whole number from 1 to 1000000, got -1",
    ],
    [
      "/init",
      { productId: "p", quantity: 1, ordersPerSecond: "many" },
      'ordersPerSecond must be a number from 0.001 to 1000000, or left out, got "many"',
    ],
    ["/init", [1], "the body must be a JSON object, got [1]"],
  ])("POST %s with %j is 400: %s", async (path, body, message) => {
    const answer = await send(`${sale.url}${path}`, { ...POST, body: JSON.stringify(body) });
    expect(answer).toMatchObject({ status: 400, body: { answer: "bad-request", message } });
  });

  test.each([
    ["no JSON", { ...POST, body: "{oops" }, 400, "the body must be JSON, got something else"],
    ["no body", { ...POST }, 400, "the body must be JSON, got nothing"],
    [
      "a form",
      { method: "POST", body: new URLSearchParams({ a: "b" }) },
      400,
      "content-type must be application/json",
    ],
    [
      "5,000 bytes",
      { ...POST, body: `"${"x".repeat(5_000)}"` },
      413,
      "the body must be at most 4096 bytes",
    ],
  ])("an order of %s is refused in words", async (_what, init, status, message) => {
    const answer = await send(`${sale.url}/order`, init);
    expect(answer).toMatchObject({ status, body: { answer: "bad-request", message } });
  });

  test.each(["", "?productId=p&limit=0", "?productId=p&after=x"])(
    "GET /orders%s is 400",
    async (query) => {
      const answer = await sale.get(`/orders${query}`);
      expect(answer.status).toBe(400);
      expect(answer.body.message).toContain("must be");
    },
  );

  test("an unknown route is 404 and lists the known ones", async () => {
    const answer = await sale.get("/nowhere");
    expect(answer.status).toBe(404);
    expect(answer.body.message).toContain("POST /order, GET /products/:id");
    expect(answer.body.message).toContain("got GET /nowhere");
  });
}

test("a part that is away is 503, to be asked again, and 50 such answers are one line in the log", async () => {
  const lines: string[] = [];
  const away = (): Promise<never> => Promise.reject(new Error("Redis is away"));
  const api = createApi({
    partsName: "none",
    log: { append: away, read: away, claim: away, acknowledge: away, waiting: away },
    reservation: { open: away, reserve: away, stock: away },
    store: { openSale: away, insert: away, stock: away, orders: away, sales: away },
    turnstile: new Turnstile({ perProduct: 1_000, perClient: 1_000 }, new SimulatedClock()),
    metrics: new Metrics(),
    waitingRoomUrl: "http://127.0.0.1:1",
    report: (line) => lines.push(line),
  });
  for (let buyer = 0; buyer < 50; buyer++) {
    const answer = await api.inject({
      method: "POST",
      url: "/order",
      headers: { "x-idempotency-key": `key-${buyer}` },
      payload: { productId: "phone", userId: "ada" },
    });
    expect([answer.statusCode, answer.headers["retry-after"]]).toEqual([503, "1"]);
  }
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain("Redis is away");
});

function soldOut(metrics: string): number {
  return Number(/^flash_sale_orders_total\{answer="sold-out"\} (\d+)$/m.exec(metrics)?.[1] ?? 0);
}
