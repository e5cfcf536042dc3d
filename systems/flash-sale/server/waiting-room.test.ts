import * as fc from "fast-check";
import { expect, test } from "vitest";
import { SimulatedClock } from "../../ports/clock.ts";
import { TICKET_LIFETIME_MS } from "./limits.ts";
import { WaitingRoom } from "./waiting-room.ts";

/** Admits 10 a second: half of the product's own rate. */
function openRoom(): { clock: SimulatedClock; room: WaitingRoom } {
  const clock = new SimulatedClock();
  const room = new WaitingRoom(clock);
  room.open("phone", 20);
  return { clock, room };
}

function join(room: WaitingRoom): string {
  return room.join("phone") ?? "none";
}

test("the third in line of one that admits 10 a second is third, waits 0.3 s, and then gets a token", () => {
  const { clock, room } = openRoom();
  const [, , third] = [join(room), join(room), join(room)];
  expect(room.look(third)).toMatchObject({ position: 3, waitSeconds: 0.3, token: undefined });
  clock.advance(200);
  expect(room.look(third)).toMatchObject({ position: 1, waitSeconds: 0.1, token: undefined });
  clock.advance(100);
  expect(room.look(third)).toMatchObject({ position: 0, waitSeconds: 0 });
  expect(room.look(third)?.token).toBeTypeOf("string");
});

test("a quiet hour saves up no turns: who comes after it still waits for a turn of his own", () => {
  const { clock, room } = openRoom();
  clock.advance(3_600_000);
  expect(room.look(join(room))).toMatchObject({ position: 1, waitSeconds: 0.1 });
});

test("visitors are admitted in the order in which they came, never more than the rate allows", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 60 }),
      (gapsMs) => {
        const { clock, room } = openRoom();
        const tickets = gapsMs.map((gapMs) => {
          clock.advance(gapMs);
          return join(room);
        });
        const elapsedMs = gapsMs.slice(1).reduce((sum, gap) => sum + gap, 0);
        const isIn = tickets.map((ticket) => room.look(ticket)?.token !== undefined);
        expect(isIn).toEqual(isIn.toSorted((a, b) => Number(b) - Number(a)));
        expect(isIn.filter(Boolean).length).toBeLessThanOrEqual(elapsedMs / 100 + 1e-6);
      },
    ),
  );
});

test("a token admits one order of its product, and its repeats, but no other order", () => {
  const { clock, room } = openRoom();
  const ticket = join(room);
  clock.advance(100);
  const token = room.look(ticket)?.token ?? "";
  expect(room.admits(token, "tablet", "key-1")).toBe(false);
  expect(room.admits(token, "phone", "key-1")).toBe(true);
  expect(room.admits(token, "phone", "key-1")).toBe(true);
  expect(room.admits(token, "phone", "key-2")).toBe(false);
  expect(room.look(ticket)?.token).toBe(token);
});

test("a ticket is no token, and neither can be made up or altered", () => {
  const { clock, room } = openRoom();
  const ticket = join(room);
  clock.advance(100);
  const token = room.look(ticket)?.token ?? "";
  const stranger = new WaitingRoom(clock);
  stranger.open("phone", 20);
  const forged = [
    ticket,
    token.replace("~1~", "~2~"),
    token.slice(0, -1),
    "",
    "phone~1~0~",
    join(stranger),
  ];
  for (const text of forged) expect(room.admits(text, "phone", "key")).toBe(false);
  expect(room.look(token)).toBeUndefined();
  expect(room.look(ticket.replace("~1~", "~0~"))).toBeUndefined();
});

test(`a ticket and its token are good for ${TICKET_LIFETIME_MS / 60_000} minutes`, () => {
  const { clock, room } = openRoom();
  const ticket = join(room);
  clock.advance(TICKET_LIFETIME_MS);
  const token = room.look(ticket)?.token ?? "";
  expect(room.admits(token, "phone", "key")).toBe(true);
  clock.advance(1);
  expect(room.look(ticket)).toBeUndefined();
  expect(room.admits(token, "phone", "key")).toBe(false);
});

test("a product without a sale has no line to join", () => {
  expect(openRoom().room.join("tablet")).toBeUndefined();
});

test("a new sale empties the line", () => {
  const { room } = openRoom();
  for (let i = 0; i < 50; i++) join(room);
  room.open("phone", 20);
  expect(room.look(join(room))).toMatchObject({ position: 1 });
});
