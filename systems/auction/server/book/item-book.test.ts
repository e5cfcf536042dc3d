/** What every book must do. */
import { expect, test } from "vitest";
import type { Item } from "../event.ts";
import { overBothParts } from "../over-both-parts.ts";
import { openBook, type OpenBook, type Places } from "../places.ts";
import type { OutboxEntry } from "./item-book.ts";

function item(itemId: string, rest: Partial<Item> = {}): Item {
  return { itemId, startPrice: 100, minimumIncrement: 1, closesAtMs: null, ...rest };
}

const bidOn = (book: OpenBook, itemId: string, amount: number) =>
  book.bid({ itemId, bidId: `${itemId}/${amount}`, bidderId: "anna", amount });

/** All that the outbox holds of an item. */
async function told(book: OpenBook, itemId: string): Promise<OutboxEntry["event"][]> {
  const entries = await book.oldest({ count: 1_000, waitMs: 1 });
  return entries.map(({ event }) => event).filter((event) => event.itemId === itemId);
}

overBothParts("the book", ["redis"], (places: () => Places) => {
  const withBook = async (work: (book: OpenBook) => Promise<void>): Promise<void> => {
    await using building = new AsyncDisposableStack();
    await work(await openBook(places(), building));
  };

  test("accepts only what is above the highest, and tells the others the price that beat them", () =>
    withBook(async (book) => {
      expect(await book.open(item("rising"))).toBe("opened");
      expect(await bidOn(book, "rising", 100)).toEqual({ answer: "too-low", highest: 100 });
      expect(await bidOn(book, "rising", 101)).toEqual({ answer: "accepted", seq: 1 });
      expect(await bidOn(book, "rising", 101)).toEqual({ answer: "too-low", highest: 101 });
      expect(await bidOn(book, "rising", 150)).toEqual({ answer: "accepted", seq: 2 });
      expect(await bidOn(book, "rising", 149)).toEqual({ answer: "too-low", highest: 150 });
    }));

  test("of 50 simultaneous bids the accepted ones rise, are numbered without a gap, and the last is the highest", () =>
    withBook(async (book) => {
      await book.open(item("rush"));
      const amounts = Array.from({ length: 50 }, (_, i) => 101 + ((i * 37) % 50));
      const answers = await Promise.all(amounts.map((amount) => bidOn(book, "rush", amount)));
      const accepted = answers
        .map((answer, i) => ({ answer, amount: amounts[i] as number }))
        .filter(({ answer }) => answer.answer === "accepted");
      const bySeq = accepted.toSorted((a, b) => seqOf(a.answer) - seqOf(b.answer));
      expect(bySeq.map(({ answer }) => seqOf(answer))).toEqual(bySeq.map((_, i) => i + 1));
      const rising = bySeq.map(({ amount }) => amount);
      expect(rising).toEqual(rising.toSorted((a, b) => a - b));
      expect(rising.at(-1)).toBe(150);
      expect(await book.item("rush")).toMatchObject({ highest: 150, seq: bySeq.length });
    }));

  test("a minimum increment of 10 refuses 9 more and accepts 10 more", () =>
    withBook(async (book) => {
      await book.open(item("steps", { minimumIncrement: 10 }));
      expect(await bidOn(book, "steps", 109)).toEqual({ answer: "too-low", highest: 100 });
      expect(await bidOn(book, "steps", 110)).toEqual({ answer: "accepted", seq: 1 });
      expect(await bidOn(book, "steps", 119)).toEqual({ answer: "too-low", highest: 110 });
    }));

  test("every decision is in the outbox, in its order, and stays until it is removed", () =>
    withBook(async (book) => {
      await book.open(item("told"));
      await bidOn(book, "told", 105);
      await bidOn(book, "told", 103);
      await bidOn(book, "told", 107);
      await book.close("told");
      const at = expect.any(String);
      const bid = (seq: number, amount: number) => {
        const bidId = `told/${amount}`;
        return { kind: "bid", itemId: "told", seq, bidId, bidderId: "anna", amount, at };
      };
      const events = [
        { kind: "opened", seq: 0, at, ...item("told") },
        bid(1, 105),
        bid(2, 107),
        { kind: "closed", itemId: "told", seq: 3, at },
      ];
      expect(await told(book, "told")).toEqual(events);
      expect(await told(book, "told")).toEqual(events);

      const all = await book.oldest({ count: 1_000, waitMs: 1 });
      const waiting = await book.waiting();
      const mine = all.filter(({ event }) => event.itemId === "told");
      await book.remove(mine.slice(0, 2));
      expect(await told(book, "told")).toEqual(events.slice(2));
      expect(await book.waiting()).toBe(waiting - 2);
    }));

  test("after the close no bid is accepted, and the final price stands", () =>
    withBook(async (book) => {
      await book.open(item("closing"));
      await bidOn(book, "closing", 120);
      expect(await book.close("closing")).toMatchObject({ highest: 120, closed: true, seq: 2 });
      expect(await bidOn(book, "closing", 130)).toEqual({ answer: "closed", highest: 120 });
      expect(await book.close("closing")).toMatchObject({ highest: 120, closed: true, seq: 2 });
    }));

  test("an item whose time is over is closed without anybody closing it", () =>
    withBook(async (book) => {
      await book.open(item("over", { closesAtMs: 1 }));
      expect(await bidOn(book, "over", 130)).toEqual({ answer: "closed", highest: 100 });
      expect(await book.item("over")).toMatchObject({ closed: true, leader: null });
    }));

  test("an item that was never opened is unknown, and one that was cannot be opened again", () =>
    withBook(async (book) => {
      expect(await bidOn(book, "nothing", 130)).toEqual({ answer: "unknown-item" });
      expect(await book.item("nothing")).toBeUndefined();
      expect(await book.close("nothing")).toBeUndefined();
      await book.open(item("twice"));
      await bidOn(book, "twice", 130);
      expect(await book.open(item("twice"))).toBe("exists");
      expect(await book.item("twice")).toMatchObject({ highest: 130 });
    }));

  test("opened again, the book knows every price, leader and event that it was left with", async () => {
    await withBook(async (book) => {
      await book.open(item("kept"));
      await bidOn(book, "kept", 130);
    });
    await withBook(async (book) => {
      expect(await book.item("kept")).toMatchObject({
        highest: 130,
        seq: 1,
        leader: { bidId: "kept/130", bidderId: "anna" },
      });
      expect(await told(book, "kept")).toHaveLength(2);
      expect(await bidOn(book, "kept", 131)).toEqual({ answer: "accepted", seq: 2 });
    });
  });
});

function seqOf(answer: Awaited<ReturnType<OpenBook["bid"]>>): number {
  return answer.answer === "accepted" ? answer.seq : Number.NaN;
}
