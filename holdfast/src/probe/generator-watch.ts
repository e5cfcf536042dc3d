/**
 * Adds up, in the main thread, what the engine threads say of themselves. Keeps a few numbers per thread, however long
 * the run: the last sample, and how the processor was used second by second.
 */
import { NS_PER_S } from "../base/units.ts";
import type { GeneratorSample } from "../record/generator.ts";
import { GENERATOR_LIMITS, HOLD_UPS_MS } from "./limits.ts";

/** Over all engine threads: the worst of them, as work is not handed from one to another. */
export interface GeneratorNumbers {
  /** Highest share of a core that one thread used in a second. */
  cpuShareMax: number;
  /** Share of the load during which one thread was busy; of the thread with the largest. */
  busyShare: number;
  /** Over how many seconds the processor was watched. */
  watchedSeconds: number;
  loopDelayP99Ms: number;
  /** How often a second the loop was late by at least so much, for each of `HOLD_UPS_MS`. */
  holdUpsPerSecond: number[];
  gcPauseTotalMs: number;
  gcPauseMaxMs: number;
}

interface Watched {
  readonly firstNs: number;
  /** Where the second that is being watched began. */
  begin: GeneratorSample;
  last: GeneratorSample;
  /** Share of a core in the second before. */
  share: number;
  shareMax: number;
  busyNs: number;
  watchedNs: number;
}

export class GeneratorWatch {
  readonly #threads: Watched[] = [];

  /** The samples of each thread in the order of their times. */
  add(thread: number, sample: GeneratorSample): void {
    const watched = this.#threads[thread];
    if (watched === undefined) {
      const none = { share: 0, shareMax: 0, busyNs: 0, watchedNs: 0 };
      this.#threads[thread] = { firstNs: sample.atNs, begin: sample, last: sample, ...none };
      return;
    }
    watched.last = sample;
    if (sample.atNs - watched.begin.atNs >= NS_PER_S) closeSecond(watched);
  }

  /** Share of a core that the busiest thread used in the last whole second. */
  get cpuShare(): number {
    return Math.max(0, ...this.#present().map((thread) => thread.share));
  }

  numbers(): GeneratorNumbers {
    const threads = this.#present();
    const largest = (of: (thread: Watched) => number): number => Math.max(0, ...threads.map(of));
    return {
      cpuShareMax: largest(shareMaxOf),
      busyShare: largest(({ busyNs, watchedNs }) => (watchedNs === 0 ? 0 : busyNs / watchedNs)),
      watchedSeconds: largest((thread) => thread.watchedNs / NS_PER_S),
      loopDelayP99Ms: largest((thread) => thread.last.loopDelayP99Ms),
      holdUpsPerSecond: HOLD_UPS_MS.map((_, edge) => largest((thread) => rateOf(thread, edge))),
      gcPauseTotalMs: threads.reduce((sum, thread) => sum + thread.last.gcPauseTotalMs, 0),
      gcPauseMaxMs: largest((thread) => thread.last.gcPauseMaxMs),
    };
  }

  #present(): Watched[] {
    return this.#threads.filter((thread) => thread !== undefined);
  }
}

function rateOf({ firstNs, last }: Watched, edge: number): number {
  const spanNs = last.atNs - firstNs;
  return spanNs === 0 ? 0 : (last.holdUps[edge] ?? 0) / (spanNs / NS_PER_S);
}

/** Of a run that was over within a second: the share of what there was of it. */
function shareMaxOf({ begin, last, shareMax, watchedNs }: Watched): number {
  if (watchedNs > 0 || last.atNs === begin.atNs) return shareMax;
  return (last.cpuNs - begin.cpuNs) / (last.atNs - begin.atNs);
}

function closeSecond(watched: Watched): void {
  const spanNs = watched.last.atNs - watched.begin.atNs;
  watched.share = (watched.last.cpuNs - watched.begin.cpuNs) / spanNs;
  watched.shareMax = Math.max(watched.shareMax, watched.share);
  watched.watchedNs += spanNs;
  if (watched.share >= GENERATOR_LIMITS.cpuShare) watched.busyNs += spanNs;
  watched.begin = watched.last;
}
