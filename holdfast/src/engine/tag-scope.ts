/**
 * Where numbers go: a scenario's tags, or those of a group within it, with everything that is looked up by name kept
 * once found. One per thread and tag set, shared by all virtual users, so that a check costs one map look-up.
 */
import type { Tags } from "../record/metric.ts";
import type { MetricSink } from "../record/recorder.ts";
import type { RaceFigures } from "../scenario/race.ts";

/** The codes of the metrics that the engine writes, looked up once. */
export interface EngineMetrics {
  readonly iterations: number;
  readonly iterationDuration: number;
  readonly iterationErrors: number;
  readonly droppedIterations: number;
  readonly scheduleSlip: number;
  readonly groupDuration: number;
  readonly checks: number;
  readonly vus: number;
  readonly vusMax: number;
  readonly raceSpread: number;
  readonly raceServerSpread: number;
  readonly raceOverlap: number;
}

export function engineMetrics(sink: MetricSink): EngineMetrics {
  return {
    iterations: sink.metric("iterations"),
    iterationDuration: sink.metric("iteration_duration"),
    iterationErrors: sink.metric("iteration_errors"),
    droppedIterations: sink.metric("dropped_iterations"),
    scheduleSlip: sink.metric("schedule_slip"),
    groupDuration: sink.metric("group_duration"),
    checks: sink.metric("checks"),
    vus: sink.metric("vus"),
    vusMax: sink.metric("vus_max"),
    raceSpread: sink.metric("race_spread"),
    raceServerSpread: sink.metric("race_server_spread"),
    raceOverlap: sink.metric("race_overlap"),
  };
}

/** What all scopes of a thread share. */
export interface ScopeHost {
  readonly sink: MetricSink;
  readonly codes: EngineMetrics;
  /** The test's own metrics: code by name. */
  readonly custom: ReadonlyMap<string, number>;
}

export class TagScope {
  readonly tags: Tags;
  readonly series: number;
  readonly host: ScopeHost;
  readonly #checks = new Map<string, number>();
  #lastCheck: string | undefined;
  #lastSeries = 0;
  readonly #groups = new Map<string, TagScope>();

  constructor(host: ScopeHost, tags: Tags) {
    this.host = host;
    this.tags = tags;
    this.series = host.sink.series(tags);
  }

  check(name: string, passed: boolean): void {
    const series = name === this.#lastCheck ? this.#lastSeries : this.#seriesOf(name);
    this.host.sink.add(this.host.codes.checks, series, passed ? 1 : 0);
  }

  /** `checkout`, and within it `checkout::payment`. */
  group(name: string): TagScope {
    let scope = this.#groups.get(name);
    if (scope === undefined) {
      const outer = this.tags["group"];
      const group = outer === undefined ? name : `${outer}::${name}`;
      scope = new TagScope(this.host, { ...this.tags, group });
      this.#groups.set(name, scope);
    }
    return scope;
  }

  addGroupDuration(durationMs: number): void {
    this.host.sink.add(this.host.codes.groupDuration, this.series, durationMs);
  }

  addRace({ spreadMs, serverSpreadMs, overlap }: RaceFigures): void {
    const { sink, codes } = this.host;
    sink.add(codes.raceSpread, this.series, spreadMs);
    sink.add(codes.raceOverlap, this.series, overlap);
    if (serverSpreadMs !== undefined) sink.add(codes.raceServerSpread, this.series, serverSpreadMs);
  }

  /** A value of one of the test's own metrics. */
  add(code: number, value: number, tags: Tags | undefined): void {
    const { sink } = this.host;
    const series = tags === undefined ? this.series : sink.series({ ...this.tags, ...tags });
    sink.add(code, series, value);
  }

  #seriesOf(check: string): number {
    let series = this.#checks.get(check);
    if (series === undefined) {
      series = this.host.sink.series({ ...this.tags, check });
      this.#checks.set(check, series);
    }
    this.#lastCheck = check;
    this.#lastSeries = series;
    return series;
  }
}
