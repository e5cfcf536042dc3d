/** The engine threads, seen from the main thread: started, released together, heard, stopped, and never left behind. */
import type { Worker } from "node:worker_threads";
import { assert } from "../base/assert.ts";
import { EXIT, HoldfastError } from "../base/errors.ts";
import type { EngineReport } from "../engine/engine.ts";
import type { RawExchange } from "../record/raw-exchange.ts";
import { bootThread } from "./boot-thread.ts";
import { deadline } from "./timers.ts";
import { THREAD_STOP_MS_MAX } from "./limits.ts";
import type {
  FromThread,
  ThreadStart,
  ThreadTask,
  ThreadTick,
  ToThread,
} from "./thread-messages.ts";

export interface ThreadEvents {
  onTick(thread: number, tick: ThreadTick): void;
  /** Resolves when the block is written or lost. */
  onBlock(block: ArrayBuffer): Promise<void>;
  onException(scenario: string, message: string, stack: string): void;
}

export interface ThreadEnd {
  report: EngineReport;
  lostRecords: number;
  /** Secrets and all. */
  raw: RawExchange[];
}

export class EngineThreads implements AsyncDisposable {
  readonly #workers: readonly Worker[];
  readonly #ready: Promise<void>[] = [];
  readonly #done: Promise<ThreadEnd>[] = [];
  #events: ThreadEvents | undefined;

  /** They boot at once; the sooner this is called, the sooner the first request leaves. `first` is booting already. */
  constructor(count: number, first: Worker = bootThread()) {
    this.#workers = [first, ...Array.from({ length: count - 1 }, bootThread)];
    this.#workers.forEach((worker, index) => this.#listen(worker, index));
  }

  get count(): number {
    return this.#workers.length;
  }

  /** Says what each shall act. */
  load(tasks: readonly ThreadTask[]): void {
    this.#workers.forEach((worker, index) =>
      post(worker, { kind: "load", task: at(tasks, index) }),
    );
  }

  /** Resolves when all have loaded the script, rejects when one cannot. */
  async ready(): Promise<void> {
    await Promise.all(this.#ready);
  }

  /** Releases all of them; resolves when the load has drained. */
  async go(start: ThreadStart, events: ThreadEvents): Promise<ThreadEnd[]> {
    this.#events = events;
    this.#postAll({ kind: "go", start });
    return Promise.all(this.#done);
  }

  /** Running iterations may still finish, as long as each scenario's graceful stop allows. */
  stop(): void {
    this.#postAll({ kind: "stop" });
  }

  /** Nothing may finish any more; a thread that does not listen is terminated. */
  async kill(): Promise<void> {
    this.#postAll({ kind: "kill" });
    const late = deadline(THREAD_STOP_MS_MAX, () => new Error("late"));
    await Promise.race([Promise.allSettled(this.#done), late.promise]).catch(() => undefined);
    late.cancel();
    await this[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #postAll(message: ToThread): void {
    for (const worker of this.#workers) post(worker, message);
  }

  #listen(worker: Worker, index: number): void {
    const ready = Promise.withResolvers<void>();
    const done = Promise.withResolvers<ThreadEnd>();
    const fail = (error: Error): void => {
      ready.reject(error);
      done.reject(error);
    };
    worker.on("message", (message: FromThread) => {
      if (message.kind === "tick") this.#events?.onTick(index, message);
      else if (message.kind === "block") this.#keep(worker, message.block);
      else if (message.kind === "ready") ready.resolve();
      else if (message.kind === "done") done.resolve(message);
      else if (message.kind === "broken") fail(broken(message.message, message.stack));
      else this.#events?.onException(message.scenario, message.message, message.stack);
    });
    worker.on("error", (error) => fail(broken(String(error), "")));
    worker.on("exit", () => fail(broken("an engine thread ended before its work", "")));
    ready.promise.catch(() => undefined);
    done.promise.catch(() => undefined);
    this.#ready.push(ready.promise);
    this.#done.push(done.promise);
  }

  #keep(worker: Worker, block: ArrayBuffer): void {
    const events = this.#events;
    if (events === undefined) return;
    void events
      .onBlock(block)
      .then(() => worker.postMessage({ kind: "settled", block } satisfies ToThread, [block]));
  }
}

function post(worker: Worker, message: ToThread): void {
  worker.postMessage(message);
}

function at(tasks: readonly ThreadTask[], index: number): ThreadTask {
  const task = tasks[index];
  assert(task !== undefined, "every thread has a task");
  return task;
}

function broken(message: string, stack: string): HoldfastError {
  const place = stack.split("\n")[1]?.trim();
  return new HoldfastError(message, {
    code: "HF_ENGINE_THREAD",
    exitCode: EXIT.scriptThrew,
    ...(place === undefined ? {} : { hint: place }),
  });
}
