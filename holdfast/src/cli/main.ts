/** The process itself: the only place that knows argv, streams, signals and the exit code. */
import type { Worker } from "node:worker_threads";
import { quietWarnings } from "../base/node.ts";
import { bootThread } from "../run/boot-thread.ts";
import type { CliHost, Output } from "./host.ts";

/** At the third Ctrl-C we go at once, whatever is lost. */
const FORCED_EXIT = 3;
/** The same Ctrl-C may arrive by the terminal and by the launcher. */
const SAME_SIGNAL_MS = 100;

// The engine boots on another core while the command line is still being read here. If that turns out to be wrong, the
// thread ends with the process.
const firstThread = process.argv[2] === "run" ? bootThread() : undefined;
const listeners = new Set<() => void>();
let interrupts = 0;
let interruptedMs = Number.NEGATIVE_INFINITY;

function interrupt(): void {
  const nowMs = performance.now();
  if (nowMs - interruptedMs < SAME_SIGNAL_MS) return;
  interruptedMs = nowMs;
  interrupts += 1;
  if (interrupts >= FORCED_EXIT || listeners.size === 0) process.exit(105);
  for (const listener of listeners) listener();
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, interrupt);
quietWarnings();
await watchLauncher();

const { runCli } = await import("./cli.ts");
process.exitCode = await runCli(processHost(firstThread));
// A stray socket or timer of the author's script must not keep a finished command alive.
await Promise.all([drained(process.stdout), drained(process.stderr)]);
process.exit();

function processHost(firstThread: Worker | undefined): CliHost {
  return {
    firstThread,
    argv: process.argv.slice(2),
    env: process.env,
    cwd: process.cwd(),
    out: outputOf(process.stdout),
    err: outputOf(process.stderr),
    onInterrupt(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function outputOf(stream: NodeJS.WriteStream): Output {
  // A reader that went away (`| head`) is no reason to die in the middle of a run.
  stream.on("error", () => undefined);
  const isTty = stream.isTTY;
  const { NO_COLOR, FORCE_COLOR } = process.env;
  return {
    write: (text) => stream.write(text),
    columns: () => stream.columns ?? 80,
    rows: () => stream.rows ?? 24,
    isTty,
    color: (NO_COLOR ?? "") === "" && (isTty || (FORCE_COLOR ?? "") !== ""),
  };
}

/**
 * The launcher holds the other end of a pipe: when it is killed, the pipe ends, and so do we. A socket and not a file
 * stream: the latter reads in a thread of the pool, which would wait for ever and not let this process exit.
 */
async function watchLauncher(): Promise<void> {
  const fd = Number(process.env["HOLDFAST_LAUNCHER_FD"]);
  if (!Number.isInteger(fd) || fd < 3) return;
  delete process.env["HOLDFAST_LAUNCHER_FD"];
  const { Socket } = await import("node:net");
  const pipe = new Socket({ fd, readable: true, writable: false });
  pipe.on("error", () => undefined);
  pipe.on("end", interrupt);
  pipe.resume();
  pipe.unref();
}

function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write("", () => resolve());
  });
}
