import { expect, test } from "vitest";
import { SimulatedClock } from "./clock-simulated.ts";
import { sleepUntil } from "./clock.ts";

test("timers wake in order of time, those of one instant in the order they were set, and cancelled ones never", async () => {
  const clock = new SimulatedClock();
  const woken: string[] = [];
  const note = (name: string) => (): void => void woken.push(`${clock.nowNs()} ${name}`);
  clock.at(20, note("c"));
  clock.at(10, note("a"));
  clock.at(10, note("b"));
  const cancel = clock.at(15, note("never"));
  cancel();
  await clock.run(sleepUntil(clock, 30));
  expect(woken).toEqual(["10 a", "10 b", "20 c"]);
  expect([clock.nowNs(), clock.pendingTimers]).toEqual([30, 0]);
});

test("a turn of the event loop takes 1 µs, or as long as its caller has nothing to do", async () => {
  const clock = new SimulatedClock();
  const turn = (idleUntilNs?: number): Promise<void> =>
    new Promise((resolve) => clock.soon(resolve, idleUntilNs));
  await clock.run(turn());
  expect(clock.nowNs()).toBe(1_000);
  await clock.run(turn(50_000));
  expect(clock.nowNs()).toBe(50_000);
});

test("while the thread is held, timers that fall due have to wait", async () => {
  const clock = new SimulatedClock();
  const wokenNs: number[] = [];
  clock.at(10, () => clock.busyWaitUntil(100));
  clock.at(40, () => wokenNs.push(clock.nowNs()));
  await clock.run(sleepUntil(clock, 200));
  expect(wokenNs).toEqual([100]);
});

test("waiting for what nothing can bring about is an error, not a hang", async () => {
  const clock = new SimulatedClock();
  await expect(clock.run(new Promise(() => undefined))).rejects.toThrow("nothing left to wait for");
});
