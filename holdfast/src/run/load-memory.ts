/** How V8 keeps memory while the load flows: of all threads, from the instant they are released until they are done. */
import { turnFlags } from "../base/v8-flags.ts";
import type { FlagPair } from "../base/v8-flags.ts";

const ALWAYS: readonly FlagPair[] = [
  // Collecting the young on the thread whose garbage it is takes no core from the system under test.
  ["--no-parallel-scavenge", "--parallel-scavenge"],
  // Whole pages kept because most of them is alive take a tenth more memory for ten thousand sockets.
  ["--no-page-promotion", "--page-promotion"],
  // The young are collected also while the old are being marked: else what is allocated meanwhile goes straight to the
  // old, rubbish and all, which takes another third.
  ["--no-separate-gc-phases", "--separate-gc-phases"],
];

/**
 * From so many virtual users on, memory is worth more than time: V8 would let the heap of a hundred thousand sleepers
 * grow by half a gigabyte before it looks for garbage.
 */
const VUS_THRIFTY = 20_000;
const THRIFTY: FlagPair = ["--heap-growing-percent=30", "--heap-growing-percent=0"];

/** In force until it is disposed of. */
export function loadMemory(vusMax: number): Disposable {
  return turnFlags(vusMax >= VUS_THRIFTY ? [...ALWAYS, THRIFTY] : ALWAYS);
}
