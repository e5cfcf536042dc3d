import { expect, test } from "vitest";
import { perVuIterations } from "../scenario/executors.ts";
import { operation } from "../scenario/operation.ts";
import type { Vu } from "../scenario/vu.ts";
import { stage, MS } from "./testing/stage.ts";

const received = operation("received");
const once = perVuIterations({ vus: 1, iterations: 1 });

test("8 numbers with a gap, a repeat and a step back are 4 rows, each with the times of its first and last", async () => {
  const s = stage({
    watchers: {
      executor: once,
      run: async ({ receipts, sleep }: Vu) => {
        const got = receipts(received, "ann");
        for (const number of [1, 2, 3, 5, 6, 6, 7, 4]) {
          await sleep("10ms");
          got.add("room", number);
        }
      },
    },
  });
  await s.run();
  const rows = s.log.operations.map(({ start, invokeNs, returnNs }) => [
    start.id,
    start.value,
    invokeNs / MS,
    returnNs / MS,
  ]);
  expect(rows).toEqual([
    ["ann", { from: 1, to: 3 }, 10, 30],
    ["ann", { from: 5, to: 6 }, 40, 50],
    ["ann", { from: 6, to: 7 }, 60, 70],
    ["ann", 4, 80, 80],
  ]);
});

test("a run is written a second after it began, though its next number is the next one", async () => {
  const s = stage({
    watchers: {
      executor: once,
      run: async ({ receipts, sleep }: Vu) => {
        const got = receipts(received, "ann");
        got.add("room", 1);
        await sleep("900ms");
        got.add("room", 2);
        await sleep("200ms");
        got.add("room", 3);
        got.add("other", 3, 5);
      },
    },
  });
  await s.run();
  expect(s.log.operations.map(({ start }) => [start.key, start.value])).toEqual([
    ["room", { from: 1, to: 2 }],
    ["room", 3],
    ["other", 3],
  ]);
});

test("what is no whole number is the script's mistake", async () => {
  const s = stage({
    watchers: { executor: once, run: ({ receipts }: Vu) => receipts(received, "a").add("r", 1.5) },
  });
  await s.run();
  expect(String(s.exceptions[0])).toBe(
    "TypeError: receipts: number must be a whole number, got 1.5",
  );
});
