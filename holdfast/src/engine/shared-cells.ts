/**
 * The few numbers that all threads of a run share: claims, levels, barriers, pause. Nobody sends a message for them and
 * nobody polls: what must be noticed at once is waited for by `Atomics.waitAsync`.
 *
 * Layout, in 32-bit cells:
 *
 *     [version | paused]  [claimed | active | level | barriers …] per scenario  [claimed] per data source
 */
import { assert } from "../base/assert.ts";
import type { ScenarioPlan, TestPlan } from "../scenario/plan.ts";
import { BARRIERS_MAX } from "./limits.ts";

/** Plain data, to be handed to threads as it is. */
export interface SharedCells {
  readonly cells: Int32Array<SharedArrayBuffer>;
  /** 1 + when the load started on the run's clock, in ns; 0 until the first thread sets it. */
  readonly origin: BigInt64Array<SharedArrayBuffer>;
}

const VERSION = 0;
const PAUSED = 1;
const HEADER = 2;

/** key, state, generation, wanted: see `barriers.ts`. */
export const BARRIER_CELLS = 4;
const CLAIMED = 0;
const ACTIVE = 1;
const LEVEL = 2;
const BARRIERS = 3;
const SCENARIO: number = BARRIERS + BARRIERS_MAX * BARRIER_CELLS;

export function createSharedCells(plan: TestPlan): SharedCells {
  const size = HEADER + plan.scenarios.length * SCENARIO + plan.sources.length;
  const cells = new Int32Array(new SharedArrayBuffer(size * Int32Array.BYTES_PER_ELEMENT));
  for (const scenario of plan.scenarios) {
    const { executor } = scenario;
    const at = scenarioAt(scenario.index);
    // Those that start together are expected from the beginning: a barrier waits for the thread that starts last.
    cells[at + ACTIVE] = initialVus(scenario);
    if (executor.kind === "externally-controlled") cells[at + LEVEL] = executor.vus;
  }
  return { cells, origin: new BigInt64Array(new SharedArrayBuffer(8)) };
}

/** How many virtual users are there from the scenario's first moment. */
export function initialVus({ executor, levels }: ScenarioPlan): number {
  return "preAllocatedVus" in executor ? executor.preAllocatedVus : (levels[0]?.from ?? 0);
}

/** Sets how many virtual users an externally controlled scenario has, within its `maxVus`; gives the number set. */
export function setControlledVus(
  shared: SharedCells,
  plan: TestPlan,
  scenario: string,
  vus: number,
): number {
  const found = plan.scenarios.find((candidate) => candidate.name === scenario);
  assert(
    found?.executor.kind === "externally-controlled",
    "only such a scenario can be controlled",
  );
  const level = Math.max(0, Math.min(Math.floor(vus), found.executor.maxVus));
  Atomics.store(shared.cells, scenarioAt(found.index) + LEVEL, level);
  announce(shared);
  return level;
}

/** While paused no iteration starts; running ones go on. The time goes on, too. */
export function setPaused(shared: SharedCells, paused: boolean): void {
  Atomics.store(shared.cells, PAUSED, paused ? 1 : 0);
  announce(shared);
}

/** HOT. A plain read: a moment late is early enough, and an atomic one is a call into the runtime. */
export function isPaused(shared: SharedCells): boolean {
  return shared.cells[PAUSED] === 1;
}

function announce(shared: SharedCells): void {
  Atomics.add(shared.cells, VERSION, 1);
  Atomics.notify(shared.cells, VERSION);
}

/** Calls back after each change of a level or of the pause, until the returned function is called. */
export function watchControls(shared: SharedCells, onChange: () => void): () => void {
  let watching = true;
  const watch = async (): Promise<void> => {
    let version = Atomics.load(shared.cells, VERSION);
    for (;;) {
      const wait = Atomics.waitAsync(shared.cells, VERSION, version);
      if (wait.async) await wait.value;
      if (!watching) return;
      const now = Atomics.load(shared.cells, VERSION);
      if (now !== version) onChange();
      version = now;
    }
  };
  void watch();
  return () => {
    watching = false;
    Atomics.notify(shared.cells, VERSION);
  };
}

/** The load's start: the first thread to ask sets it. */
export function originNs(shared: SharedCells, nowNs: number): number {
  const mine = BigInt(1 + Math.max(0, Math.round(nowNs)));
  const other = Atomics.compareExchange(shared.origin, 0, 0n, mine);
  return Number(other === 0n ? mine : other) - 1;
}

/** The next number of a data source's rows, from 0, that nobody else gets. */
export function claimRow(shared: SharedCells, plan: TestPlan, source: number): number {
  const cell = HEADER + plan.scenarios.length * SCENARIO + source;
  return Atomics.add(shared.cells, cell, 1);
}

/** What the threads share of one scenario. */
export class ScenarioCells {
  readonly #cells: Int32Array<SharedArrayBuffer>;
  readonly #at: number;

  constructor(shared: SharedCells, scenarioIndex: number) {
    this.#cells = shared.cells;
    this.#at = scenarioAt(scenarioIndex);
  }

  /** The next of the shared iterations, from 0. */
  claimIteration(): number {
    return Atomics.add(this.#cells, this.#at + CLAIMED, 1);
  }

  /** A virtual user has come, that was not expected from the beginning. */
  countIn(): void {
    Atomics.add(this.#cells, this.#at + ACTIVE, 1);
  }

  /** A virtual user has gone. */
  countOut(): void {
    Atomics.sub(this.#cells, this.#at + ACTIVE, 1);
  }

  /** This scenario's active virtual users, over all threads, with those that are still expected. */
  get active(): number {
    return Atomics.load(this.#cells, this.#at + ACTIVE);
  }

  /** How many virtual users the control wants. */
  get level(): number {
    return Atomics.load(this.#cells, this.#at + LEVEL);
  }

  get cells(): Int32Array<SharedArrayBuffer> {
    return this.#cells;
  }

  /** Where the scenario's barriers begin. */
  get barriersAt(): number {
    return this.#at + BARRIERS;
  }
}

function scenarioAt(index: number): number {
  return HEADER + index * SCENARIO;
}
