import { expect, test } from "vitest";
import { SimulatedClock } from "../../base/clock-simulated.ts";
import { Exchange } from "./exchange.ts";
import type { Route } from "./exchange.ts";
import { GATHERED_MAX, GATHERED_NS_MAX } from "./limits.ts";
import { Outbox } from "./outbox.ts";
import type { Session } from "./session.ts";

/** Nothing of route and session is looked at. */
function exchange(): Exchange {
  return new Exchange({} as Route, {} as Session, "", "latin1", undefined);
}

/** A sender for which each request takes 5 ns. */
function keepingSender() {
  const sent: { exchange: Exchange; nowNs: number }[] = [];
  const sendNow = (exchange: Exchange, nowNs: number): number => {
    sent.push({ exchange, nowNs });
    exchange.state = "sent";
    return nowNs + 5;
  };
  return { sent, sendNow };
}

function endOfTurn(clock: SimulatedClock): Promise<void> {
  return clock.run(new Promise((resolve) => clock.soon(resolve)));
}

test("what is put in while answers are read is sent at the end of the turn, in order", async () => {
  const clock = new SimulatedClock();
  const outbox = new Outbox(clock);
  const sender = keepingSender();
  const three = [exchange(), exchange(), exchange()];
  for (const one of three) {
    outbox.open();
    outbox.add(sender, one);
  }
  expect(sender.sent).toEqual([]);
  await endOfTurn(clock);
  expect(sender.sent.map((one) => one.exchange)).toEqual(three);
  expect(outbox.isOpen).toBe(false);
});

test("each is told the time at which the one before it was sent", async () => {
  const clock = new SimulatedClock();
  const outbox = new Outbox(clock);
  const sender = keepingSender();
  outbox.open();
  for (let i = 0; i < 3; i++) outbox.add(sender, exchange());
  await endOfTurn(clock);
  const [first = Number.NaN] = sender.sent.map((one) => one.nowNs);
  expect(sender.sent.map((one) => one.nowNs - first)).toEqual([0, 5, 10]);
});

test("one that is given up meanwhile is not sent", async () => {
  const clock = new SimulatedClock();
  const outbox = new Outbox(clock);
  const sender = keepingSender();
  const given = exchange();
  const other = exchange();
  outbox.open();
  outbox.add(sender, given);
  outbox.add(sender, other);
  given.state = "settled";
  await endOfTurn(clock);
  expect(sender.sent.map((one) => one.exchange)).toEqual([other]);
});

test(`with ${GATHERED_MAX} of them it does not wait for the end of the turn`, async () => {
  const clock = new SimulatedClock();
  const outbox = new Outbox(clock);
  const sender = keepingSender();
  outbox.open();
  for (let i = 0; i < GATHERED_MAX + 1; i++) outbox.add(sender, exchange());
  expect(sender.sent.length).toBe(GATHERED_MAX);
  await endOfTurn(clock);
  expect(sender.sent.length).toBe(GATHERED_MAX + 1);
});

test("scripts that compute for long do not keep the others waiting for all of them", () => {
  const clock = new SimulatedClock();
  const outbox = new Outbox(clock);
  const sender = keepingSender();
  outbox.open();
  for (let i = 0; i < 9; i++) {
    outbox.add(sender, exchange());
    clock.busyWaitUntil(clock.nowNs() + GATHERED_NS_MAX);
  }
  expect(sender.sent.length).toBe(9);
});
