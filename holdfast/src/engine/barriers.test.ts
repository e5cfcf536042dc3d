import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { constantVus } from "../index.ts";
import { stage } from "./testing/stage.ts";
import type { BarrierThreadData } from "./testing/barrier-thread.ts";

test("3 threads with 1, 2 and 4 parties race through 3,000 rounds, and nobody is let go early", async () => {
  const executor = constantVus({ vus: 7, duration: "1s" });
  const { shared } = stage({ crowd: { executor, run: () => undefined } });
  const come = new Int32Array(new SharedArrayBuffer(3_000 * Int32Array.BYTES_PER_ELEMENT));
  const ends = [1, 2, 4].map(async (partiesHere) => {
    const workerData: BarrierThreadData = { shared, come, parties: 7, partiesHere };
    const worker = new Worker(new URL("./testing/barrier-thread.ts", import.meta.url), {
      workerData,
    });
    const [early] = (await once(worker, "message")) as [number];
    return early;
  });
  expect(await Promise.all(ends)).toEqual([0, 0, 0]);
  expect(come.every((parties) => parties === 7)).toBe(true);
});
