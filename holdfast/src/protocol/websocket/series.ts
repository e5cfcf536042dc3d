/** Under which series a connection's numbers are counted, and the codes of the metrics: looked up once. */
import type { Tags } from "../../record/metric.ts";
import type { MetricSink } from "../../record/recorder.ts";
import type { Failure } from "../http1/failures.ts";
import { SERIES_REMEMBERED } from "./limits.ts";

/** The codes of the metrics, by thread. */
export class SocketMetrics {
  readonly sink: MetricSink;
  readonly connecting: number;
  readonly sessions: number;
  readonly sessionDuration: number;
  readonly sent: number;
  readonly received: number;
  readonly dropped: number;
  readonly ping: number;
  readonly errors: number;
  readonly latency: number;
  readonly answer: number;
  readonly ioConnecting: number;
  readonly sseConnecting: number;
  readonly sseEvents: number;
  readonly sseErrors: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;

  constructor(sink: MetricSink) {
    this.sink = sink;
    this.connecting = sink.metric("ws_connecting");
    this.sessions = sink.metric("ws_sessions");
    this.sessionDuration = sink.metric("ws_session_duration");
    this.sent = sink.metric("ws_msgs_sent");
    this.received = sink.metric("ws_msgs_received");
    this.dropped = sink.metric("ws_msgs_dropped");
    this.ping = sink.metric("ws_ping");
    this.errors = sink.metric("ws_errors");
    this.latency = sink.metric("ws_message_latency");
    this.answer = sink.metric("ws_answer_duration");
    this.ioConnecting = sink.metric("io_connecting");
    this.sseConnecting = sink.metric("sse_connecting");
    this.sseEvents = sink.metric("sse_events");
    this.sseErrors = sink.metric("sse_errors");
    this.bytesSent = sink.metric("data_sent");
    this.bytesReceived = sink.metric("data_received");
  }
}

/** The series of all connections with the same tags and name. */
export class SocketSeries {
  readonly code: number;
  readonly #sink: MetricSink;
  readonly #tags: Tags;
  readonly #errors = new Map<string, number>();

  constructor(sink: MetricSink, tags: Tags) {
    this.#sink = sink;
    this.#tags = tags;
    this.code = sink.series(tags);
  }

  /** That of one way to fail. */
  error(failure: Failure): number {
    let series = this.#errors.get(failure.code);
    if (series === undefined) {
      series = this.#sink.series({ ...this.#tags, error_code: String(failure.number) });
      this.#errors.set(failure.code, series);
    }
    return series;
  }
}

/** All series of one set of tags, by name. */
export class SeriesByName {
  readonly #sink: MetricSink;
  readonly #tags: Tags;
  readonly #byName = new Map<string, SocketSeries>();

  constructor(sink: MetricSink, tags: Tags) {
    this.#sink = sink;
    this.#tags = tags;
  }

  of(name: string): SocketSeries {
    let series = this.#byName.get(name);
    if (series === undefined) {
      series = new SocketSeries(this.#sink, { ...this.#tags, name });
      if (this.#byName.size < SERIES_REMEMBERED) this.#byName.set(name, series);
    }
    return series;
  }
}
