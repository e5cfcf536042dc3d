/**
 * Takes the numbers in one engine thread. A sample goes into exactly one cell: that of its metric and its whole set of
 * tags. Everything wider (a metric over all tags, one request name) is added up from those when somebody reads.
 */
import { assert } from "../base/assert.ts";
import { BUILTIN_METRICS, type MetricDefinition, type Tags } from "../record/metric.ts";
import type { HttpTimings, MetricSink } from "../record/recorder.ts";
import { type Cell, cellOf, type Counter, type Rate, type Trend } from "./cells.ts";
import { DeltaWriter, type MetricsDelta } from "./delta.ts";
import { HttpCells } from "./http-cells.ts";
import { SeriesTable } from "./series-table.ts";

export interface RegistryOptions {
  /**
   * Also record each exchange as `http_req_service_time`, from its actual start. For runs with an arrival-rate
   * scenario; elsewhere it would be a second `http_req_duration`. Default false.
   */
  serviceTime?: boolean;
}

export class MetricRegistry implements MetricSink {
  readonly #metrics: readonly MetricDefinition[];
  readonly #codes: ReadonlyMap<string, number>;
  readonly #serviceTime: boolean;
  readonly #table = new SeriesTable();
  /** By metric, then by series. */
  readonly #cells: (Cell | undefined)[][];
  /** By series: the cells of one exchange, so that `http` finds them in one step. */
  readonly #http: (HttpCells | undefined)[] = [];
  readonly #writer = new DeltaWriter();
  #seriesSent = 0;
  #overLimitSent = 0;
  #notNumbers = 0;

  constructor(custom: readonly MetricDefinition[] = [], options: RegistryOptions = {}) {
    this.#metrics = allMetrics(custom);
    this.#codes = new Map(this.#metrics.map((metric, code) => [metric.name, code]));
    this.#cells = this.#metrics.map(() => []);
    this.#serviceTime = options.serviceTime ?? false;
  }

  series(tags: Tags): number {
    return this.#table.intern(tags);
  }

  metric(name: string): number {
    const code = this.#codes.get(name);
    assert(code !== undefined, `the metric ${name} is built in or declared by the test`);
    return code;
  }

  add(metric: number, series: number, value: number): void {
    if (value - value !== 0) {
      this.#notNumbers += 1;
      return;
    }
    const cell = this.#cells[metric]?.[series] ?? this.#open(metric, series);
    cell.record(value);
  }

  http(series: number, timings: HttpTimings): void {
    const cells = this.#http[series] ?? this.#openHttp(series);
    cells.record(timings);
  }

  /** Everything since the last call. May be sent to another thread: `postMessage(delta, transfersOf(delta))`. */
  takeDelta(): MetricsDelta {
    for (const cells of this.#http) cells?.settle();
    for (const [metric, cells] of this.#cells.entries()) {
      for (const [series, cell] of cells.entries()) {
        if (cell !== undefined && !cell.isEmpty) this.#writer.drain(metric, series, cell);
      }
    }
    const delta: MetricsDelta = {
      ...this.#writer.take(),
      newSeries: this.#table.all.slice(this.#seriesSent),
      seriesOverLimit: this.#table.overLimit - this.#overLimitSent,
      notNumbers: this.#notNumbers,
    };
    this.#seriesSent = this.#table.all.length;
    this.#overLimitSent = this.#table.overLimit;
    this.#notNumbers = 0;
    return delta;
  }

  #open(metric: number, series: number): Cell {
    const definition = this.#metrics[metric];
    assert(definition !== undefined, `there is a metric with the code ${metric}`);
    const cells = this.#cells[metric] as (Cell | undefined)[];
    return (cells[series] ??= cellOf(definition.type));
  }

  #openHttp(series: number): HttpCells {
    const cell = (name: string): Cell => this.#open(this.metric(name), series);
    const cells = new HttpCells({
      requests: cell("http_reqs") as Counter,
      failed: cell("http_req_failed") as Rate,
      duration: cell("http_req_duration") as Trend,
      blocked: cell("http_req_blocked") as Trend,
      lookingUp: cell("http_req_looking_up") as Trend,
      connecting: cell("http_req_connecting") as Trend,
      tls: cell("http_req_tls_handshaking") as Trend,
      sending: cell("http_req_sending") as Trend,
      waiting: cell("http_req_waiting") as Trend,
      receiving: cell("http_req_receiving") as Trend,
      bytesSent: cell("data_sent") as Counter,
      bytesReceived: cell("data_received") as Counter,
      service: this.#serviceTime ? (cell("http_req_service_time") as Trend) : undefined,
    });
    this.#http[series] = cells;
    return cells;
  }
}

/** All metrics of a run; the position of each is its code, the same in every thread. */
export function allMetrics(custom: readonly MetricDefinition[]): readonly MetricDefinition[] {
  return [...BUILTIN_METRICS, ...custom];
}
