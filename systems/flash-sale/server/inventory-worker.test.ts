/** The worker's promise, kept while workers, Redis and PostgreSQL die. */
import { describe, expect, test } from "vitest";
import { systemClock } from "../../ports/clock.ts";
import { skipReason, titled } from "../../servers/skip-reason.ts";
import { until } from "../../servers/until.ts";
import { runInventoryWorkers, settle, type Settle, type WorkerEvent } from "./inventory-worker.ts";
import { openPrivateParts, overBothParts } from "./parts/over-both-parts.ts";
import type { FlashSaleParts } from "./parts/parts.ts";

const ORDERS = 40;

/** Opens a sale of ORDERS units and sells them all. */
async function sellOut(
  { store, reservation }: FlashSaleParts,
  productId: string,
): Promise<string[]> {
  await reservation.open(await store.openSale(productId, ORDERS));
  const answers = await Promise.all(
    Array.from({ length: ORDERS }, (_, buyer) =>
      reservation.reserve({ productId, userId: `user-${buyer}`, key: `${productId}-${buyer}` }),
    ),
  );
  return answers
    .map((reserved) => (reserved.answer === "accepted" ? reserved.orderId : "none"))
    .toSorted();
}

/** Runs workers until the log has drained. */
async function drain(
  parts: FlashSaleParts,
  crashAtOrder: number,
  whileRunning: () => Promise<void> = async () => undefined,
): Promise<WorkerEvent[]> {
  const events: WorkerEvent[] = [];
  const stop = new AbortController();
  const options = { parts, clock: systemClock, crashAtOrder, idleMs: 1 };
  const workers = runInventoryWorkers(
    { ...options, report: (event) => events.push(event) },
    stop.signal,
  );
  await whileRunning();
  await until("the log has drained", async () => (await waitingOr(parts, 1)) === 0);
  stop.abort();
  await workers;
  return events;
}

/** A log that is away for the moment has surely not drained. */
async function waitingOr({ log }: FlashSaleParts, otherwise: number): Promise<number> {
  try {
    return await log.waiting();
  } catch {
    return otherwise;
  }
}

/** The log may have drained before the kill took hold; then the database is still on its way back. */
async function storeAnswers({ store }: FlashSaleParts): Promise<boolean> {
  try {
    await store.stock("phone");
    return true;
  } catch {
    return false;
  }
}

async function rows({ store }: FlashSaleParts, productId: string): Promise<string[]> {
  const { orders } = await store.orders(productId, { after: 0, limit: 1_000 });
  return orders.map(({ orderId }) => orderId).toSorted();
}

function inserted(events: readonly WorkerEvent[]): number {
  return events.reduce((sum, event) => sum + (event.kind === "settled" ? event.inserted : 0), 0);
}

overBothParts("the inventory worker", (parts) => {
  test(`brings ${ORDERS} orders home, each once`, async () => {
    const orderIds = await sellOut(parts(), "home");
    const events = await drain(parts(), 0);
    expect(await rows(parts(), "home")).toEqual(orderIds);
    expect(inserted(events)).toBe(ORDERS);
    expect(await parts().store.stock("home")).toBe(0);
  });

  test("that crashes between commit and acknowledgement is followed by one that repeats the batch, and nothing is there twice", async () => {
    const orderIds = await sellOut(parts(), "crash");
    const events = await drain(parts(), 10);
    expect(events.filter(({ kind }) => kind === "crashed")).toHaveLength(1);
    expect(await rows(parts(), "crash")).toEqual(orderIds);
    // What the dead worker inserted was not new to the next one.
    expect(inserted(events)).toBeLessThan(ORDERS);
    expect(await parts().store.stock("crash")).toBe(0);
  });

  test("claims what a worker of an earlier process had read and never acknowledged", async () => {
    const orderIds = await sellOut(parts(), "claim");
    await parts().log.read("worker-of-a-dead-process", { count: 15, waitMs: 0 });
    await drain(parts(), 0);
    expect(await rows(parts(), "claim")).toEqual(orderIds);
  });

  test("that meets an error dies, is reported, and the next one does the work", async () => {
    const orderIds = await sellOut(parts(), "error");
    let failures = 2;
    const failing: Settle = async (batch, hands) => {
      failures -= 1;
      if (failures >= 0) throw new Error("the database is away");
      return settle(batch, hands);
    };
    const events = await drain({ ...parts(), settle: failing }, 0);
    expect(events.filter(({ kind }) => kind === "failed")).toHaveLength(2);
    expect(await rows(parts(), "error")).toEqual(orderIds);
  });
});

const reason = skipReason();

describe.skipIf(reason !== undefined)(titled("over real servers that die", reason), () => {
  test("a kill −9 of PostgreSQL loses no order and doubles none", async () => {
    await using parts = await openPrivateParts();
    const orderIds = await sellOut(parts, "phone");
    await drain(
      parts,
      0,
      async () => process.kill(parts.servers.postgres?.pid ?? 0, "SIGKILL") as never,
    );
    await until("the database answers again", () => storeAnswers(parts));
    expect(await rows(parts, "phone")).toEqual(orderIds);
    expect(await parts.store.stock("phone")).toBe(0);
  });

  test("a kill −9 of Redis loses no accepted order, forgets no key, and leaves the stock as it was", async () => {
    await using parts = await openPrivateParts();
    const orderIds = await sellOut(parts, "phone");
    const first = parts.servers.redis?.pid ?? 0;

    process.kill(first, "SIGKILL");
    await until("another Redis runs", () => parts.servers.redis?.pid !== first);

    expect(await parts.reservation.stock("phone")).toBe(0);
    const again = await parts.reservation.reserve({
      productId: "phone",
      userId: "user-0",
      key: "phone-0",
    });
    expect(orderIds).toContain(again.answer === "accepted" ? again.orderId : "none");
    await drain(parts, 0);
    expect(await rows(parts, "phone")).toEqual(orderIds);
  });
});
