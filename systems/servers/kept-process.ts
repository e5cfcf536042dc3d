/**
 * A program of ours in a process of its own, kept running: when it dies by itself it is started again, on the port it had.
 * It is told everything in one JSON argument, prints `{"ready": {"port": N}}`, and ends when its standard input closes:
 * so it cannot outlive us, however we die.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import {
  PROCESS_RESTART_MS,
  SERVER_RESTARTS_MAX,
  SERVER_START_MS_MAX,
  SERVER_STOP_MS_MAX,
} from "./limits.ts";

export interface ProcessCommand {
  /** For messages: `broadcast`. */
  readonly name: string;
  readonly entry: URL;
  readonly task: { readonly port: number };
  /** Takes what it prints to standard error, and what happens to it. */
  readonly log: (line: string) => void;
}

interface Running {
  readonly child: ChildProcess;
  readonly port: number;
  readonly ended: Promise<string>;
}

export class KeptProcess implements AsyncDisposable {
  readonly #command: ProcessCommand;
  readonly #watching: Promise<void>;
  #running: Running;
  #stopping = new AbortController();

  private constructor(command: ProcessCommand, running: Running) {
    this.#command = command;
    this.#running = running;
    this.#watching = this.#watch();
  }

  /** Resolves when it is ready; rejects with its last words when it ends before that. */
  static async start(command: ProcessCommand): Promise<KeptProcess> {
    return new KeptProcess(command, await run(command, command.task.port));
  }

  /** The same for as long as it is kept. */
  get port(): number {
    return this.#running.port;
  }

  /** Of the process as it runs now. */
  get pid(): number {
    return this.#running.child.pid ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    await stop(this.#running);
    await this.#watching;
  }

  async #watch(): Promise<void> {
    const { name, log } = this.#command;
    const { signal } = this.#stopping;
    for (let restarts = 1; !signal.aborted; restarts++) {
      const how = await this.#running.ended;
      if (signal.aborted) return;
      if (restarts > SERVER_RESTARTS_MAX) return log(`${name} died too often (${how})`);
      log(`${name} died (${how}); starting it again`);
      try {
        this.#running = await run(this.#command, this.port);
        // Stopped while it was coming up: nobody else would stop this one.
        if (signal.aborted) await stop(this.#running);
      } catch (error) {
        log(String(error));
        await new Promise((resolve) => setTimeout(resolve, PROCESS_RESTART_MS));
      }
    }
  }
}

async function run({ name, entry, task, log }: ProcessCommand, port: number): Promise<Running> {
  const args = ["--disable-warning=ExperimentalWarning", fileURLToPath(entry)];
  const child = spawn(process.execPath, [...args, JSON.stringify({ ...task, port })], {
    stdio: ["pipe", "pipe", "pipe"],
    // A group of its own, so that Ctrl-C in the terminal reaches us only, and we stop things in order.
    detached: true,
  });
  child.stdin?.on("error", () => undefined);
  let lastWords = "nothing";
  createInterface(child.stderr).on("line", (line) => {
    lastWords = line;
    log(line);
  });
  const ended = endOf(child);
  const lines = createInterface(child.stdout);
  const late = setTimeout(() => child.kill("SIGKILL"), SERVER_START_MS_MAX);
  const early = ended.then((how) => {
    throw new Error(`${name} must come up, got ${how}; it said ${lastWords}`);
  });
  early.catch(() => undefined);
  try {
    const [line] = (await Promise.race([once(lines, "line"), early])) as [string];
    const { ready } = JSON.parse(line) as { ready: { port: number } };
    return { child, port: ready.port, ended };
  } finally {
    clearTimeout(late);
  }
}

async function stop({ child, ended }: Running): Promise<void> {
  child.stdin?.end();
  const late = setTimeout(() => child.kill("SIGKILL"), SERVER_STOP_MS_MAX);
  await ended;
  clearTimeout(late);
}

async function endOf(child: ChildProcess): Promise<string> {
  try {
    const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
    return signal === null ? `exit code ${code}` : `signal ${signal}`;
  } catch (error) {
    return String(error);
  }
}
