import { assert, property, shuffledSubarray } from "fast-check";
import { describe, expect, test } from "vitest";
import type { AuctionEvent } from "../event.ts";
import { EVENTS_KEPT_MAX } from "../limits.ts";
import { sendToAll, WatchedItem, type Watcher } from "./watched-item.ts";

const AT = "2026-11-21T12:00:00.000Z";
const OPENED: AuctionEvent = {
  kind: "opened",
  itemId: "lamp",
  seq: 0,
  startPrice: 100,
  minimumIncrement: 1,
  closesAtMs: null,
  at: AT,
};

function bid(seq: number): AuctionEvent {
  const bidId = `bid-${seq}`;
  return { kind: "bid", itemId: "lamp", seq, bidId, bidderId: "anna", amount: 100 + seq, at: AT };
}

/** A watcher that remembers what it was sent, by kind and number. */
class Notebook implements Watcher {
  readonly seen: string[] = [];

  send(message: Buffer): void {
    const { kind, seq } = JSON.parse(String(message)) as { kind: string; seq: number };
    this.seen.push(`${kind} ${seq}`);
  }
}

function itemWith(bids: number): WatchedItem {
  const item = new WatchedItem("lamp", sendToAll);
  item.take(OPENED);
  for (let seq = 1; seq <= bids; seq++) item.take(bid(seq));
  return item;
}

describe("an item that is watched", () => {
  test("tells a new watcher the state, and then every bid once", () => {
    const item = itemWith(2);
    const watcher = new Notebook();
    item.join(watcher, undefined);
    item.take(bid(3));
    item.take(bid(3));
    item.take(bid(4));
    expect(watcher.seen).toEqual(["state 2", "bid 3", "bid 4"]);
  });

  test("whatever the order and repetition in which 12 events come, each goes out once and in order", () => {
    const events = [OPENED, ...Array.from({ length: 11 }, (_, i) => bid(i + 1))];
    const coming = shuffledSubarray([...events, ...events], { minLength: 24 });
    assert(
      property(coming, (arrivals) => {
        const item = new WatchedItem("lamp", sendToAll);
        const watcher = new Notebook();
        item.join(watcher, -1);
        for (const event of arrivals) item.take(event);
        expect(watcher.seen).toEqual(events.map(({ kind, seq }) => `${kind} ${seq}`));
        expect(item.isMissingEvents).toBe(false);
      }),
    );
  });

  test("says that something is missing until it has come", () => {
    const item = itemWith(1);
    item.take(bid(4));
    expect([item.isMissingEvents, item.seq]).toEqual([true, 1]);
    item.take(bid(2));
    expect([item.isMissingEvents, item.seq]).toEqual([true, 2]);
    item.take(bid(3));
    expect([item.isMissingEvents, item.seq]).toEqual([false, 4]);
  });

  test("who comes back with the number 3 gets 4 and 5 and no state", () => {
    const watcher = new Notebook();
    itemWith(5).join(watcher, 3);
    expect(watcher.seen).toEqual(["bid 4", "bid 5"]);
  });

  test("who comes back with the last number gets nothing, and then what is new", () => {
    const item = itemWith(5);
    const watcher = new Notebook();
    expect(item.join(watcher, 5)).toBe(0);
    item.take(bid(6));
    expect(watcher.seen).toEqual(["bid 6"]);
  });

  test(`who was away for more than is kept begins again from the state`, () => {
    const item = itemWith(3 * EVENTS_KEPT_MAX);
    const watcher = new Notebook();
    item.join(watcher, 1);
    expect(watcher.seen).toEqual([`state ${3 * EVENTS_KEPT_MAX}`]);
    const quick = new Notebook();
    item.join(quick, 2 * EVENTS_KEPT_MAX);
    expect(quick.seen).toHaveLength(EVENTS_KEPT_MAX);
  });

  test("the state names price, leader and whether it is closed", () => {
    const item = itemWith(2);
    item.take({ kind: "closed", itemId: "lamp", seq: 3, at: AT });
    let state = "";
    item.join({ send: (message) => (state = String(message)) }, undefined);
    expect(JSON.parse(state)).toEqual({
      kind: "state",
      itemId: "lamp",
      seq: 3,
      startPrice: 100,
      minimumIncrement: 1,
      closesAtMs: null,
      highest: 102,
      leader: { bidId: "bid-2", bidderId: "anna" },
      closed: true,
    });
  });
});
