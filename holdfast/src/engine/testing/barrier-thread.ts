/** A thread of its own, for the test that lets barriers race for real: its parties meet all others, round after round. */
import { MessageChannel, parentPort, workerData } from "node:worker_threads";
import { Barriers } from "../barriers.ts";
import { ScenarioCells } from "../shared-cells.ts";
import type { SharedCells } from "../shared-cells.ts";

export interface BarrierThreadData {
  readonly shared: SharedCells;
  /** How many have come to each round, over all threads. */
  readonly come: Int32Array<SharedArrayBuffer>;
  readonly parties: number;
  readonly partiesHere: number;
}

const { shared, come, parties, partiesHere } = workerData as BarrierThreadData;
const barriers = new Barriers(new ScenarioCells(shared, 0));
let early = 0;

async function party(): Promise<void> {
  for (let round = 0; round < come.length; round++) {
    Atomics.add(come, round, 1);
    await new Promise<void>((resolve) => barriers.arrive("race", parties, resolve));
    if (Atomics.load(come, round) !== parties) early += 1;
  }
}

// A promise of Atomics.waitAsync alone does not keep a thread alive.
const { port1: alive } = new MessageChannel();
alive.on("message", () => undefined);
await Promise.all(Array.from({ length: partiesHere }, party));
alive.close();
parentPort?.postMessage(early);
