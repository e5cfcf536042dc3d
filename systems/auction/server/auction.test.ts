/** The whole auction, over both sets of parts: what it answers, and that each part can die alone. */
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { skipReason, titled } from "../../servers/skip-reason.ts";
import { until } from "../../servers/until.ts";
import { startTestAuction, type TestAuction, type TestWatcher } from "./auction-for-tests.ts";
import type { PartName } from "./auction.ts";

describe("the auction over embedded parts", () => {
  const auction = oneForAll("embedded");
  itIsAnAuction(auction);
  survives(auction, ["broadcast", "archiver", "bus", "api"]);
});

const reason = skipReason(["redis", "postgres", "nats"]);
describe.skipIf(reason !== undefined)(titled("the auction over real parts", reason), () => {
  const auction = oneForAll("real");
  itIsAnAuction(auction);
  survives(auction, ["broadcast", "archiver", "bus", "api", "redis", "postgres"]);
});

function oneForAll(parts: "embedded" | "real"): () => TestAuction {
  let auction: TestAuction;
  beforeAll(async () => {
    auction = await startTestAuction({ parts });
  });
  afterAll(() => auction[Symbol.asyncDispose]());
  return () => auction;
}

function itIsAnAuction(auction: () => TestAuction): void {
  test("a bid is accepted with 201 and its number, refused with 409 and the price, and after the close with 410", async () => {
    const { open, bid, close, get } = auction();
    expect((await open("lamp")).status).toBe(201);
    expect(await bid("lamp", 110, { bidId: "first" })).toEqual({
      status: 201,
      body: {
        answer: "accepted",
        itemId: "lamp",
        bidId: "first",
        bidderId: "anna",
        seq: 1,
        highest: 110,
      },
    });
    expect(await bid("lamp", 110)).toMatchObject({
      status: 409,
      body: { answer: "too-low", highest: 110 },
    });
    expect(await close("lamp")).toMatchObject({
      status: 200,
      body: { highest: 110, closed: true },
    });
    expect(await bid("lamp", 200)).toMatchObject({
      status: 410,
      body: { answer: "closed", highest: 110 },
    });
    expect(await get("/items/lamp")).toMatchObject({
      status: 200,
      body: { startPrice: 100, highest: 110, leader: { bidId: "first", bidderId: "anna" } },
    });
  });

  test("what cannot be understood is answered 400 with all that was expected, what is not there 404, what is there already 409", async () => {
    const { open, bid, get } = auction();
    await open("strict");
    expect(await bid("strict", 1.5, { bidderId: "" })).toEqual({
      status: 400,
      body: {
        answer: "bad-request",
        message:
          'bidderId must be text of 1 to 128 characters, got ""; ' +
          "amount must be a whole number from 1 to 1000000000000, got 1.5",
      },
    });
    expect(await bid("no.such", 5)).toMatchObject({ status: 400 });
    expect(await bid("nowhere", 5)).toMatchObject({
      status: 404,
      body: { message: 'item must be one opened with POST /items, got "nowhere"' },
    });
    expect(await open("strict")).toMatchObject({ status: 409, body: { answer: "item-exists" } });
    expect(await open("late", { closesAt: "soon" })).toMatchObject({ status: 400 });
    expect(await get("/elsewhere")).toMatchObject({
      status: 404,
      body: { answer: "unknown-route" },
    });
  });

  test("an item with a closing time in the past is opened closed", async () => {
    const { open, bid } = auction();
    const closesAt = "2020-01-01T00:00:00.000Z";
    expect(await open("over", { closesAt })).toMatchObject({ body: { closed: true, closesAt } });
    expect((await bid("over", 150)).status).toBe(410);
  });

  test("three watchers are told the state and then 100 bids in order, and all 100 are in the archive, once", async () => {
    const { open, bid, watch, drained, archive } = auction();
    await open("watched");
    await canBeWatched(auction(), "watched");
    await using one = await watch("watched");
    await using two = await watch("watched");
    for (let amount = 101; amount <= 150; amount++) await bid("watched", amount);
    await until("half has arrived", () => one.seq === 50);
    await using three = await watch("watched");
    for (let amount = 151; amount <= 200; amount++) await bid("watched", amount);
    await until("all has arrived", () => [one, two, three].every(({ seq }) => seq === 100));
    expect(one.seen).toEqual(["state 0", ...numbered(1, 100)]);
    expect(two.seen).toEqual(one.seen);
    expect(three.seen).toEqual(["state 50", ...numbered(51, 100)]);

    await drained();
    expect(await archive("watched")).toEqual(
      Array.from({ length: 100 }, (_, i) => [i + 1, i + 101]),
    );
  });

  test("a watcher that comes back with a number gets what it missed, and nothing twice", async () => {
    const { open, bid, watch, broadcastUrl } = auction();
    await open("missed");
    await canBeWatched(auction(), "missed");
    for (let amount = 101; amount <= 110; amount++) await bid("missed", amount);
    const stats = async (): Promise<unknown> =>
      (await fetch(`${broadcastUrl}/stats/items/missed`)).json();
    const quiet = { itemId: "missed", seq: 10, connections: 0, messagesSent: 0 };
    await until("all are known", async () => isDeepStrictEqual(await stats(), quiet));
    await using watcher = await watch("missed", 4);
    await until("it has caught up", () => watcher.seq === 10);
    expect(watcher.seen).toEqual(numbered(5, 10));
    await expect(watch("nowhere")).rejects.toThrow("404");
    expect(await stats()).toEqual({ ...quiet, connections: 1, messagesSent: 6 });
  });

  test("each part says how it is and what it sees of the others", async () => {
    const { health } = auction();
    expect(await health("api")).toMatchObject({
      status: "ok",
      book: "up",
      bus: "up",
      database: "up",
    });
    expect(await health("broadcast")).toMatchObject({ status: "ok", bus: "up", droppedTooSlow: 0 });
    expect(await health("archiver")).toMatchObject({ status: "ok", bus: "up", database: "up" });
  });
}

