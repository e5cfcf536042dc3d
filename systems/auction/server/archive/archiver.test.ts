/** The archive and the archiver's promise, kept while it crashes and its database is away. */
import { expect, test } from "vitest";
import { until } from "../../../servers/until.ts";
import type { EventBus } from "../bus/bus.ts";
import type { BidEvent } from "../event.ts";
import { overBothParts } from "../over-both-parts.ts";
import { openArchive, openBus } from "../places.ts";
import type { ArchiveStore } from "./archive-store.ts";
import { runArchiver, settle, type ArchiverEvent } from "./archiver.ts";

const BIDS = 40;

function bids(itemId: string, from = 1, to: number = BIDS): BidEvent[] {
  return Array.from({ length: to - from + 1 }, (_, i) => ({
    kind: "bid",
    itemId,
    seq: from + i,
    bidId: `${itemId}/${from + i}`,
    bidderId: "anna",
    amount: 100 + from + i,
    at: "2026-11-21T12:00:00.000Z",
  }));
}

async function seqs(store: ArchiveStore, itemId: string): Promise<number[]> {
  const page = await store.bids(itemId, { after: 0, limit: 1_000 });
  return page.bids.map(({ seq }) => seq).toSorted((a, b) => a - b);
}

const ALL = Array.from({ length: BIDS }, (_, i) => i + 1);

overBothParts("the archive", ["postgres", "nats"], (places) => {
  const withParts = async (
    work: (store: ArchiveStore, bus: EventBus) => Promise<void>,
  ): Promise<void> => {
    await using building = new AsyncDisposableStack();
    const bus = await openBus(places(), building);
    const store = await openArchive(places(), building);
    await until("the bus is there", () => bus.isUp);
    await work(store, bus);
  };

  /** Runs an archiver until the feed has drained. */
  const drain = async (
    store: ArchiveStore,
    bus: EventBus,
    options: { crashAtBid?: number; awayAtBid?: number } = {},
  ): Promise<ArchiverEvent[]> => {
    const events: ArchiverEvent[] = [];
    const stopping = new AbortController();
    const report = (event: ArchiverEvent): unknown => events.push(event);
    const right = { settle, crashAtBid: 0, awayAtBid: 0 };
    const archiver = runArchiver(
      { feed: bus.feed, store, ...right, ...options, report },
      stopping.signal,
    );
    await until("the feed has drained", async () => (await bus.feed.waiting()) === 0);
    stopping.abort();
    await archiver;
    return events;
  };

  test("a bid is stored as it was, and pages end where they say", () =>
    withParts(async (store) => {
      expect(await store.insert(bids("one", 1, 3))).toBe(3);
      const first = await store.bids("one", { after: 0, limit: 2 });
      expect(first.bids[0]).toEqual({
        seq: 1,
        bidId: "one/1",
        bidderId: "anna",
        amount: 101,
        at: "2026-11-21T12:00:00.000Z",
      });
      const rest = await store.bids("one", { after: first.next ?? 0, limit: 2 });
      expect([first.bids.length, rest.bids.length, rest.next]).toEqual([2, 1, undefined]);
    }));

  test("a batch delivered again, and one that overlaps it, insert only what is new", () =>
    withParts(async (store) => {
      expect(await store.insert(bids("twice", 1, 3))).toBe(3);
      expect(await store.insert(bids("twice", 1, 3))).toBe(0);
      expect(await store.insert(bids("twice", 3, 5))).toBe(2);
      expect(await seqs(store, "twice")).toEqual([1, 2, 3, 4, 5]);
    }));

  test(`the archiver brings ${BIDS} bids home, and leaves openings and closings to the watchers`, () =>
    withParts(async (store, bus) => {
      const at = "2026-11-21T12:00:00.000Z";
      await bus.publish([...bids("home"), { kind: "closed", itemId: "home", seq: BIDS + 1, at }]);
      await drain(store, bus);
      expect(await seqs(store, "home")).toEqual(ALL);
    }));

  test("a crash between commit and acknowledgement brings the batch again, and nothing is there twice", () =>
    withParts(async (store, bus) => {
      await bus.publish(bids("crash"));
      const events = await drain(store, bus, { crashAtBid: 10 });
      expect(events.filter(({ kind }) => kind === "crashed")).toHaveLength(1);
      expect(await seqs(store, "crash")).toEqual(ALL);
    }));

  test("a database that is away for three tries costs time and no bid", () =>
    withParts(async (store, bus) => {
      await bus.publish(bids("away"));
      const events = await drain(store, bus, { awayAtBid: 10 });
      expect(events.filter(({ kind }) => kind === "failed")).toHaveLength(3);
      expect(await seqs(store, "away")).toEqual(ALL);
    }));
});
