/** Ctrl-C, wherever the run is: what is being waited for is given up, what has been seen is kept. */
import { EXIT, HoldfastError } from "../base/errors.ts";

export class Interruption implements Disposable {
  readonly #controller = new AbortController();
  readonly #listeners = new Set<() => void>();
  readonly #unlisten: () => void;

  constructor(onInterrupt: (listener: () => void) => () => void) {
    this.#unlisten = onInterrupt(() => {
      this.#controller.abort(
        new HoldfastError("stopped from outside", {
          code: "HF_INTERRUPTED",
          exitCode: EXIT.stoppedFromOutside,
        }),
      );
      for (const listener of this.#listeners) listener();
    });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get happened(): boolean {
    return this.signal.aborted;
  }

  /** Calls back at every further interrupt too; returns how to stop listening. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    if (this.happened) listener();
    return () => this.#listeners.delete(listener);
  }

  /** The promise, or a rejection (exit 105) as soon as there is an interrupt. */
  race<T>(promise: Promise<T>): Promise<T> {
    const { signal } = this;
    return new Promise((resolve, reject) => {
      const abort = (): void => reject(signal.reason as Error);
      if (signal.aborted) abort();
      signal.addEventListener("abort", abort, { once: true });
      promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
    });
  }

  [Symbol.dispose](): void {
    this.#unlisten();
  }
}
