/**
 * The load itself, seen from the main thread: engine threads act, and here it is decided that the load ends early.
 *
 *     running ──stop──▶ draining ──grace over, or asked again──▶ killed
 */
import { monotonicNs } from "../base/clock.ts";
import type { Clock } from "../base/clock.ts";
import { NS_PER_MS } from "../base/units.ts";
import type { EngineThreads } from "./engine-threads.ts";
import type { ThreadEnd, ThreadEvents } from "./engine-threads.ts";
import { EXCEPTIONS_KEPT_MAX, INTERRUPT_GRACE_MS } from "./limits.ts";
import { loadMemory } from "./load-memory.ts";
import type { ThreadStart, ThreadTick } from "./thread-messages.ts";

/** What ended the load when it was not the plan. */
export type EarlyEnd =
  | { why: "interrupt" }
  | { why: "control" }
  | { why: "exception" }
  | { why: "violation"; invariant: string }
  | { why: "threshold"; expression: string }
  | { why: "target"; how: string };

export interface ScriptException {
  scenario: string;
  message: string;
  stack: string;
}

export interface LoadReport {
  /** Since the load began. */
  endedNs: number;
  /** Of the threads that lived to tell; fewer than there were when the load was killed. */
  ends: ThreadEnd[];
  exceptions: ScriptException[];
  early: EarlyEnd | undefined;
  /** Threads that had to be terminated: their last moments are missing from the history. */
  killed: boolean;
}

export interface LoadHost {
  /** Loaded and waiting. They are gone when the load is over. */
  threads: EngineThreads;
  /** Of all threads together. */
  vusMax: number;
  /** All that the threads are told besides the time. */
  start: Omit<ThreadStart, "originNs">;
  stopOnException: boolean;
  /** The load begins: everything is counted from `originNs` of the kernel's monotonic clock. */
  onBegin(originNs: bigint): Clock;
  /** Takes in one thread's tick; says whether the load shall end. */
  onTick(thread: number, tick: ThreadTick): EarlyEnd | undefined;
  /** Takes in one block of history, and resolves when it is written or lost. `end` ends the load. */
  onBlock(block: ArrayBuffer, end: (why: EarlyEnd) => void): Promise<void>;
  /** Listens for reasons to end it: signals, the control socket, a dead target. Returns how to stop listening. */
  listen(end: (why: EarlyEnd) => void): () => void;
}

/** Resolves when the load has drained, whatever ended it. */
export async function runLoad(host: LoadHost): Promise<LoadReport> {
  const exceptions: ScriptException[] = [];
  await using threads = host.threads;
  // Turned back before the threads end: that is when they store what they have compiled.
  using _memory = loadMemory(host.vusMax);
  const ending = new Ending(threads);
  const events: ThreadEvents = {
    onTick(thread, tick) {
      const why = host.onTick(thread, tick);
      if (why !== undefined) ending.end(why);
    },
    onBlock: (block) => host.onBlock(block, (why) => ending.end(why)),
    onException(scenario, message, stack) {
      if (exceptions.length < EXCEPTIONS_KEPT_MAX) exceptions.push({ scenario, message, stack });
      if (host.stopOnException) ending.end({ why: "exception" });
    },
  };
  const unlisten = host.listen((why) => ending.end(why));
  try {
    const originNs = monotonicNs();
    const clock = host.onBegin(originNs);
    ending.begin(clock);
    const ends = await ending.orKilled(threads.go({ ...host.start, originNs }, events));
    return {
      endedNs: clock.nowNs(),
      ends: ends ?? [],
      exceptions,
      early: ending.why,
      killed: ends === undefined,
    };
  } finally {
    unlisten();
    await ending.settle();
  }
}

/** How the load comes to its end: the first reason is the one that counts. */
class Ending {
  why: EarlyEnd | undefined;
  readonly #threads: EngineThreads;
  #clock: Clock | undefined;
  #killing: Promise<void> | undefined;
  #cancelKill: () => void = () => undefined;
  readonly #killed = Promise.withResolvers<undefined>();

  constructor(threads: EngineThreads) {
    this.#threads = threads;
  }

  begin(clock: Clock): void {
    this.#clock = clock;
    if (this.why !== undefined) this.#drain(this.why);
  }

  end(why: EarlyEnd): void {
    const impatient = why.why === "interrupt" || why.why === "target";
    if (this.why !== undefined) {
      if (impatient) this.#kill();
      return;
    }
    this.why = why;
    this.#drain(why);
  }

  /** What the load says at its end, or undefined when it was killed first. */
  orKilled<T>(load: Promise<T>): Promise<T | undefined> {
    return Promise.race([load, this.#killed.promise]);
  }

  async settle(): Promise<void> {
    this.#cancelKill();
    await this.#killing;
  }

  #drain({ why }: EarlyEnd): void {
    this.#threads.stop();
    if (this.#clock === undefined || (why !== "interrupt" && why !== "target")) return;
    const atNs = this.#clock.nowNs() + INTERRUPT_GRACE_MS * NS_PER_MS;
    this.#cancelKill = this.#clock.at(atNs, () => this.#kill());
  }

  #kill(): void {
    this.#killing ??= this.#threads.kill().then(() => this.#killed.resolve(undefined));
  }
}
