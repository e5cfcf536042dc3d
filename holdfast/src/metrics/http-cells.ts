/**
 * The cells of one kind of HTTP exchange. Twelve metrics, but most exchanges are told by five numbers: nothing was
 * waited for and no connection opened, and then those parts took no time. Such exchanges are counted in two plain
 * numbers, and `settle` writes them into the cells, all at once, when somebody is about to read those.
 */
import type { HttpTimings } from "../record/recorder.ts";
import type { Counter, Rate, Trend } from "./cells.ts";

export interface HttpMetricCells {
  readonly requests: Counter;
  readonly failed: Rate;
  readonly duration: Trend;
  readonly blocked: Trend;
  readonly lookingUp: Trend;
  readonly connecting: Trend;
  readonly tls: Trend;
  readonly sending: Trend;
  readonly waiting: Trend;
  readonly receiving: Trend;
  readonly bytesSent: Counter;
  readonly bytesReceived: Counter;
  /** Only of runs with an arrival rate. */
  readonly service: Trend | undefined;
}

export class HttpCells {
  readonly #cells: HttpMetricCells;
  #exchanges = 0;
  #failed = 0;
  #bytesSent = 0;
  #bytesReceived = 0;
  /** Exchanges that had a connection at once, and so took no time for blocked, looking up, connecting and TLS. */
  #ready = 0;
  /** Exchanges whose answer came in one piece, and so took no time to receive. */
  #atOnce = 0;

  constructor(cells: HttpMetricCells) {
    this.#cells = cells;
  }

  /** HOT. */
  record(timings: HttpTimings): void {
    const cells = this.#cells;
    this.#exchanges += 1;
    if (timings.failed) this.#failed += 1;
    this.#bytesSent += timings.bytesSent;
    this.#bytesReceived += timings.bytesReceived;
    cells.duration.record(timings.durationMs);
    cells.sending.record(timings.sendingMs);
    cells.waiting.record(timings.waitingMs);
    if (timings.receivingMs === 0) this.#atOnce += 1;
    else cells.receiving.record(timings.receivingMs);
    const { blockedMs, lookingUpMs, connectingMs, tlsMs } = timings;
    if (blockedMs === 0 && lookingUpMs === 0 && connectingMs === 0 && tlsMs === 0) this.#ready += 1;
    else this.#recordOpening(timings);
    if (cells.service !== undefined) {
      const { serviceMs } = timings;
      // NaN is the only number that is not itself.
      cells.service.record(serviceMs === serviceMs ? serviceMs : timings.durationMs);
    }
  }

  /** Brings the cells up to date. */
  settle(): void {
    const cells = this.#cells;
    if (this.#exchanges === 0) return;
    cells.requests.recordSum(this.#exchanges, this.#exchanges);
    cells.failed.recordMany(1, this.#failed);
    cells.failed.recordMany(0, this.#exchanges - this.#failed);
    cells.bytesSent.recordSum(this.#bytesSent, this.#exchanges);
    cells.bytesReceived.recordSum(this.#bytesReceived, this.#exchanges);
    cells.receiving.histogram.recordMany(0, this.#atOnce);
    for (const trend of [cells.blocked, cells.lookingUp, cells.connecting, cells.tls]) {
      trend.histogram.recordMany(0, this.#ready);
    }
    this.#exchanges = this.#failed = this.#bytesSent = this.#bytesReceived = 0;
    this.#ready = this.#atOnce = 0;
  }

  #recordOpening({ blockedMs, lookingUpMs, connectingMs, tlsMs }: HttpTimings): void {
    const cells = this.#cells;
    cells.blocked.record(blockedMs);
    cells.lookingUp.record(lookingUpMs);
    cells.connecting.record(connectingMs);
    cells.tls.record(tlsMs);
  }
}
