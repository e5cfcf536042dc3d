/** The engine threads, seen from the main thread: started, released together, heard, stopped, and never left behind. */
import { Worker } from "node:worker_threads";
import { EXIT, HoldfastError } from "../base/errors.ts";
import type { EngineReport } from "../engine/engine.ts";
import { deadline } from "./timers.ts";
import { THREAD_STOP_MS_MAX } from "./limits.ts";
import type { FromThread, ThreadStart, ThreadTick, ToThread } from "./thread-messages.ts";

export interface ThreadEvents {
  onTick(thread: number, tick: ThreadTick): void;
  /** Resolves when the block is written or lost. */
  onBlock(block: ArrayBuffer): Promise<void>;
  onException(scenario: string, message: string, stack: string): void;
}

export interface ThreadEnd {
  report: EngineReport;
  lostRecords: number;
}

// A worker is named by a URL, which no compiler rewrites: the published package holds .js files.
const THREAD_MODULE: URL = new URL(
  import.meta.url.endsWith(".ts") ? "./engine-thread.ts" : "./engine-thread.js",
  import.meta.url,
);

export class EngineThreads implements AsyncDisposable {
  readonly #workers: readonly Worker[];
  readonly #ready: Promise<void>[] = [];
  readonly #done: Promise<ThreadEnd>[] = [];
  readonly #events: ThreadEvents;

  constructor(starts: readonly ThreadStart[], events: ThreadEvents) {
    this.#events = events;
    this.#workers = starts.map((start) => new Worker(THREAD_MODULE, { workerData: start }));
    this.#workers.forEach((worker, index) => this.#listen(worker, index));
  }

  /** Resolves when all have loaded the script; rejects when one cannot. */
  async ready(): Promise<void> {
    await Promise.all(this.#ready);
  }

  /** Releases all of them; resolves when the load has drained. */
  async go(originNs: bigint): Promise<ThreadEnd[]> {
    this.#post({ kind: "go", originNs });
    return Promise.all(this.#done);
  }

  /** Running iterations may still finish, as long as each scenario's graceful stop allows. */
  stop(): void {
    this.#post({ kind: "stop" });
  }

  /** Nothing may finish any more; a thread that does not listen is terminated. */
  async kill(): Promise<void> {
    this.#post({ kind: "kill" });
    const late = deadline(THREAD_STOP_MS_MAX, () => new Error("late"));
    await Promise.race([Promise.allSettled(this.#done), late.promise]).catch(() => undefined);
    late.cancel();
    await this[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #post(message: ToThread): void {
    for (const worker of this.#workers) worker.postMessage(message);
  }

  #listen(worker: Worker, index: number): void {
    const ready = Promise.withResolvers<void>();
    const done = Promise.withResolvers<ThreadEnd>();
    const fail = (error: Error): void => {
      ready.reject(error);
      done.reject(error);
    };
    worker.on("message", (message: FromThread) => {
      if (message.kind === "tick") this.#events.onTick(index, message);
      else if (message.kind === "block") this.#keep(worker, message.block);
      else if (message.kind === "ready") ready.resolve();
      else if (message.kind === "done") done.resolve(message);
      else if (message.kind === "broken") fail(broken(message.message, message.stack));
      else this.#events.onException(message.scenario, message.message, message.stack);
    });
    worker.on("error", (error) => fail(broken(String(error), "")));
    worker.on("exit", () => fail(broken("an engine thread ended before its work", "")));
    ready.promise.catch(() => undefined);
    done.promise.catch(() => undefined);
    this.#ready.push(ready.promise);
    this.#done.push(done.promise);
  }

  #keep(worker: Worker, block: ArrayBuffer): void {
    const settled: ToThread = { kind: "settled" };
    void this.#events.onBlock(block).then(() => worker.postMessage(settled));
  }
}

function broken(message: string, stack: string): HoldfastError {
  const place = stack.split("\n")[1]?.trim();
  return new HoldfastError(message, {
    code: "HF_ENGINE_THREAD",
    exitCode: EXIT.scriptThrew,
    ...(place === undefined ? {} : { hint: place }),
  });
}
