/** Every planted bug does its wrong over both sets of parts, and the clean form never does. */
import { describe, expect, test } from "vitest";
import { skipReason, titled } from "../../servers/skip-reason.ts";
import { until } from "../../servers/until.ts";
import { startTestAuction, type Answer, type TestAuction } from "../server/auction-for-tests.ts";
import { auctionSystem } from "../system.ts";
import { bugs } from "./bugs.ts";

/** What goes wrong with an item, asked of an auction: true when it did. */
type Wrong = (auction: TestAuction, itemId: string) => Promise<boolean>;

const ROUNDS = 20;

const wrongs: Record<string, Wrong> = {
  "compare-and-set-in-two-steps": someAmountTwice,
  "stale-maximum-per-worker": async ({ bid }, itemId) => {
    for (let amount = 101; amount <= 108; amount++) await bid(itemId, amount);
    const answers: Answer[] = [];
    for (let again = 0; again < 8; again++) answers.push(await bid(itemId, 108));
    for (let lower = 0; lower < 8; lower++) answers.push(await bid(itemId, 105));
    return answers.some(({ status }) => status === 201);
  },
  "equal-bid-accepted": async ({ bid }, itemId) => {
    await bid(itemId, 110);
    return (await bid(itemId, 110)).status === 201;
  },
  "rejection-quotes-old-price": async ({ bid }, itemId) => {
    await bid(itemId, 110);
    await bid(itemId, 109);
    await bid(itemId, 120);
    return (await bid(itemId, 119)).body.highest !== 120;
  },
  "bid-accepted-after-close": async ({ bid, close }, itemId) => {
    await close(itemId);
    return (await bid(itemId, 110)).status === 201;
  },
  "broadcast-reorders": async (auction, itemId) => {
    const seen = await watched(auction, itemId, 30);
    return seen.join() !== seen.toSorted((a, b) => a - b).join();
  },
  "broadcast-drops-silently": async (auction, itemId) => {
    const seen = await watched(auction, itemId, 30);
    return new Set(seen).size < 30;
  },
  "duplicates-after-reconnect": async ({ bid, watch, broadcastUrl }, itemId) => {
    for (let amount = 101; amount <= 105; amount++) await bid(itemId, amount);
    await until("all are known", async () => (await seqOf(broadcastUrl, itemId)) === 5);
    await using watcher = await watch(itemId, 4);
    await until("it has caught up", () => watcher.seq === 5);
    return watcher.seen.length > 1;
  },
  "archive-loses-what-came-while-away": async (auction, itemId) => {
    return (await archived(auction, itemId)).length < 40;
  },
  "archive-writes-twice": async (auction, itemId) => {
    return (await archived(auction, itemId)).length > 40;
  },
};

test("the system lists every bug, with the invariant and the suite that catch it", () => {
  expect(auctionSystem.bugs.map(({ name }) => name)).toEqual(Object.keys(wrongs));
  for (const { invariant, says, recommended } of auctionSystem.bugs) {
    expect(invariant).not.toBe("");
    expect(says).toMatch(/^.{40,}\.$/);
    expect(recommended?.suite).toMatch(/\.load\.ts$/);
  }
});

describe("over embedded parts", () =>
  bugsShow(
    "embedded",
    bugs.map(({ name }) => name),
  ));

const reason = skipReason(["redis", "postgres", "nats"]);
describe.skipIf(reason !== undefined)(titled("over real parts", reason), () =>
  // Those that do their wrong by other means there; the rest are the same code.
  bugsShow("real", [
    "compare-and-set-in-two-steps",
    "archive-loses-what-came-while-away",
    "archive-writes-twice",
  ]),
);

function bugsShow(parts: "embedded" | "real", names: readonly string[]): void {
  const mishaps = { crashAtBid: 10, databaseAwayAtBid: 20 };

  test.each(names)("%s does its wrong", async (bug) => {
    await using auction = await startTestAuction({ parts, bug, ...mishaps });
    await openAndWait(auction, bug);
    expect(await wrongs[bug]?.(auction, bug)).toBe(true);
  });

  test("the clean form does none of the ten wrongs", async () => {
    await using auction = await startTestAuction({ parts, ...mishaps });
    for (const [bug, wrong] of Object.entries(wrongs)) {
      await openAndWait(auction, bug);
      expect({ bug, wrong: await wrong(auction, bug) }).toEqual({ bug, wrong: false });
    }
  });
}

async function openAndWait({ open, broadcastUrl }: TestAuction, itemId: string): Promise<void> {
  await open(itemId);
  await until("it can be watched", async () => (await seqOf(broadcastUrl, itemId)) === 0);
}

async function seqOf(broadcastUrl: string, itemId: string): Promise<number> {
  const answer = await fetch(`${broadcastUrl}/stats/items/${itemId}`);
  return ((await answer.json()) as { seq: number }).seq;
}

/** A race is not lost every time; in twenty rounds of ten equal bids, it is. */
async function someAmountTwice({ bid }: TestAuction, itemId: string): Promise<boolean> {
  for (let amount = 101; amount < 101 + ROUNDS; amount++) {
    const answers = await Promise.all(Array.from({ length: 10 }, () => bid(itemId, amount)));
    if (answers.filter(({ status }) => status === 201).length > 1) return true;
  }
  return false;
}

/** The numbers that a watcher was told of so many bids in quick succession, once no more come. */
async function watched(
  { bid, watch, broadcastUrl }: TestAuction,
  itemId: string,
  bids: number,
): Promise<number[]> {
  await using watcher = await watch(itemId);
  for (let sent = 0; sent < bids; sent += 10) {
    await Promise.all(Array.from({ length: 10 }, (_, i) => bid(itemId, 1_000 + sent + i)));
  }
  // Some of those that raced were too low; what follows alone is accepted.
  for (let seq = await seqOf(broadcastUrl, itemId), amount = 2_000; seq < bids; amount++) {
    await Promise.all([bid(itemId, amount * 10), bid(itemId, amount * 10 + 1)]);
    seq = await seqOf(broadcastUrl, itemId);
  }
  const closing = bids + 10;
  await until("the last has gone out", async () => (await seqOf(broadcastUrl, itemId)) >= bids);
  for (let looks = 0; watcher.seq < bids && looks < closing; looks++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return watcher.seen
    .filter((told) => told.startsWith("bid"))
    .map((told) => Number(told.split(" ")[1]))
    .filter((seq) => seq <= bids);
}

/** The archive after 40 bids, of which some met the planned mishaps. */
async function archived(
  { bid, drained, archive }: TestAuction,
  itemId: string,
): Promise<readonly unknown[]> {
  for (let amount = 101; amount <= 140; amount++) await bid(itemId, amount);
  await drained();
  return archive(itemId);
}
