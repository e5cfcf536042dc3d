/** What sockets did within some span of a run: a second of the live view, a row of the timeline. */
import { type Drained, Trend } from "./cells.ts";

export interface SocketNumbers {
  readonly sent: number;
  /** Messages and server-sent events. */
  readonly received: number;
  readonly opened: number;
  /** Refused, or lost without a farewell. */
  readonly failed: number;
  /** Of messages; of questions and their answers where no message had an id. Null when there was neither. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

type Countable = "sent" | "received" | "opened" | "failed";

const COUNTERS: Readonly<Record<string, Countable>> = {
  ws_msgs_sent: "sent",
  ws_msgs_received: "received",
  sse_events: "received",
  ws_sessions: "opened",
  sse_connecting: "opened",
  ws_errors: "failed",
  sse_errors: "failed",
};
const LATENCIES: readonly string[] = ["ws_message_latency", "ws_answer_duration"];

/** Whether a metric says something of sockets. */
export function isOfSockets(metric: string): boolean {
  return COUNTERS[metric] !== undefined || LATENCIES.includes(metric);
}

export class SocketCounts {
  readonly #counts: Record<Countable, number> = { sent: 0, received: 0, opened: 0, failed: 0 };
  readonly #messages = new Trend();
  readonly #answers = new Trend();

  /** `metric`: of any name; those that say nothing of sockets are left alone. */
  absorb(metric: string, drained: Drained): void {
    const counter = COUNTERS[metric];
    // A trend's first number is how many samples it has.
    if (counter !== undefined) this.#counts[counter] += drained.numbers[0] as number;
    else if (metric === "ws_message_latency") this.#messages.absorb(drained);
    else if (metric === "ws_answer_duration") this.#answers.absorb(drained);
  }

  merge(other: SocketCounts): void {
    for (const name of ["sent", "received", "opened", "failed"] as const) {
      this.#counts[name] += other.#counts[name];
    }
    this.#messages.merge(other.#messages);
    this.#answers.merge(other.#answers);
  }

  numbers(): SocketNumbers {
    const { histogram } = this.#messages.isEmpty ? this.#answers : this.#messages;
    const quantile = (share: number): number | null =>
      histogram.isEmpty ? null : histogram.quantile(share);
    return { ...this.#counts, p50Ms: quantile(0.5), p99Ms: quantile(0.99) };
  }
}
