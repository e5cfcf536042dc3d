/** The rate limiter and the waiting room through HTTP, with time in our hands. */
import { describe, expect, test } from "vitest";
import { SimulatedClock } from "../../ports/clock.ts";
import { PRODUCTS_MAX } from "./limits.ts";
import { send, startTestSale, type Answer, type TestSale } from "./sale-for-tests.ts";
import { Turnstile } from "./turnstile.ts";

const LIMITS = { perProduct: 1_000_000, perClient: 1_000_000 };

/** One order passes at once, one a second after that, and the line admits one in two seconds. */
async function slowSale(clock: SimulatedClock): Promise<TestSale> {
  const sale = await startTestSale({ clock, limits: LIMITS });
  await sale.init("phone", 10, { ordersPerSecond: 1 });
  return sale;
}

function lineOf(answer: Answer): string {
  return answer.headers.get("location") ?? "";
}

describe("beyond the limit", () => {
  test("an order is sent to the waiting room, nothing is sold, and the limiter lets the next one through in time", async () => {
    const clock = new SimulatedClock();
    await using sale = await slowSale(clock);
    expect((await sale.order("phone", "a")).status).toBe(200);
    const limited = await sale.order("phone", "b");
    expect(limited).toMatchObject({ status: 302, body: { answer: "rate-limited" } });
    expect(lineOf(limited)).toMatch(new RegExp(`^${sale.waitingRoomUrl}/line/phone\\?ticket=`));
    expect((await sale.get("/products/phone")).body.stock).toBe(9);
    clock.advance(1_000);
    expect((await sale.order("phone", "c")).status).toBe(200);
  });

  test("a visitor waits for his turn, and his admission token passes the limiter once", async () => {
    const clock = new SimulatedClock();
    await using sale = await slowSale(clock);
    await sale.order("phone", "a");
    const line = lineOf(await sale.order("phone", "b"));
    expect((await send(line)).body).toEqual({
      productId: "phone",
      position: 1,
      waitSeconds: 2,
      pollAfterMs: 2_000,
      soldOut: false,
    });
    clock.advance(2_000);
    await sale.order("phone", "walk-up");
    const { position, token } = (await send(line)).body;
    expect(position).toBe(0);
    const headers = { "x-admission-token": token };
    expect((await sale.order("phone", "b", { headers })).status).toBe(200);
    expect((await sale.order("phone", "b", { headers })).status).toBe(200);
    expect((await sale.order("phone", "c", { headers })).status).toBe(302);
  });

  test("a client is who he says he is, whatever x-forwarded-for claims", async () => {
    const clock = new SimulatedClock();
    await using sale = await startTestSale({
      clock,
      limits: { perProduct: 1_000_000, perClient: 1 },
    });
    await sale.init("phone", 10);
    const orderAs = async (key: string, headers: Record<string, string>): Promise<number> =>
      (await sale.order("phone", key, { headers })).status;
    expect(await orderAs("1", { "x-client-id": "ada" })).toBe(200);
    expect(await orderAs("2", { "x-client-id": "ada" })).toBe(302);
    expect(await orderAs("3", { "x-client-id": "bob" })).toBe(200);
    expect(await orderAs("4", { "x-forwarded-for": "10.0.0.1" })).toBe(200);
    expect(await orderAs("5", { "x-forwarded-for": "10.0.0.2" })).toBe(302);
  });
});

describe("the waiting room", () => {
  test("shows people a page and programs JSON, at the same address", async () => {
    await using sale = await slowSale(new SimulatedClock());
    await sale.order("phone", "a");
    const line = lineOf(await sale.order("phone", "b"));
    const page = await send(line, { headers: { accept: "text/html,*/*" } });
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(page.body).toContain('<p class="position">1</p>');
    expect(page.body).toContain("<title>In line for phone</title>");
  });

  test("on one's turn the page shows the token, and says so when everything is gone", async () => {
    const clock = new SimulatedClock();
    await using sale = await slowSale(clock);
    await sale.init("phone", 1, { ordersPerSecond: 1 });
    const line = `${sale.waitingRoomUrl}/line/phone`;
    const joined = `${sale.waitingRoomUrl}${lineOf(await send(line))}`;
    clock.advance(2_000);
    const asPage = { headers: { accept: "text/html" } };
    const turn = (await send(joined, asPage)).body;
    expect(turn).toContain("It is your turn");
    expect(turn).toContain((await send(joined)).body.token);
    await sale.order("phone", "a");
    expect((await send(joined)).body.soldOut).toBe(true);
    expect((await send(joined, asPage)).body).toContain("<h1>Sold out</h1>");
  });

  test("refuses a ticket that is not one of this line with 410, and a product without a sale with 404", async () => {
    await using sale = await slowSale(new SimulatedClock());
    const line = `${sale.waitingRoomUrl}/line`;
    expect((await send(`${line}/phone?ticket=forged`)).status).toBe(410);
    expect((await send(`${line}/tablet`)).status).toBe(404);
    expect((await send(`${line}/%3Cscript%3E`)).status).toBe(400);
    expect((await send(`${sale.waitingRoomUrl}/`)).status).toBe(404);
  });
});

test(`a turnstile has room for ${PRODUCTS_MAX} products, which may open again and again`, () => {
  const turnstile = new Turnstile(LIMITS, new SimulatedClock());
  for (let product = 0; product < PRODUCTS_MAX; product++) turnstile.open(`product-${product}`);
  expect(() => turnstile.checkRoomFor("product-0")).not.toThrow();
  expect(() => turnstile.checkRoomFor("one-more")).toThrow(`at most ${PRODUCTS_MAX} products`);
});
