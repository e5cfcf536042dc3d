import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Message } from "../parts/store.ts";
import { Room } from "./room.ts";

function message(seq: number): Message {
  return {
    id: seq,
    channelId: 1,
    seq,
    authorId: 1,
    clientId: `${seq}`,
    type: "text",
    content: "",
    fileId: null,
    createdAtMs: 0,
    editedAtMs: null,
    deleted: false,
  };
}

test("a room gives exactly what is behind a number, or says that it no longer has it all", () => {
  fc.assert(
    fc.property(
      fc.nat({ max: 50 }),
      fc.integer({ min: 1, max: 10 }),
      fc.nat({ max: 30 }),
      fc.nat({ max: 90 }),
      (start, recentMax, taken, asked) => {
        const room = new Room(1, start, recentMax);
        for (let i = 1; i <= taken; i++) expect(room.take(message(start + i))).toBe(true);
        const latest = start + taken;
        const kept = Math.min(taken, recentMax);
        const since = room.since(asked)?.map(({ seq }) => seq);
        if (asked < latest - kept) expect(since).toBeUndefined();
        else {
          const missing = Math.max(0, latest - asked);
          expect(since).toEqual(Array.from({ length: missing }, (_, i) => asked + 1 + i));
        }
      },
    ),
  );
});

test("what a room was made after, or has taken already, is not new to it", () => {
  const room = new Room(1, 7, 10);
  expect([room.take(message(7)), room.take(message(8)), room.take(message(8))]).toEqual([
    false,
    true,
    false,
  ]);
  room.replace({ ...message(8), content: "edited" });
  expect(room.since(7)?.map(({ content }) => content)).toEqual(["edited"]);
});
