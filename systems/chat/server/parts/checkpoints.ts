/**
 * SQLite moves its log into the database now and then, in the middle of somebody's commit, and waits for the disk while
 * it does: a tenth of a second in which nobody hears anything. So it is done beside the chat, in a thread of its own, and
 * the chat itself does it only when the log has become very long.
 */
import { Worker } from "node:worker_threads";

export class Checkpoints implements AsyncDisposable {
  readonly #worker: Worker;

  /** `log` takes why it stopped, if it did: then the chat does it itself, a little slower. */
  constructor(path: string, log: (line: string) => void) {
    const url = new URL("./checkpoint-worker.ts", import.meta.url);
    this.#worker = new Worker(url, { workerData: path });
    this.#worker.on("error", (error) => log(`no more checkpoints: ${String(error)}`));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }
}
