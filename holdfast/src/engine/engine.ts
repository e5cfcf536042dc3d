/**
 * Acts one thread's share of a plan: who acts, and when. It takes time only from the clock it is given and talks only
 * through the clients it is handed, so it runs whole in simulated time.
 *
 *     plan -> ScenarioRun -> executor (closed loop, or pacer and queue) -> VirtualUser -> the script's `run`
 */
import { assert } from "../base/assert.ts";
import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import type { Recorder } from "../record/recorder.ts";
import type { LoadTest } from "../scenario/load-test.ts";
import type { TestPlan } from "../scenario/plan.ts";
import { EngineThread } from "./engine-thread.ts";
import type { LoadedRows } from "./rows.ts";
import { ScenarioRun } from "./scenario-run.ts";
import type { ScenarioReport } from "./scenario-run.ts";
import { watchControls } from "./shared-cells.ts";
import type { SharedCells } from "./shared-cells.ts";
import type { ThreadPlace } from "./shares.ts";
import type { OpenClients } from "./vu-host.ts";

export interface EngineOptions {
  readonly plan: TestPlan;
  readonly test: LoadTest;
  /** What `setup` returned; frozen here. */
  readonly data: unknown;
  /** The rows of `test.data`, from `loadRows`. */
  readonly rows?: LoadedRows;
  readonly thread: ThreadPlace;
  /** Made once, by the main thread. */
  readonly shared: SharedCells;
  readonly recorder: Recorder;
  readonly clock: Clock;
  readonly random: Random;
  /** Decides on precise pacing, where the test leaves it open: when there are more than the threads and one. Default 1. */
  readonly availableCores?: number;
  readonly openClients: OpenClients;
  /** No iteration starts any more; running ones have their scenario's graceful stop. */
  readonly signal: AbortSignal;
  /** Running iterations are cut off. */
  readonly hardSignal?: AbortSignal;
  /** Only the first few of each scenario; all are counted. */
  readonly onException: (scenario: string, error: unknown) => void;
}

export interface EngineReport {
  /** When the load started on the run's clock: the plan's times count from there. */
  readonly startedNs: number;
  readonly scenarios: readonly ScenarioReport[];
}

/** Resolves when the last virtual user has left and no timer of the engine is pending. */
export async function runEngine(options: EngineOptions): Promise<EngineReport> {
  const thread = new EngineThread(options);
  for (const plan of options.plan.scenarios) thread.runs.push(new ScenarioRun(thread, plan));
  const stopWatching = watchControls(options.shared, () => thread.controlsChanged());
  const deafen = [
    whenAborted(options.signal, () => thread.stopAll("stopped")),
    whenAborted(options.hardSignal, () => thread.cutAll()),
  ];
  const scenarios = await Promise.all(thread.runs.map((run) => run.run()));
  for (const stopListening of deafen) stopListening();
  stopWatching();
  await thread.settled();
  thread.receipts.flush();
  assert(thread.sleepers.nextNs === Number.POSITIVE_INFINITY, "nobody sleeps when all have left");
  return { startedNs: thread.originNs, scenarios };
}

/** Also when it already is; the returned function stops listening. */
function whenAborted(signal: AbortSignal | undefined, act: () => void): () => void {
  if (signal === undefined) return () => undefined;
  if (signal.aborted) act();
  signal.addEventListener("abort", act, { once: true });
  return () => signal.removeEventListener("abort", act);
}
