/**
 * One scenario in one thread, from its start to the last virtual user's leaving:
 *
 *     startNs            endNs                      lastNs
 *     | iterations start | running ones may finish  | what still runs is cut off | leaving |
 *
 * The end comes earlier when the executor has nothing left to do, the run is stopped, the rows are used up, or the
 * script threw and the test says to stop then.
 */
import { assert } from "../base/assert.ts";
import type { Random } from "../base/random.ts";
import { NS_PER_MS } from "../base/units.ts";
import type { Recorder } from "../record/recorder.ts";
import type { Scenario } from "../scenario/load-test.ts";
import type { ScenarioPlan } from "../scenario/plan.ts";
import type { ActingExecutor, ExecutorHost } from "./acting-executor.ts";
import { ArrivalExecutor } from "./arrival-executor.ts";
import type { ArrivalReport } from "./arrival-executor.ts";
import type { Pacing } from "./arrival-loop.ts";
import { Barriers } from "./barriers.ts";
import type { EngineThread } from "./engine-thread.ts";
import { Exceptions } from "./exceptions.ts";
import type { ExceptionReport } from "./exceptions.ts";
import { IterationExecutor } from "./iteration-executor.ts";
import { LevelExecutor } from "./level-executor.ts";
import type { ReceiptBook } from "./receipts.ts";
import type { RowSources } from "./rows.ts";
import { initialVus, isPaused, ScenarioCells } from "./shared-cells.ts";
import { shareOfArrivals, shareOfVus } from "./shares.ts";
import type { Share } from "./pacers.ts";
import type { Sleepers } from "./sleepers.ts";
import { TagScope } from "./tag-scope.ts";
import type { Turns } from "./turns.ts";
import { VirtualUser } from "./virtual-user.ts";
import type { InFlight, OpenClients } from "./vu-host.ts";

/** Why a scenario came to its end. */
export type Ending = "time" | "iterations" | "stopped" | "rows" | "exception";

export interface ScenarioReport {
  readonly name: string;
  readonly executor: ScenarioPlan["executor"]["kind"];
  /** Iterations that ended, those that threw among them. */
  readonly iterations: number;
  /** Iterations that were cut off when their grace was over; counted in no metric. */
  readonly interrupted: number;
  readonly dropped: number;
  readonly exceptions: ExceptionReport;
  /** Which data source had no row left. */
  readonly outOfRows: string | undefined;
  readonly arrivals: ArrivalReport | undefined;
  readonly pacing: Pacing | null;
  readonly ending: Ending;
  /** On the run's clock: its start, and when its last virtual user had left. */
  readonly startedNs: number;
  readonly endedNs: number;
}

export class ScenarioRun implements ExecutorHost {
  readonly plan: ScenarioPlan;
  readonly script: Scenario;
  readonly startNs: number;
  readonly barriers: Barriers;
  readonly receipts: ReceiptBook;
  readonly scope: TagScope;
  readonly thinkRandom: Random;
  readonly present: Set<VirtualUser> = new Set();
  readonly #thread: EngineThread;
  readonly #cells: ScenarioCells;
  readonly #share: Share;
  readonly #exceptions = new Exceptions();
  readonly #done: PromiseWithResolvers<ScenarioReport> = Promise.withResolvers();
  readonly #cancels: (() => void)[] = [];
  #executor: ActingExecutor | undefined;
  #ending: Ending | undefined;
  #iterations = 0;
  #claimed = 0;
  #interrupted = 0;
  #dropped = 0;
  #outOfRows: string | undefined;
  #settled = false;

