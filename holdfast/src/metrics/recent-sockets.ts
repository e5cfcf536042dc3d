/**
 * What the sockets of a run did in its last whole second, for whoever watches it run. Two seconds are kept, the one that
 * is being filled and the one before it, however long the run.
 */
import { NS_PER_S } from "../base/units.ts";
import { type Drained, Trend } from "./cells.ts";

export interface SocketSecond {
  readonly sent: number;
  /** Messages and server-sent events. */
  readonly received: number;
  /** Of messages; of questions and their answers where no message had an id. Null when there was neither. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

class Second {
  readonly index: number;
  sent = 0;
  received = 0;
  readonly messages: Trend = new Trend();
  readonly answers: Trend = new Trend();

  constructor(index: number) {
    this.index = index;
  }
}

export class RecentSockets {
  #filling = new Second(0);
  #whole = this.#filling;

  /** Time goes on, whether or not anything was said. */
  reach(atNs: number): void {
    const index = Math.floor(atNs / NS_PER_S);
    if (index <= this.#filling.index) return;
    this.#whole = index === this.#filling.index + 1 ? this.#filling : new Second(index - 1);
    this.#filling = new Second(index);
  }

  /** `metric`: of any name; those that say nothing of sockets are left alone. */
  absorb(metric: string, drained: Drained, atNs: number): void {
    const second = Math.floor(atNs / NS_PER_S) < this.#filling.index ? this.#whole : this.#filling;
    const first = drained.numbers[0] as number;
    if (metric === "ws_msgs_sent") second.sent += first;
    else if (metric === "ws_msgs_received" || metric === "sse_events") second.received += first;
    else if (metric === "ws_message_latency") second.messages.absorb(drained);
    else if (metric === "ws_answer_duration") second.answers.absorb(drained);
  }

  /** The last whole second; in the first one, what there is. */
  last(): SocketSecond {
    const { sent, received, messages, answers } = this.#whole;
    const { histogram } = messages.isEmpty ? answers : messages;
    const quantile = (share: number): number | null =>
      histogram.isEmpty ? null : histogram.quantile(share);
    return { sent, received, p50Ms: quantile(0.5), p99Ms: quantile(0.99) };
  }
}
