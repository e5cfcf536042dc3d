/**
 * All numbers of a run, in the main thread. Each engine thread's deltas are added to totals by metric and series;
 * whatever is wider than one series is added up when it is read, so nothing is counted twice and nothing can disagree.
 *
 * All times are since the load began.
 *
 * Exact over threads: N registries merged here hold what one registry fed everything would hold. (Sums of fractions may
 * differ in the last digit, as the order of adding differs.)
 */
import { assert } from "../base/assert.ts";
import type { MetricDefinition } from "../record/metric.ts";
import type { Outcome } from "../record/outcome.ts";
import { Counter, type Drained, GaugeTotal, Rate, Trend } from "./cells.ts";
import { type MetricsDelta, readDelta } from "./delta.ts";
import type { Histogram } from "./histogram.ts";
import { SERIES_LIMIT } from "./limits.ts";
import { RecentSockets } from "./recent-sockets.ts";
import { allMetrics } from "./registry.ts";
import { carriesAll, type Selector } from "./selector.ts";
import { SeriesTable } from "./series-table.ts";
import { isOfSockets, type SocketNumbers } from "./socket-counts.ts";
import { Timeline, type TimelineRow } from "./timeline.ts";
import { type AnyTotal, mergeTotals, totalOf } from "./totals.ts";
import { type Span, View } from "./view.ts";

export interface CheckResult {
  name: string;
  passed: number;
  failed: number;
}

interface Thread {
  /** The run's number of each of the thread's series. */
  readonly series: number[];
  mergedNs: number;
}

export class MetricStore {
  /** By code, the same as in the registries. */
  readonly metrics: readonly MetricDefinition[];
  readonly #codes: ReadonlyMap<string, number>;
  readonly #table = new SeriesTable();
  readonly #threads: Thread[] = [];
  /** By metric: over all series, and by series. */
  readonly #wholes: readonly AnyTotal[];
  readonly #totals: readonly (AnyTotal | undefined)[][];
  readonly #views: readonly View[][];
  readonly #timeline = new Timeline();
  readonly #recentSockets = new RecentSockets();
  #seriesOverLimit = 0;
  #notNumbers = 0;

  constructor(custom: readonly MetricDefinition[] = []) {
    this.metrics = allMetrics(custom);
    this.#codes = new Map(this.metrics.map((metric, code) => [metric.name, code]));
    this.#wholes = this.metrics.map(totalOf);
    this.#totals = this.metrics.map(() => []);
    this.#views = this.metrics.map(() => []);
  }

