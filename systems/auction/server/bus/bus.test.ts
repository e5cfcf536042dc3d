/** What every bus must do. */
import { expect, test } from "vitest";
import { until } from "../../../servers/until.ts";
import type { AuctionEvent } from "../event.ts";
import { overBothParts } from "../over-both-parts.ts";
import { openBus, type Places } from "../places.ts";
import type { Delivery, EventBus } from "./bus.ts";

function bids(itemId: string, from: number, count: number): AuctionEvent[] {
  return Array.from({ length: count }, (_, i) => ({
    kind: "bid",
    itemId,
    seq: from + i,
    bidId: `${itemId}/${from + i}`,
    bidderId: "anna",
    amount: 100 + from + i,
    at: "2026-11-21T12:00:00.000Z",
  }));
}

overBothParts("the bus", ["nats"], (places) => {
  const withBus = async (
    work: (bus: EventBus, other: EventBus) => Promise<void>,
  ): Promise<void> => {
    await using building = new AsyncDisposableStack();
    const bus = await openBus(places(), building);
    const other = await openBus(places(), building);
    await until("both are connected", () => bus.isUp && other.isUp);
    await work(bus, other);
  };

  /** Everything that waits, acknowledged, until this item's events are among it. */
  const drain = async (bus: EventBus, itemId: string, count: number): Promise<AuctionEvent[]> => {
    const mine: AuctionEvent[] = [];
    while (mine.length < count) {
      const batch = await bus.feed.pull({ count: 100, waitMs: 20 });
      await bus.feed.acknowledge(batch);
      mine.push(...batch.map(({ event }) => event).filter((event) => event.itemId === itemId));
    }
    return mine;
  };

  test("100 events published at once reach a listener in their order", () =>
    withBus(async (bus, listener) => {
      const heard: AuctionEvent[] = [];
      await new Promise<void>((resolve) => {
        listener.listen((event) => event.itemId === "live" && heard.push(event), resolve);
      });
      await bus.publish(bids("live", 0, 100));
      await until("all were heard", () => heard.length === 100);
      expect(heard).toEqual(bids("live", 0, 100));
    }));

  test("stored events are read from any number on, across pages, and only those of the item", () =>
    withBus(async (bus, other) => {
      await bus.publish(bids("stored", 0, 400));
      await bus.publish(bids("stored-too", 0, 3));
      for (let from = 400; from < 2_400; from += 400) await bus.publish(bids("stored", from, 400));
      expect(await other.stored("stored", -1)).toEqual(bids("stored", 0, 2_400));
      expect(await other.stored("stored", 2_397)).toEqual(bids("stored", 2_398, 2));
      expect(await other.stored("never", -1)).toEqual([]);
    }));

  test("an event published twice is stored once", () =>
    withBus(async (bus) => {
      await bus.publish(bids("twice", 0, 3));
      await bus.publish(bids("twice", 2, 2));
      expect(await bus.stored("twice", -1)).toEqual(bids("twice", 0, 4));
    }));

  test("the feed delivers what is stored once, when it is acknowledged", () =>
    withBus(async (bus) => {
      await bus.publish(bids("fed", 0, 250));
      expect(await drain(bus, "fed", 250)).toEqual(bids("fed", 0, 250));
      await until("nothing waits", async () => (await bus.feed.waiting()) === 0);
    }));

  test("what was pulled and not acknowledged comes again, also to another process", () =>
    withBus(async (bus, other) => {
      await bus.publish(bids("again", 0, 1));
      await drain(bus, "again", 1);
      await bus.publish(bids("again", 1, 3));
      let lost: Delivery[] = [];
      await until("it was pulled", async () => {
        lost = [...lost, ...(await bus.feed.pull({ count: 100, waitMs: 20 }))];
        return lost.length === 3;
      });
      expect(await bus.feed.waiting()).toBe(3);
      // At least once: what comes again may come in another order, and more than once.
      const again = new Map((await drain(other, "again", 3)).map((event) => [event.seq, event]));
      expect([...again.values()].sort((a, b) => a.seq - b.seq)).toEqual(bids("again", 1, 3));
    }));
});

test.each<Places>([
  { parts: "embedded", folder: "/nowhere", temporary: "/nowhere" },
  { parts: "real", redis: "/nowhere", natsUrl: "nats://127.0.0.1:1", postgres: {} },
])(
  "a bus that is not there ($parts) is away, and rejects at once what is asked of it",
  async (places) => {
    await using building = new AsyncDisposableStack();
    const bus = await openBus(places, building);
    expect(bus.isUp).toBe(false);
    await expect(bus.publish(bids("none", 0, 1))).rejects.toThrow("the bus is away");
    await expect(bus.stored("none", -1)).rejects.toThrow("the bus is away");
    await expect(bus.feed.pull({ count: 1, waitMs: 0 })).rejects.toThrow("the bus is away");
  },
);
