/** What all scenarios of one engine thread share: time, sleepers, arrivals, counts, and the means to stop. */
import type { Random } from "../base/random.ts";
import type { Recorder } from "../record/recorder.ts";
import { freezeDeep } from "../scenario/freeze.ts";
import type { LoadTest } from "../scenario/load-test.ts";
import type { TestPlan } from "../scenario/plan.ts";
import { ArrivalLoop } from "./arrival-loop.ts";
import type { Pacing } from "./arrival-loop.ts";
import type { EngineOptions } from "./engine.ts";
import { ReceiptBook } from "./receipts.ts";
import { RowSources } from "./rows.ts";
import type { Ending, ScenarioRun } from "./scenario-run.ts";
import { originNs } from "./shared-cells.ts";
import type { SharedCells } from "./shared-cells.ts";
import { shareOfVus, sizeOfShare } from "./shares.ts";
import type { ThreadPlace } from "./shares.ts";
import { Sleepers } from "./sleepers.ts";
import { engineMetrics } from "./tag-scope.ts";
import type { EngineMetrics, ScopeHost } from "./tag-scope.ts";
import { Turns } from "./turns.ts";
import type { InFlight, OpenClients } from "./vu-host.ts";

export class EngineThread {
  readonly test: LoadTest;
  readonly place: ThreadPlace;
  readonly shared: SharedCells;
  readonly recorder: Recorder;
  readonly random: Random;
  readonly data: unknown;
  readonly openClients: OpenClients;
  readonly onException: EngineOptions["onException"];
  readonly originNs: number;
  readonly sleepers: Sleepers;
  readonly turns: Turns;
  readonly inFlight: InFlight = { count: 0 };
  readonly rows: RowSources;
  readonly codes: EngineMetrics;
  readonly scopes: ScopeHost;
  readonly runs: ScenarioRun[] = [];
  readonly receipts: ReceiptBook;
  readonly #mayBePrecise: boolean;
  readonly #loops = new Map<Pacing, ArrivalLoop>();
  readonly #series: number;
  #vus = 0;

  constructor(options: EngineOptions) {
    const { plan, test, recorder, clock } = options;
    this.test = test;
    this.place = options.thread;
    this.shared = options.shared;
    this.recorder = recorder;
    this.random = options.random;
    this.data = freezeDeep(options.data);
    this.openClients = options.openClients;
    this.onException = options.onException;
    this.originNs = originNs(options.shared, clock.nowNs());
    this.sleepers = new Sleepers(clock);
    this.receipts = new ReceiptBook(recorder, this.sleepers);
    this.turns = new Turns(clock);
    this.rows = new RowSources(test, plan, options.rows ?? {}, options.shared);
    this.codes = engineMetrics(recorder.metrics);
    const custom = new Map(plan.metrics.map(({ name }) => [name, recorder.metrics.metric(name)]));
    this.scopes = { sink: recorder.metrics, codes: this.codes, custom };
    this.#mayBePrecise = (options.availableCores ?? 1) > options.thread.count + 1;
    this.#series = recorder.metrics.series(plan.tags);
    recorder.metrics.add(this.codes.vusMax, this.#series, vusMaxOf(plan, options.thread));
  }

  /** One for each way of pacing. */
  arrivalLoop(wanted: Pacing | "auto"): ArrivalLoop {
    const pacing = wanted === "auto" ? (this.#mayBePrecise ? "precise" : "economy") : wanted;
    let loop = this.#loops.get(pacing);
    if (loop === undefined) {
      loop = new ArrivalLoop(pacing, this.recorder.clock, this.sleepers, this.inFlight);
      this.#loops.set(pacing, loop);
    }
    return loop;
  }

  /** The gauge `vus` is this thread's; those of all threads add up. */
  countVus(change: 1 | -1): void {
    this.#vus += change;
    this.recorder.metrics.add(this.codes.vus, this.#series, this.#vus);
  }

  /** Resolves when no turn of the event loop is waited for any more. */
  async settled(): Promise<void> {
    await this.turns.settled();
    await Promise.all([...this.#loops.values()].map((loop) => loop.settled()));
  }

  stopAll(ending: Ending): void {
    for (const run of this.runs) run.end(ending, true);
  }

  cutAll(): void {
    for (const run of this.runs) run.cut("stopped");
  }

  controlsChanged(): void {
    for (const run of this.runs) run.controlsChanged();
  }
}

/** This thread's part of all virtual users. */
function vusMaxOf(plan: TestPlan, place: ThreadPlace): number {
  const sizes = plan.scenarios.map(({ index, vusMax }) =>
    sizeOfShare(shareOfVus(place, index), vusMax),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