  /** Adds what one thread counted up to `atNs` since it was merged before. Each thread's deltas in order, none twice. */
  merge(thread: number, delta: MetricsDelta, atNs: number): void {
    const known = (this.#threads[thread] ??= { series: [], mergedNs: 0 });
    for (const tags of delta.newSeries) known.series.push(this.#table.intern(tags));
    const middleNs = (known.mergedNs + atNs) / 2;
    known.mergedNs = atNs;
    this.#recentSockets.reach(middleNs);
    this.#seriesOverLimit += delta.seriesOverLimit;
    this.#notNumbers += delta.notNumbers;
    readDelta(delta, (metric, threadSeries, numbers) => {
      const series = known.series[threadSeries];
      assert(series !== undefined, `thread ${thread} told the tags of its series ${threadSeries}`);
      const source = (thread * this.metrics.length + metric) * SERIES_LIMIT + threadSeries;
      this.#absorb(metric, series, { ...numbers, source }, middleNs);
    });
  }

  /** A view on part of the numbers, from now on. Ask before its time begins: what is merged already is not in it. */
  view(selector: Selector, span: Span): View {
    const code = this.#code(selector.metric);
    const view = new View(selector, this.metrics[code] as MetricDefinition, span);
    (this.#views[code] as View[]).push(view);
    return view;
  }

  /** Everything of one metric that carries these tags, so far. A copy when tags are given, else the living total. */
  total({ metric, tags }: Selector): AnyTotal {
    const code = this.#code(metric);
    if (Object.keys(tags).length === 0) return this.#wholes[code] as AnyTotal;
    const total = totalOf(this.metrics[code] as MetricDefinition);
    for (const [series, part] of (this.#totals[code] as (AnyTotal | undefined)[]).entries()) {
      if (part !== undefined && carriesAll(this.#table.tags(series), tags)) {
        mergeTotals(total, part);
      }
    }
    return total;
  }

  /** The same by type; each throws when the metric is of another. */
  counter(selector: Selector): number {
    const total = this.total(selector);
    assert(total instanceof Counter, `${selector.metric} is a counter`);
    return total.sum;
  }

  rate(selector: Selector): Rate {
    const total = this.total(selector);
    assert(total instanceof Rate, `${selector.metric} is a rate`);
    return total;
  }

  gauge(selector: Selector): GaugeTotal {
    const total = this.total(selector);
    assert(total instanceof GaugeTotal, `${selector.metric} is a gauge`);
    return total;
  }

  trend(selector: Selector): Histogram {
    const total = this.total(selector);
    assert(total instanceof Trend, `${selector.metric} is a trend`);
    return total.histogram;
  }

  /** All values that a tag takes among a metric's samples, first seen first. */
  tagValues(metric: string, tag: string): string[] {
    const values = new Set<string>();
    for (const [series, total] of (this.#totals[this.#code(metric)] ?? []).entries()) {
      const value = this.#table.tags(series)[tag];
      if (total !== undefined && value !== undefined) values.add(value);
    }
    return [...values];
  }

  /** Every check by its name (the tag `check`), first seen first. */
  checks(): CheckResult[] {
    return this.tagValues("checks", "check").map((name) => {
      const { passed, total } = this.rate({ metric: "checks", tags: { check: name } });
      return { name, passed, failed: total - passed };
    });
  }

  /** Operations that ended, by outcome, since the last call. For the timeline only. */
  addOutcomes(atNs: number, counts: Readonly<Partial<Record<Outcome, number>>>): void {
    this.#timeline.addOutcomes(atNs, counts);
  }

  /** What share of a core the busiest engine thread has used lately. For the timeline only. */
  setCpuShare(atNs: number, share: number): void {
    this.#timeline.setCpuShare(atNs, share);
  }

  timeline(): TimelineRow[] {
    return this.#timeline.rows();
  }

  /** The last whole second of all sockets. */
  socketSecond(): SocketNumbers {
    return this.#recentSockets.last();
  }

  /** What could not be counted as it came, for the report's notes. */
  get lost(): { seriesOverLimit: number; notNumbers: number } {
    const seriesOverLimit = this.#seriesOverLimit + this.#table.overLimit;
    return { seriesOverLimit, notNumbers: this.#notNumbers };
  }

  #absorb(metric: number, series: number, drained: Drained, atNs: number): void {
    const definition = this.metrics[metric] as MetricDefinition;
    const totals = this.#totals[metric] as (AnyTotal | undefined)[];
    (totals[series] ??= totalOf(definition)).absorb(drained);
    (this.#wholes[metric] as AnyTotal).absorb(drained);
    const tags = this.#table.tags(series);
    for (const view of this.#views[metric] as View[]) view.absorb(series, tags, drained, atNs);
    this.#addToTimeline(definition.name, drained, atNs);
    if (!isOfSockets(definition.name)) return;
    this.#timeline.addSockets(atNs, definition.name, drained);
    this.#recentSockets.absorb(definition.name, drained, atNs);
  }

  #addToTimeline(metric: string, drained: Drained, atNs: number): void {
    const first = drained.numbers[0] as number;
    if (metric === "http_req_duration") this.#timeline.addDurations(atNs, drained);
    else if (metric === "http_reqs") this.#timeline.add(atNs, "requests", first);
    else if (metric === "http_req_failed") this.#timeline.add(atNs, "failed", first);
    else if (metric === "iterations") this.#timeline.add(atNs, "iterations", first);
    else if (metric === "vus") {
      this.#timeline.setVus(atNs, this.gauge({ metric: "vus", tags: {} }).value);
    }
  }

  #code(metric: string): number {
    const code = this.#codes.get(metric);
    assert(code !== undefined, `the metric ${metric} is built in or declared by the test`);
    return code;
  }
}
