/** What every order store must do. */
import { expect, test } from "vitest";
import type { OrderStore } from "./order-store.ts";
import { overBothParts } from "./over-both-parts.ts";
import type { OrderEvent, Sale } from "./reservation.ts";

function events({ productId, sale }: Sale, numbers: readonly number[]): OrderEvent[] {
  return numbers.map((number) => ({
    orderId: `${productId}-${sale}-${number}`,
    productId,
    userId: `user-${number}`,
    key: `key-${number}`,
    sale,
    createdAt: "2026-11-20T12:00:00.000Z",
  }));
}

async function everyRow(store: OrderStore, productId: string, limit: number): Promise<string[]> {
  const ids: string[] = [];
  let after: number | undefined = 0;
  while (after !== undefined) {
    const page = await store.orders(productId, { after, limit });
    expect(page.orders.length).toBeLessThanOrEqual(limit);
    ids.push(...page.orders.map(({ orderId }) => orderId));
    after = page.next;
  }
  return ids;
}

overBothParts("the order store", (parts) => {
  test("an order is stored as it was and takes one from the stock", async () => {
    const { store } = parts();
    const sale = await store.openSale("one", 10);
    expect(await store.insert(events(sale, [1]))).toBe(1);
    expect(await store.orders("one", { after: 0, limit: 10 })).toEqual({
      orders: [
        {
          orderId: `one-${sale.sale}-1`,
          userId: "user-1",
          idempotencyKey: "key-1",
          createdAt: "2026-11-20T12:00:00.000Z",
        },
      ],
      next: undefined,
    });
    expect(await store.stock("one")).toBe(9);
  });

  test("a batch delivered again, and one that overlaps it, insert only what is new", async () => {
    const { store } = parts();
    const sale = await store.openSale("twice", 10);
    expect(await store.insert(events(sale, [1, 2, 3]))).toBe(3);
    expect(await store.insert(events(sale, [1, 2, 3]))).toBe(0);
    expect(await store.insert(events(sale, [3, 4]))).toBe(1);
    expect(await everyRow(store, "twice", 10)).toHaveLength(4);
    expect(await store.stock("twice")).toBe(6);
  });

  test("a batch of two products takes from each what was sold of it", async () => {
    const { store } = parts();
    const left = await store.openSale("left", 5);
    const right = await store.openSale("right", 5);
    await store.insert([...events(left, [1, 2]), ...events(right, [3])]);
    expect([await store.stock("left"), await store.stock("right")]).toEqual([3, 4]);
  });

  test("pages of 1, 7 and 1,000 rows all give the same 20 orders, each once", async () => {
    const { store } = parts();
    const sale = await store.openSale("pages", 50);
    const numbers = Array.from({ length: 20 }, (_, number) => number);
    await store.insert(events(sale, numbers));
    const expected = events(sale, numbers)
      .map(({ orderId }) => orderId)
      .toSorted();
    for (const limit of [1, 7, 1_000]) {
      expect((await everyRow(store, "pages", limit)).toSorted()).toEqual(expected);
    }
  });

  test("a new sale deletes the orders of the last one, and refuses those that come late", async () => {
    const { store } = parts();
    const first = await store.openSale("again", 10);
    await store.insert(events(first, [1]));
    const second = await store.openSale("again", 20);
    expect(second.sale).toBeGreaterThan(first.sale);
    expect(await store.insert(events(first, [2]))).toBe(0);
    expect(await everyRow(store, "again", 10)).toEqual([]);
    expect(await store.stock("again")).toBe(20);
  });

  test("an unknown product has no stock, no orders, and its orders go nowhere", async () => {
    const { store } = parts();
    expect(await store.stock("nothing")).toBeUndefined();
    const stray = events({ productId: "nothing", quantity: 1, sale: 1 }, [1]);
    expect(await store.insert(stray)).toBe(0);
    expect(await everyRow(store, "nothing", 10)).toEqual([]);
  });

  test("it knows the open sale of every product", async () => {
    const { store } = parts();
    const sale = await store.openSale("known", 33);
    expect(await store.sales()).toContainEqual(sale);
  });
});
