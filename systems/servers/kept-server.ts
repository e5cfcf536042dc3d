/** Keeps a server running: when it dies by itself it is started again, in the same folder, and finds its files there. */
import { startGuarded, type GuardedProcess, type ServerCommand } from "./guarded-process.ts";
import { SERVER_RESTARTS_MAX } from "./limits.ts";

export class KeptServer implements AsyncDisposable {
  readonly #command: ServerCommand;
  readonly #log: (line: string) => void;
  #running: GuardedProcess;
  #stopping = false;
  #restarts = 0;
  #watching: Promise<void>;

  private constructor(
    command: ServerCommand,
    running: GuardedProcess,
    log: (line: string) => void,
  ) {
    this.#command = command;
    this.#running = running;
    this.#log = log;
    this.#watching = this.#watch();
  }

  static async start(command: ServerCommand, log: (line: string) => void): Promise<KeptServer> {
    return new KeptServer(command, await startGuarded(command), log);
  }

  /** Of the server itself, as it runs now. */
  get pid(): number {
    return this.#running.pid;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping = true;
    await this.#running.stop();
    await this.#watching;
  }

  async #watch(): Promise<void> {
    const { name } = this.#command;
    while (!this.#stopping) {
      const how = await this.#running.ended;
      if (this.#stopping) return;
      this.#restarts += 1;
      if (this.#restarts > SERVER_RESTARTS_MAX) return this.#log(`${name} died too often (${how})`);
      this.#log(`${name} died (${how}); starting it again`);
      try {
        this.#running = await startGuarded(this.#command);
        // Stopped while it was coming up: nobody else would stop this one.
        if (this.#stopping) await this.#running.stop();
      } catch (error) {
        this.#log(String(error));
      }
    }
  }
}
