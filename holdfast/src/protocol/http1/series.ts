/**
 * From (tags, method, name, status) to the small integer under which the numbers are counted. The strings are put
 * together once for each new combination; afterwards a request costs one comparison, because a route mostly answers
 * as it did the last time.
 */
import type { Tags } from "../../record/metric.ts";
import type { MetricSink } from "../../record/recorder.ts";
import type { Failure } from "./failures.ts";

/** The series of one route: same tags, method and name; one series per way to end. */
export class RouteSeries {
  readonly #sink: MetricSink;
  readonly #tags: Tags;
  readonly #byEnd = new Map<number, number>();
  #lastEnd = -1;
  #lastSeries = -1;

  constructor(sink: MetricSink, tags: Tags) {
    this.#sink = sink;
    this.#tags = tags;
  }

  /** HOT. The series of an answer, or of a failure, which counts as status 0. */
  of(status: number, expected: boolean, failure: Failure | undefined): number {
    const end = failure === undefined ? status * 2 + (expected ? 1 : 0) : -2 - failure.number;
    if (end === this.#lastEnd) return this.#lastSeries;
    let series = this.#byEnd.get(end);
    if (series === undefined) {
      series = this.#sink.series(endTags(this.#tags, status, expected, failure));
      this.#byEnd.set(end, series);
    }
    this.#lastEnd = end;
    this.#lastSeries = series;
    return series;
  }
}

/** k6's tags; its error code of an answer from 400 up is the status plus 1000. */
function endTags(
  tags: Tags,
  status: number,
  expected: boolean,
  failure: Failure | undefined,
): Tags {
  const code = failure?.number ?? (status >= 400 ? 1000 + status : undefined);
  return {
    ...tags,
    status: String(failure === undefined ? status : 0),
    expected_response: String(expected && failure === undefined),
    ...(code === undefined ? {} : { error_code: String(code) }),
  };
}
