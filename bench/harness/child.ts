/** A child process on a core of its own, whose output is kept and which is never left behind. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CLIENT_CORE,
  GROUP_POLL_MS,
  KILL_AFTER_MS,
  LAST_WORDS_MAX,
  OUTPUT_BYTES_MAX,
  SERVER_CORE,
} from "../limits.ts";
import { canPin } from "./machine.ts";

export interface Command {
  /** Program and arguments. */
  argv: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** A folder of its own, removed when it has ended: the files of one run must not fill the disk for the next. */
  scratch?: string;
}

export type Core = "server" | "client";

const running = new Set<Child>();

/**
 * Started at once, as the leader of a process group, so that nothing it has started can outlive it and take time from
 * the next measurement. `core: undefined` leaves the core to the scheduler.
 */
export class Child implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #ended: Promise<number | null>;
  readonly #scratch: string | undefined;
  #stdout = "";
  #stderr = "";

  constructor(command: Command, core: Core | undefined) {
    const [file = "", ...rest] = pin(command.argv, core);
    this.#process = spawn(file, rest, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...command.env },
      detached: true,
    });
    this.#scratch = command.scratch;
    this.#process.stdout?.on("data", (chunk) => (this.#stdout = keep(this.#stdout, chunk)));
    this.#process.stderr?.on("data", (chunk) => (this.#stderr = keep(this.#stderr, chunk)));
    running.add(this);
    this.#ended = new Promise((resolve) => {
      this.#process.on("error", (error) => {
        this.#stderr += error.message;
        resolve(null);
      });
      this.#process.on("close", (code) => resolve(code));
    });
    void this.#ended.then(() => running.delete(this));
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  get isRunning(): boolean {
    return running.has(this);
  }

  get stdout(): string {
    return this.#stdout;
  }

  /** The last line that it wrote, of its errors if it wrote any: what a failure shows. */
  get lastWords(): string {
    const said = this.#stderr.trim() === "" ? this.#stdout : this.#stderr;
    return said.trimEnd().split("\n").at(-1)?.trim().slice(-LAST_WORDS_MAX) ?? "";
  }

  /** The exit code; null when a signal ended it. */
  get ended(): Promise<number | null> {
    return this.#ended;
  }

  signal(name: NodeJS.Signals): void {
    this.#process.kill(name);
  }

  /** Asks it to end, makes it end when it does not, and returns when the last of its group is gone. */
  async stop(): Promise<void> {
    if (this.isRunning) this.#process.kill("SIGTERM");
    const killer = setTimeout(() => this.#signalGroup("SIGKILL"), KILL_AFTER_MS);
    await this.#ended;
    // Bounded: where nobody collects orphans, a dead one stays in the group for ever.
    for (let waitedMs = 0; waitedMs < 2 * KILL_AFTER_MS; waitedMs += GROUP_POLL_MS) {
      if (!this.#signalGroup(0)) break;
      await sleep(GROUP_POLL_MS);
    }
    clearTimeout(killer);
    if (this.#scratch !== undefined) rmSync(this.#scratch, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** False when there is nobody left in the group. */
  #signalGroup(signal: NodeJS.Signals | 0): boolean {
    try {
      return this.pid > 0 && process.kill(-this.pid, signal);
    } catch {
      return false;
    }
  }
}

/** Runs a command to its end and gives its standard output; throws with its last words when it fails. */
export async function runToEnd(command: Command, core?: Core): Promise<string> {
  await using child = new Child(command, core);
  const code = await child.ended;
  if (code !== 0) throw new Error(`${command.argv[0]} ended with ${code}: ${child.lastWords}`);
  return child.stdout;
}

/** Ctrl-C in the middle of a round must not leave a server or a client behind. */
export function stopChildrenOnSignal(): void {
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    void once(process, name).then(async () => {
      await Promise.all([...running].map((child) => child.stop()));
      process.exit(130);
    });
  }
}

function pin(argv: Command["argv"], core: Core | undefined): Command["argv"] {
  if (core === undefined || !canPin()) return argv;
  return ["taskset", "-c", String(core === "server" ? SERVER_CORE : CLIENT_CORE), ...argv];
}

function keep(text: string, chunk: Buffer): string {
  return (text + chunk.toString("utf8")).slice(-OUTPUT_BYTES_MAX);
}
