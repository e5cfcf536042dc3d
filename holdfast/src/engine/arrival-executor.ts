/**
 * `constant-arrival-rate` and `ramping-arrival-rate`: iterations start when they are due, whether or not earlier ones
 * have ended.
 *
 *     pacer -> due -> a free virtual user            -> iterate, and its lateness is the generator's own: schedule_slip
 *                  -> none, but fewer than maxVus    -> bring one in
 *                  -> all busy: queue of due moments -> iterate as soon as one is free, counted from when it was due
 *                               full, or "drop"      -> dropped_iterations
 *
 * The free ones form a stack: the last one used is used again, so that as few connections are in use as will do.
 */
import { NS_PER_MS } from "../base/units.ts";
import type { ArrivalShape } from "../scenario/executor-shape.ts";
import type { ActingExecutor, ExecutorHost } from "./acting-executor.ts";
import type { ArrivalLoop, ArrivalSource, Pacing } from "./arrival-loop.ts";
import { LATE_NS } from "./limits.ts";
import { arrivalPacer } from "./pacers.ts";
import type { Pacer, Share } from "./pacers.ts";
import { Ring } from "./ring.ts";
import type { VirtualUser } from "./virtual-user.ts";

/** What became of the arrivals of one thread. */
export interface ArrivalReport {
  /** Those that found a virtual user free, and how many of them started later than LATE_NS. */
  readonly prompt: number;
  readonly late: number;
  /** Those that had to wait for a virtual user, and the longest queue. */
  readonly queued: number;
  readonly queuedMost: number;
}

export class ArrivalExecutor implements ActingExecutor, ArrivalSource {
  readonly #host: ExecutorHost;
  readonly #shape: ArrivalShape;
  readonly #share: Share;
  readonly #loop: ArrivalLoop;
  readonly #pacer: Pacer;
  readonly #slip: number;
  readonly #queue: Ring;
  readonly #free: VirtualUser[] = [];
  #started = 0;
  /** The number of the next virtual user to bring in. */
  #nextNumber: number;
  #nextNs = 0;
  #closed = false;
  #prompt = 0;
  #late = 0;
  #queued = 0;
  #queuedMost = 0;

  constructor(host: ExecutorHost, shape: ArrivalShape, share: Share, loop: ArrivalLoop) {
    this.#host = host;
    this.#shape = shape;
    this.#share = share;
    this.#loop = loop;
    this.#pacer = arrivalPacer(host.plan.levels, share);
    this.#slip = host.recorder.metrics.metric("schedule_slip");
    this.#queue = new Ring(Math.ceil(shape.queueMax / share.step));
    this.#nextNumber = share.first + 1;
  }

  get report(): ArrivalReport {
    return {
      prompt: this.#prompt,
      late: this.#late,
      queued: this.#queued,
      queuedMost: this.#queuedMost,
    };
  }

  get pacing(): Pacing {
    return this.#loop.pacing;
  }

  get nextNs(): number {
    return this.#nextNs;
  }

  start(): void {
    while (this.#nextNumber <= this.#shape.preAllocatedVus && !this.#closed) this.#bringNext();
    if (!this.#closed) this.#loop.add(this);
  }

  stop(discard: boolean): void {
    this.#loop.remove(this);
    if (discard) this.#host.dropped(this.#queue.clear());
    // What was due before the end takes place, even if the generator is late.
    else this.arrive(Number.POSITIVE_INFINITY);
    this.#closed = true;
    if (this.#queue.length === 0) this.#dismissAll();
  }

  /** Starts up to `most` arrivals that are due; gives how many there were. */
  arrive(most: number): number {
    const host = this.#host;
    let count = 0;
    while (count < most && !this.#closed) {
      const nowNs = host.recorder.clock.nowNs();
      const waitNs = this.#pacer(nowNs - host.startNs, this.#started);
      if (waitNs === "done") {
        this.#nextNs = Number.POSITIVE_INFINITY;
        break;
      }
      if (waitNs > 0) {
        this.#nextNs = nowNs + waitNs;
        break;
      }
      this.#started += 1;
      count += 1;
      this.#begin(nowNs + waitNs, nowNs);
    }
    return count;
  }

  free(vu: VirtualUser): void {
    const dueNs = vu.wanted ? this.#queue.shift() : Number.NaN;
    if (!Number.isNaN(dueNs)) vu.iterate(dueNs, this.#host.nextIteration());
    else if (vu.wanted && !this.#closed) this.#free.push(vu);
    else {
      vu.leave();
      this.#dismissAll();
    }
  }

  ended(vu: VirtualUser): void {
    this.free(vu);
  }

  gone(): void {
    // Only those that are dismissed leave, and they are no longer among the free.
  }

  controlsChanged(): void {
    // Each arrival looks at the pause for itself.
  }

  #begin(dueNs: number, nowNs: number): void {
    if (this.#host.paused) {
      this.#host.dropped(1);
      return;
    }
    if (this.#free.length === 0 && this.#nextNumber <= this.#shape.maxVus) this.#bringNext();
    const vu = this.#free.pop();
    if (vu === undefined) {
      this.#wait(dueNs);
      return;
    }
    const slipNs = nowNs - dueNs;
    this.#prompt += 1;
    if (slipNs > LATE_NS) this.#late += 1;
    this.#host.recorder.metrics.add(this.#slip, this.#host.scope.series, slipNs / NS_PER_MS);
    vu.iterate(dueNs, this.#host.nextIteration());
  }

  #wait(dueNs: number): void {
    if (this.#shape.whenBusy === "drop" || !this.#queue.push(dueNs)) {
      this.#host.dropped(1);
      return;
    }
    this.#queued += 1;
    this.#queuedMost = Math.max(this.#queuedMost, this.#queue.length);
  }

  #bringNext(): void {
    const number = this.#nextNumber;
    this.#nextNumber += this.#share.step;
    this.#host.bringIn(number);
  }

  /** The queue is empty and the time is up: nobody is needed any more. */
  #dismissAll(): void {
    this.#free.length = 0;
    for (const vu of this.#host.present) vu.dismiss();
  }
}
