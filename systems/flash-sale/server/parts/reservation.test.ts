/** What every reservation must do. */
import { expect, test } from "vitest";
import { eventOf } from "./order-event.ts";
import { overBothParts } from "./over-both-parts.ts";
import type { FlashSaleParts } from "./parts.ts";
import type { Order, Reserved } from "./reservation.ts";

const SALE = 1;

function order(productId: string, buyer: number, key = `${productId}-key-${buyer}`): Order {
  return { productId, userId: `user-${buyer}`, key };
}

function orderIdOf(reserved: Reserved): string {
  if (reserved.answer !== "accepted") throw new Error(`expected accepted, got ${reserved.answer}`);
  return reserved.orderId;
}

async function logged({ log }: FlashSaleParts, productId: string): Promise<readonly string[]> {
  const entries = await log.read("test", { count: 1_000, waitMs: 0 });
  return entries
    .map(eventOf)
    .filter((event) => event.productId === productId)
    .map((e) => e.orderId);
}

overBothParts("the reservation", (parts) => {
  test("of 50 simultaneous orders for 20 units exactly 20 are accepted, 30 are told sold out", async () => {
    const { reservation } = parts();
    await reservation.open({ productId: "rush", quantity: 20, sale: SALE });
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, buyer) => reservation.reserve(order("rush", buyer))),
    );
    expect(answers.filter(({ answer }) => answer === "accepted")).toHaveLength(20);
    expect(answers.filter(({ answer }) => answer === "sold-out")).toHaveLength(30);
    expect(await reservation.stock("rush")).toBe(0);
  });

  test("every accepted order is in the log under its order id, and no other", async () => {
    const { reservation } = parts();
    await reservation.open({ productId: "logged", quantity: 3, sale: SALE });
    const answers = await Promise.all(
      Array.from({ length: 5 }, (_, buyer) => reservation.reserve(order("logged", buyer))),
    );
    const accepted = answers.filter(({ answer }) => answer === "accepted").map(orderIdOf);
    expect((await logged(parts(), "logged")).toSorted()).toEqual(accepted.toSorted());
  });

  test("a key sent 10 times at once and once more later takes one unit and gets one order id", async () => {
    const { reservation } = parts();
    await reservation.open({ productId: "repeat", quantity: 5, sale: SALE });
    const same = order("repeat", 1);
    const answers = await Promise.all(Array.from({ length: 10 }, () => reservation.reserve(same)));
    answers.push(await reservation.reserve(same));
    expect(new Set(answers.map(orderIdOf)).size).toBe(1);
    expect(await reservation.stock("repeat")).toBe(4);
  });

  test("a key that bought the last unit is still told yes when it asks again", async () => {
    const { reservation } = parts();
    await reservation.open({ productId: "last", quantity: 1, sale: SALE });
    const first = await reservation.reserve(order("last", 1));
    expect(await reservation.reserve(order("last", 2))).toEqual({ answer: "sold-out" });
    expect(await reservation.reserve(order("last", 1))).toEqual(first);
  });

  test("a key with another user or another product is taken, and nothing is sold", async () => {
    const { reservation } = parts();
    for (const productId of ["taken", "taken-too"]) {
      await reservation.open({ productId, quantity: 5, sale: SALE });
    }
    await reservation.reserve(order("taken", 1, "shared-key"));
    const answers = [
      await reservation.reserve(order("taken", 2, "shared-key")),
      await reservation.reserve(order("taken-too", 1, "shared-key")),
    ];
    expect(answers).toEqual([{ answer: "key-taken" }, { answer: "key-taken" }]);
    expect(await reservation.stock("taken")).toBe(4);
    expect(await reservation.stock("taken-too")).toBe(5);
  });

  test("a product that was never opened is unknown and has no stock", async () => {
    const { reservation } = parts();
    expect(await reservation.reserve(order("nothing", 1))).toEqual({ answer: "unknown-product" });
    expect(await reservation.stock("nothing")).toBeUndefined();
  });

  test("a new sale brings new stock and forgets the keys of the last one", async () => {
    const { reservation } = parts();
    await reservation.open({ productId: "again", quantity: 1, sale: 1 });
    const first = await reservation.reserve(order("again", 1));
    await reservation.open({ productId: "again", quantity: 2, sale: 2 });
    const second = await reservation.reserve(order("again", 1));
    expect(orderIdOf(second)).not.toBe(orderIdOf(first));
    expect(await reservation.stock("again")).toBe(1);
  });

  test("an opening that was overtaken by a later one changes nothing", async () => {
    const { reservation } = parts();
    await reservation.open({ productId: "late", quantity: 7, sale: 2 });
    await reservation.open({ productId: "late", quantity: 3, sale: 1 });
    expect(await reservation.stock("late")).toBe(7);
  });
});
