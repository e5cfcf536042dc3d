/** The parent's side of a trial process: asks it, and ends it when a test no longer does. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { Form } from "./with-switches.ts";

const CHILD: string = new URL("trial-child.ts", import.meta.url).pathname;
const HEAP_MB_MAX = 3000;
/** Of each random test, far fewer than `npm test` tries: what only the others would notice is held to have survived. */
const HISTORIES = "2000";
const START_CPU_MS_MAX = 60_000;
const LOOK_EVERY_MS = 200;
/** Linux counts a process's time in these. */
const MS_PER_TICK = 10;

export interface Ask {
  /** Its place in the list of tests. */
  readonly test: number;
  readonly mutant: number | undefined;
}

export interface Listed {
  readonly file: string;
  readonly name: string;
}

interface Ready {
  readonly kind: "ready";
  readonly tests: readonly Listed[];
  readonly noted: readonly number[];
}

interface Done {
  readonly kind: "done";
  readonly failure: string | undefined;
  readonly cpuMs: number;
  readonly noted: readonly number[];
}

export type FromChild = Ready | Done;

/** `ended`: the process ended by itself, out of memory or of its own will. */
export type Answer<T extends FromChild> = T | { readonly kind: "late" | "ended" };

/** A child in an endless loop does not notice that its parent is gone. */
const open = new Set<ChildProcess>();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    for (const child of open) child.kill("SIGKILL");
    process.exit(1);
  });
}

export class TrialProcess implements Disposable {
  readonly #child: ChildProcess;

  /** With `mutant` on from before the checkers are loaded, for what is decided while they are. */
  constructor(form: Form, mutant?: number) {
    const argv = mutant === undefined ? [form] : [form, String(mutant)];
    this.#child = fork(CHILD, argv, {
      execArgv: [
        "--conditions=holdfast-source",
        "--disable-warning=ExperimentalWarning",
        `--max-old-space-size=${HEAP_MB_MAX}`,
      ],
      env: { ...process.env, HOLDFAST_CAMPAIGN_HISTORIES: HISTORIES },
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    open.add(this.#child);
  }

  ready(): Promise<Answer<Ready>> {
    return this.#next<Ready>(START_CPU_MS_MAX);
  }

  run(ask: Ask, cpuMsMax: number): Promise<Answer<Done>> {
    this.#child.send(ask);
    return this.#next<Done>(cpuMsMax);
  }

  [Symbol.dispose](): void {
    this.#child.kill("SIGKILL");
    open.delete(this.#child);
  }

  async #next<T extends FromChild>(cpuMsMax: number): Promise<Answer<T>> {
    const done = new AbortController();
    const { signal } = done;
    const late = this.#late(cpuMsMax, signal);
    const message = once(this.#child, "message", { signal }).then(([said]) => said as T);
    const ended = once(this.#child, "exit", { signal }).then(() => ({ kind: "ended" }) as const);
    for (const promise of [late, message, ended]) promise.catch(() => undefined);
    const first = await Promise.race([message, late, ended]);
    done.abort();
    return first;
  }

  /** By the time it has used, not by the clock: the machine may be busy with others. */
  async #late(cpuMsMax: number, signal: AbortSignal): Promise<{ readonly kind: "late" }> {
    const endMs = this.#cpuMs() + cpuMsMax;
    return new Promise((resolve, reject) => {
      const look = setInterval(() => {
        if (this.#cpuMs() > endMs) resolve({ kind: "late" });
      }, LOOK_EVERY_MS);
      signal.addEventListener("abort", () => {
        clearInterval(look);
        reject(new Error("no longer of interest"));
      });
    });
  }

  /** Where the system does not tell, the clock stands in. */
  #cpuMs(): number {
    try {
      const fields = readFileSync(`/proc/${this.#child.pid}/stat`, "utf8").split(") ")[1];
      const [user, system] = fields?.split(" ").slice(11, 13) ?? [];
      return (Number(user) + Number(system)) * MS_PER_TICK;
    } catch {
      return performance.now();
    }
  }
}
