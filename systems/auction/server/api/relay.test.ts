import { expect, test } from "vitest";
import { EmbeddedBook } from "../book/book-embedded.ts";
import { BusAway } from "../bus/bus.ts";
import type { AuctionEvent } from "../event.ts";
import { runRelay } from "./relay.ts";

test("a bus that refuses two batches gets every event all the same, in order, and the outbox is empty then", async () => {
  await using outbox = new EmbeddedBook(":memory:", { nowMs: () => 0 });
  await outbox.open({ itemId: "lamp", startPrice: 0, minimumIncrement: 1, closesAtMs: null });
  for (let amount = 1; amount <= 5; amount++) {
    await outbox.bid({ itemId: "lamp", bidId: String(amount), bidderId: "anna", amount });
  }
  const stopping = new AbortController();
  const arrived: AuctionEvent[] = [];
  const problems: unknown[] = [];
  let refusals = 2;
  const bus = {
    publish: async (events: readonly AuctionEvent[]) => {
      refusals -= 1;
      if (refusals >= 0) throw new BusAway();
      arrived.push(...events);
      stopping.abort();
    },
  };
  await runRelay({ outbox, bus, report: (error) => problems.push(error) }, stopping.signal);
  expect(arrived.map(({ seq }) => seq)).toEqual([0, 1, 2, 3, 4, 5]);
  expect(await outbox.waiting()).toBe(0);
  expect(problems).toEqual([new BusAway()]);
});
