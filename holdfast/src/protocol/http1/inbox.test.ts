import { Buffer } from "node:buffer";
import { expect, test } from "vitest";
import { SimulatedClock } from "../../base/clock-simulated.ts";
import { Inbox } from "./inbox.ts";
import { KEPT_BYTES_MAX, KEPT_MAX } from "./limits.ts";
import { ReadBuffer } from "./read-buffer.ts";

/** Room for so many bytes beside what the kernel reads. */
function inboxFor(room: number) {
  const clock = new SimulatedClock();
  const buffer = new ReadBuffer(2_048, room);
  const inbox = new Inbox(clock, buffer);
  const taken: { text: string; atNs: number }[] = [];
  const take = (from: number, to: number, atNs: number): void => {
    taken.push({ text: buffer.all.toString("latin1", from, to), atNs });
  };
  /** As a connection does with a read of the kernel's. */
  const read = (text: string, atNs = 0, taker = { take }): boolean => {
    Buffer.from(text, "latin1").copy(buffer.bytes);
    const isKept = inbox.keep(taker, text.length, atNs);
    buffer.bytes.fill("#");
    return isKept;
  };
  const texts = (): string[] => taken.map(({ text }) => text);
  return { clock, inbox, taken, texts, take, read };
}

function endOfTurn(clock: SimulatedClock): Promise<void> {
  return clock.run(new Promise((resolve) => clock.soon(resolve)));
}

test("what is kept is handed out at the end of the turn, in order, with the time at which it came", async () => {
  const { clock, taken, read } = inboxFor(4_096);
  for (const [text, atNs] of [
    ["one", 1],
    ["", 2],
    ["three", 3],
  ] as const) {
    expect(read(text, atNs)).toBe(true);
  }
  expect(taken).toEqual([]);
  await endOfTurn(clock);
  expect(taken).toEqual([
    { text: "one", atNs: 1 },
    { text: "", atNs: 2 },
    { text: "three", atNs: 3 },
  ]);
});

test("the next turn has the whole room again", async () => {
  const { clock, texts, read } = inboxFor(8);
  for (const text of ["eight ch", "aracters", "each tim"]) {
    expect(read(text)).toBe(true);
    expect(read("more")).toBe(false);
    await endOfTurn(clock);
  }
  expect(texts()).toEqual(["eight ch", "aracters", "each tim"]);
});

test("what is larger than the limit is not kept", async () => {
  const { clock, texts, read } = inboxFor(4_096);
  expect(read("x".repeat(KEPT_BYTES_MAX + 1))).toBe(false);
  expect(read("y".repeat(KEPT_BYTES_MAX))).toBe(true);
  await endOfTurn(clock);
  expect(texts()).toEqual(["y".repeat(KEPT_BYTES_MAX)]);
});

test(`no more than ${KEPT_MAX} answers are kept`, async () => {
  const { clock, texts, read } = inboxFor(65_536);
  const all = Array.from({ length: KEPT_MAX + 1 }, (_, i) => `answer ${i}`);
  expect(all.filter((text) => read(text))).toEqual(all.slice(0, KEPT_MAX));
  await endOfTurn(clock);
  expect(texts()).toEqual(all.slice(0, KEPT_MAX));
});

test("emptied in the middle of a turn it hands out each once, and goes on", async () => {
  const { clock, inbox, texts, read } = inboxFor(64);
  read("first");
  inbox.empty();
  expect(texts()).toEqual(["first"]);
  read("second");
  await endOfTurn(clock);
  expect(texts()).toEqual(["first", "second"]);
});

test("whoever takes may empty it: what came later is handed out once, and before that returns", () => {
  const { inbox, texts, take, read } = inboxFor(64);
  const atOnce: string[][] = [];
  const emptying = {
    take: (from: number, to: number, atNs: number): void => {
      take(from, to, atNs);
      inbox.empty();
      atOnce.push(texts());
    },
  };
  read("first", 0, emptying);
  read("second");
  inbox.empty();
  expect(texts()).toEqual(["first", "second"]);
  expect(atOnce).toEqual([["first", "second"]]);
});