/** Bids all the while, kills one part, and looks whether anything that was acknowledged is missing, or there twice. */
function survives(auction: () => TestAuction, parts: readonly PartName[]): void {
  test.each(parts)(
    "a kill −9 of %s loses no accepted bid, for archive and watchers",
    async (part) => {
      const { open, pidOf, drained, archive } = auction();
      const itemId = `killed-${part}`;
      await open(itemId);
      await canBeWatched(auction(), itemId);
      await using watcher = await faithfulWatcher(auction(), itemId);
      const bidding = bidAllTheWhile(auction(), itemId);
      await until("20 are accepted", () => bidding.accepted.size >= 20);

      const first = pidOf(part) ?? 0;
      process.kill(first, "SIGKILL");
      await until(`another ${part} runs`, () => pidOf(part) !== first);
      const enough = bidding.accepted.size + 20;
      await until("20 more are accepted", () => bidding.accepted.size >= enough);
      await bidding.stop();

      await drained();
      const rows = await archive(itemId);
      expect(rows.map(([seq]) => seq)).toEqual(rows.map((_, i) => i + 1));
      const archived = new Map(rows);
      for (const [seq, amount] of bidding.accepted) expect(archived.get(seq)).toBe(amount);
      const last = rows.length;
      await until("the watcher has them all", () => watcher.seq === last);
      expect(watcher.seen).toEqual(numbered(1, last));
      // Without the API, or its book, a bid can fail; without any other part none does.
      if (part !== "api" && part !== "redis") expect(bidding.failed).toBe(0);
    },
  );
}

interface Bidding {
  /** Amount by number. */
  readonly accepted: ReadonlyMap<number, number>;
  readonly failed: number;
  stop(): Promise<void>;
}

function bidAllTheWhile({ bid }: TestAuction, itemId: string): Bidding {
  const accepted = new Map<number, number>();
  let failed = 0;
  const stopping = new AbortController();
  const work = (async () => {
    for (let amount = 101; !stopping.signal.aborted; amount++) {
      try {
        const { status, body } = await bid(itemId, amount);
        if (status === 201) accepted.set(body.seq, amount);
        else failed += 1;
      } catch {
        failed += 1;
      }
    }
  })();
  return {
    accepted,
    get failed() {
      return failed;
    },
    stop: () => {
      stopping.abort();
      return work;
    },
  };
}

/** Comes back with the last number it saw, for as long as it takes. */
async function faithfulWatcher(
  { watch }: TestAuction,
  itemId: string,
): Promise<AsyncDisposable & { readonly seen: readonly string[]; readonly seq: number }> {
  let watcher: TestWatcher = await watch(itemId, 0);
  const before: string[] = [];
  const stopping = new AbortController();
  const work = (async () => {
    while (!stopping.signal.aborted) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (watcher.isOpen || stopping.signal.aborted) continue;
      const old = watcher;
      const next = await watch(itemId, old.seq).catch(() => undefined);
      if (next === undefined) continue;
      before.push(...old.seen);
      watcher = next;
    }
  })();
  return {
    get seen() {
      return [...before, ...watcher.seen];
    },
    get seq() {
      return watcher.seq;
    },
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await work;
      await watcher[Symbol.asyncDispose]();
    },
  };
}

async function canBeWatched({ broadcastUrl }: TestAuction, itemId: string): Promise<void> {
  await until(`${itemId} can be watched`, async () => {
    return (await fetch(`${broadcastUrl}/stats/items/${itemId}`)).ok;
  });
}

function numbered(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, i) => `bid ${from + i}`);
}
