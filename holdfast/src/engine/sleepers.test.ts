import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SimulatedClock } from "../base/clock-simulated.ts";
import { sleepUntil } from "../base/clock.ts";
import { Sleepers } from "./sleepers.ts";

describe("sleepers", () => {
  test("any set of sleepers, some of them taken away, wakes in order of time and then of coming", async () => {
    const moments = fc.array(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.boolean()), {
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(moments, async (sleeps) => {
        const clock = new SimulatedClock();
        const sleepers = new Sleepers(clock);
        const woken: string[] = [];
        const cancels = sleeps.map(([at], order) =>
          sleepers.at(at, () => woken.push(`${clock.nowNs()} ${at} ${order}`)),
        );
        sleeps.forEach(([, stays], order) => {
          if (!stays) cancels[order]?.();
        });
        await clock.run(sleepUntil(clock, 100));
        const expected = sleeps
          .map(([at, stays], order) => ({ at, stays, order }))
          .filter(({ stays }) => stays)
          .sort((a, b) => a.at - b.at || a.order - b.order)
          .map(({ at, order }) => `${at} ${at} ${order}`);
        expect(woken).toEqual(expected);
        expect(clock.pendingTimers).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  test("10,000 sleepers are one timer of the clock, and none is left when they are taken away", () => {
    const clock = new SimulatedClock();
    const sleepers = new Sleepers(clock);
    const cancels = Array.from({ length: 10_000 }, (_, i) =>
      sleepers.at(1_000 - (i % 997), () => 0),
    );
    expect(clock.pendingTimers).toBe(1);
    for (const cancel of cancels) cancel();
    expect(clock.pendingTimers).toBe(0);
  });

  test("one who falls asleep while the others wake waits for the next time", async () => {
    const clock = new SimulatedClock();
    const sleepers = new Sleepers(clock);
    let wakings = 0;
    const again = (): void => {
      wakings += 1;
      if (wakings < 5) sleepers.at(0, again);
    };
    sleepers.at(10, again);
    await clock.run(sleepUntil(clock, 20));
    expect(wakings).toBe(5);
  });
});
