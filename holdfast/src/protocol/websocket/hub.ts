/** What all sockets of one engine thread share, so that each of them stays small. */
import { NS_PER_MS } from "../../base/units.ts";
import type { Tags } from "../../record/metric.ts";
import type { Actor, Recorder } from "../../record/recorder.ts";
import type { Failure } from "../http1/failures.ts";
import { AnswerMemo } from "./answer-memo.ts";
import type { Connection } from "./connection.ts";
import { SentTimes } from "./sent-times.ts";
import { SeriesByName, SocketMetrics, type SocketSeries } from "./series.ts";

export class Hub {
  readonly recorder: Recorder;
  readonly metrics: SocketMetrics;
  readonly sentTimes: SentTimes;
  readonly answers: AnswerMemo = new AnswerMemo();
  /** Those that are not closed. */
  readonly connections: Set<Connection> = new Set();
  readonly #series = new WeakMap<Tags, SeriesByName>();

  /** `sentIds`: what `newSentIds` made, the same for all threads of a run. */
  constructor(recorder: Recorder, sentIds: SharedArrayBuffer) {
    this.recorder = recorder;
    this.metrics = new SocketMetrics(recorder.metrics);
    this.sentTimes = new SentTimes(sentIds);
  }

  series(tags: Tags, name: string): SocketSeries {
    let series = this.#series.get(tags);
    if (series === undefined) {
      series = new SeriesByName(this.recorder.metrics, tags);
      this.#series.set(tags, series);
    }
    return series.of(name);
  }

  /** HOT. Counts how long the message with this id has taken, if it is known when it left. */
  received(series: SocketSeries, actor: Actor, id: string, atNs: number): void {
    if (actor.uncounted === true) return;
    const tookNs = atNs - this.sentTimes.find(id);
    // NaN is the only number that is not itself.
    if (tookNs !== tookNs) return;
    this.metrics.sink.add(this.metrics.latency, series.code, tookNs / NS_PER_MS);
  }

  /** Counts how long an answer took. */
  answeredIn(series: SocketSeries, actor: Actor, tookNs: number): void {
    if (actor.uncounted === true) return;
    this.metrics.sink.add(this.metrics.answer, series.code, tookNs / NS_PER_MS);
  }

  /** Counts a message that nobody has read in time. */
  dropped(series: SocketSeries, actor: Actor): void {
    if (actor.uncounted !== true) this.metrics.sink.add(this.metrics.dropped, series.code, 1);
  }

  /** Counts one way to fail. */
  failed(series: SocketSeries, actor: Actor, failure: Failure): void {
    if (countsConnections(actor))
      this.metrics.sink.add(this.metrics.errors, series.error(failure), 1);
  }

  /** Drops every connection. */
  close(): void {
    for (const connection of this.connections) connection.drop();
  }
}

/**
 * HOT. Whether connections are samples now, and the bytes on them. Those of a virtual user's set-up are: they are what
 * the system has to bear, and often the only ones of the run.
 */
export function countsConnections(actor: Actor): boolean {
  return actor.uncounted !== true || actor.settingUp === true;
}