  constructor(thread: EngineThread, plan: ScenarioPlan) {
    const script = thread.test.scenarios[plan.name];
    assert(script !== undefined, "the plan is of this test");
    this.#thread = thread;
    this.plan = plan;
    this.script = script;
    this.startNs = thread.originNs + plan.startNs;
    this.#cells = new ScenarioCells(thread.shared, plan.index);
    this.#share = shareOfVus(thread.place, plan.index);
    this.barriers = new Barriers(this.#cells);
    this.receipts = thread.receipts;
    this.scope = new TagScope(thread.scopes, plan.tags);
    this.thinkRandom = thread.random.fork(`think/${plan.name}/${thread.place.index}`);
  }

  /** Resolves when the last virtual user has left. */
  run(): Promise<ScenarioReport> {
    const { sleepers } = this.#thread;
    if (this.#settled) return this.#done.promise;
    this.#cancels.push(
      sleepers.at(this.startNs, () => this.#start()),
      sleepers.at(this.#thread.originNs + this.plan.endNs, () => this.end("time", false)),
      sleepers.at(this.#thread.originNs + this.plan.lastNs, () => this.cut("time")),
    );
    return this.#done.promise;
  }

  /** No iteration starts from here on; with `discard`, arrivals that wait are dropped as well. */
  end(ending: Ending, discard: boolean): void {
    if (this.#ending !== undefined) return;
    this.#ending = ending;
    this.#setGrace();
    this.#executor?.stop(discard);
    this.#finishIfEmpty();
  }

  /** What still runs is cut off. */
  cut(ending: Ending): void {
    this.end(ending, true);
    this.#executor?.stop(true);
    for (const vu of this.present) vu.cut();
    this.#finishIfEmpty();
  }

  controlsChanged(): void {
    this.#executor?.controlsChanged();
  }

  get paused(): boolean {
    return isPaused(this.#thread.shared);
  }

  get stopping(): boolean {
    return this.#ending !== undefined;
  }

  bringIn(number: number): VirtualUser {
    const vu = new VirtualUser(this, number);
    this.#count(vu, number <= initialVus(this.plan));
    vu.come();
    return vu;
  }

  bringBack(vu: VirtualUser): void {
    this.#count(vu, false);
    vu.come();
  }

  nextIteration(): number {
    const local = this.#claimed;
    this.#claimed += 1;
    return this.#share.first + local * this.#share.step;
  }

  dropped(count: number): void {
    if (count === 0) return;
    this.#dropped += count;
    const { recorder, codes } = this.#thread;
    recorder.metrics.add(codes.droppedIterations, this.scope.series, count);
  }

  finished(): void {
    this.end("iterations", false);
  }

  free(vu: VirtualUser): void {
    this.#executor?.free(vu);
  }

  ended(vu: VirtualUser, threw: boolean, nowNs?: number): void {
    this.#executor?.ended(vu, threw, nowNs);
  }

  gone(vu: VirtualUser): void {
    this.present.delete(vu);
    this.#cells.countOut();
    this.#thread.countVus(-1);
    this.barriers.recount();
    this.#executor?.gone(vu);
    this.#finishIfEmpty();
  }

  iterated(durationNs: number): void {
    this.#iterations += 1;
    const { recorder, codes } = this.#thread;
    const { series } = this.scope;
    recorder.metrics.add(codes.iterations, series, 1);
    recorder.metrics.add(codes.iterationDuration, series, durationNs / NS_PER_MS);
  }

  interrupted(): void {
    this.#interrupted += 1;
  }

  threw(error: unknown): void {
    const { recorder, codes } = this.#thread;
    recorder.metrics.add(codes.iterationErrors, this.scope.series, 1);
    if (this.#exceptions.add(error)) this.#thread.onException(this.plan.name, error);
    if (this.#thread.test.stopOnException === true) this.#thread.stopAll("exception");
  }

  outOfRows(reason: string): void {
    this.#outOfRows ??= reason;
    this.end("rows", true);
  }

  get recorder(): Recorder {
    return this.#thread.recorder;
  }

  get sleepers(): Sleepers {
    return this.#thread.sleepers;
  }

  get turns(): Turns {
    return this.#thread.turns;
  }

  get inFlight(): InFlight {
    return this.#thread.inFlight;
  }

  get random(): Random {
    return this.#thread.random;
  }

  get rows(): RowSources {
    return this.#thread.rows;
  }

  get data(): unknown {
    return this.#thread.data;
  }

  get openClients(): OpenClients {
    return this.#thread.openClients;
  }

  #start(): void {
    if (this.stopping) return;
    this.#executor = this.#makeExecutor();
    if (this.#executor === undefined) this.finished();
    else this.#executor.start();
  }

  /** Undefined when nothing of the scenario falls to this thread. */
  #makeExecutor(): ActingExecutor | undefined {
    const { executor, vusMax, index } = this.plan;
    if ("iterations" in executor) {
      return new IterationExecutor(this, executor, this.#share, this.#cells);
    }
    if (!("preAllocatedVus" in executor)) {
      return new LevelExecutor(this, executor, this.#share, this.#cells);
    }
    const share = shareOfArrivals(this.#thread.place, index, vusMax);
    if (share === undefined) return undefined;
    const loop = this.#thread.arrivalLoop(executor.pacing);
    return new ArrivalExecutor(this, executor, share, loop);
  }

  #count(vu: VirtualUser, expected: boolean): void {
    this.present.add(vu);
    if (!expected) this.#cells.countIn();
    this.#thread.countVus(1);
  }

  /** A scenario that ends before its time has its grace from now on. */
  #setGrace(): void {
    const graceNs = this.plan.lastNs - this.plan.endNs;
    const lastNs = this.recorder.clock.nowNs() + graceNs;
    this.#cancels.push(this.sleepers.at(lastNs, () => this.cut("time")));
  }

  #finishIfEmpty(): void {
    if (this.#settled || !this.stopping || this.present.size > 0) return;
    this.#settled = true;
    for (const cancel of this.#cancels) cancel();
    this.#done.resolve(this.#report());
  }

  #report(): ScenarioReport {
    const executor = this.#executor;
    const arrivals = executor instanceof ArrivalExecutor ? executor.report : undefined;
    return {
      name: this.plan.name,
      executor: this.plan.executor.kind,
      iterations: this.#iterations,
      interrupted: this.#interrupted,
      dropped: this.#dropped,
      exceptions: this.#exceptions.report,
      outOfRows: this.#outOfRows,
      arrivals,
      pacing: executor instanceof ArrivalExecutor ? executor.pacing : null,
      ending: this.#ending ?? "time",
      startedNs: this.startNs,
      endedNs: this.recorder.clock.nowNs(),
    };
  }
}
