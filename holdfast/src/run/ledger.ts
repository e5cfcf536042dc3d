/**
 * What the main thread keeps of a run while it goes on: numbers merged from every thread, history on its way to disk,
 * rules that can be seen to break, thresholds that may end it. One place, so that what the live view shows and what
 * the result says come from the same books.
 */
import type { Clock } from "../base/clock.ts";
import { openWatch } from "../checker/watch.ts";
import type { Watch } from "../checker/watch.ts";
import type { HistoryFiles } from "../history/history-files.ts";
import { StageWatch } from "../metrics/stages.ts";
import { MetricStore } from "../metrics/store.ts";
import { ThresholdEvaluator } from "../metrics/threshold-evaluator.ts";
import { GeneratorWatch } from "../probe/generator-watch.ts";
import type { Invariant } from "../record/invariant.ts";
import type { LiveTick } from "../report/live.ts";
import type { EarlyEnd } from "./load.ts";
import type { PreparedRun } from "./prepare-run.ts";
import type { ThreadTick } from "./thread-messages.ts";

export class Ledger {
  readonly store: MetricStore;
  readonly thresholds: ThresholdEvaluator;
  readonly stages: StageWatch;
  readonly generator: GeneratorWatch = new GeneratorWatch();
  readonly watch: Watch;
  readonly #plan: PreparedRun["plan"];
  readonly #files: HistoryFiles | undefined;

  constructor(
    { plan, thresholds }: PreparedRun,
    invariants: readonly Invariant[],
    files: HistoryFiles | undefined,
  ) {
    this.#plan = plan;
    this.#files = files;
    this.store = new MetricStore(plan.metrics);
    this.thresholds = new ThresholdEvaluator(thresholds, this.store);
    this.stages = new StageWatch(plan.stages, thresholds, this.store);
    this.watch = openWatch(invariants);
  }

  /** Takes in one thread's tick; says whether a threshold ends the load. */
  tick(thread: number, { atNs, metrics, generator }: ThreadTick): EarlyEnd | undefined {
    this.store.merge(thread, metrics, atNs);
    this.generator.add(thread, generator);
    this.store.setCpuShare(atNs, this.generator.cpuShare);
    const { abort } = this.thresholds.tick(atNs);
    if (abort === undefined) return undefined;
    return { why: "threshold", expression: `${abort.metric} ${abort.expression}` };
  }

  /** Resolves when the block is written or counted as lost. */
  block(block: ArrayBuffer, atNs: number): Promise<void> {
    this.store.addOutcomes(atNs, this.watch.feed(block));
    return this.#files?.append(block) ?? Promise.resolve();
  }

  /** How the run stands, for the live view. */
  live(clock: Clock): LiveTick {
    const elapsedNs = clock.nowNs();
    const rows = this.store.timeline();
    // The last whole second; the one that is being filled would always look slow.
    const row = rows.length > 1 ? rows.at(-2) : rows.at(-1);
    const spanS = (row?.spanMs ?? 1_000) / 1_000;
    return {
      elapsedNs,
      plannedNs: this.#plan.endNs,
      stage: this.#stageAt(elapsedNs),
      vus: rows.at(-1)?.vus ?? 0,
      requestsPerSecond: (row?.requests ?? 0) / spanS,
      failedShare: row === undefined || row.requests === 0 ? 0 : row.failed / row.requests,
      p50Ms: row?.p50Ms ?? null,
      p99Ms: row?.p99Ms ?? null,
      iterations: this.store.counter({ metric: "iterations", tags: {} }),
      dropped: this.store.counter({ metric: "dropped_iterations", tags: {} }),
      outcomes: this.watch.outcomes(),
      invariants: this.watch.lines(),
      generator: { cpuShare: this.generator.cpuShare },
      ...this.#liveSockets(),
    };
  }

  /** Nothing as long as no socket was ever opened. */
  #liveSockets(): Pick<LiveTick, "sockets"> {
    const all = { tags: {} };
    const sessions = this.store.counter({ ...all, metric: "ws_sessions" });
    const streams = this.store.trend({ ...all, metric: "sse_connecting" }).count;
    if (sessions + streams === 0) return {};
    const over = this.store.trend({ ...all, metric: "ws_session_duration" }).count;
    const { sent, received, p50Ms, p99Ms } = this.store.socketSecond();
    const alone = this.store.counter({ ...all, metric: "http_reqs" }) === 0;
    const rates = { sentPerSecond: sent, receivedPerSecond: received };
    return { sockets: { alone, open: sessions - over, ...rates, p50Ms, p99Ms } };
  }

  #stageAt(nowNs: number): LiveTick["stage"] {
    const { stages } = this.#plan;
    const index = stages.findLastIndex((stage) => stage.fromNs <= nowNs);
    const stage = stages[Math.max(0, index)];
    const name = nowNs > this.#plan.endNs ? "finishing" : (stage?.name ?? "");
    return { name, index: Math.max(0, index), count: stages.length };
  }
}
