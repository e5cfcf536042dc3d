/**
 * Starts, watches and stops a system in a process of its own, by the contract in `scenario/system.ts`. Its standard
 * input stays open for as long as we live: when we die, however we die, it sees the end of it and goes as well.
 */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { EXIT, HoldfastError, got } from "../base/errors.ts";
import { NODE_FLAGS, NODE_PATH } from "../base/node.ts";
import type { Parts, SystemDefinition } from "../scenario/system.ts";
import { deadline } from "./timers.ts";
import {
  LAST_WORDS_MAX,
  SYSTEM_OUTPUT_BYTES_MAX,
  SYSTEM_START_MS_MAX,
  SYSTEM_STOP_MS_MAX,
} from "./limits.ts";

export type { Parts, PlantedBug } from "../scenario/system.ts";

export interface SystemOptions {
  parts?: Parts | undefined;
  bug?: string | undefined;
  /** Default 0: any free port. */
  port?: number;
  log(text: string): void;
  /** Gives up waiting for it, and stops it. */
  signal?: AbortSignal;
}

export interface RunningSystem extends AsyncDisposable {
  readonly url: string;
  /** All that the ready line said. */
  readonly info: Readonly<Record<string, unknown>>;
  readonly parts: Parts;
  /** Resolves, with how it ended, when the process is gone. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

/** Resolves when the system answers; throws exit 108 when it does not come up, 104 for a bug or parts it does not have. */
export async function startSystem(
  definition: SystemDefinition,
  options: SystemOptions,
): Promise<RunningSystem> {
  const parts = chosenParts(definition, options.parts);
  checkBug(definition, options.bug);
  const child = spawn(NODE_PATH, systemArguments(definition, parts, options), {
    stdio: ["pipe", "pipe", "pipe"],
    // A group of its own: Ctrl-C is for us, and the system must live until its audit is done.
    detached: true,
  });
  child.stdin?.on("error", () => undefined);
  let lastWords = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    lastWords = lastLine(text) ?? lastWords;
    options.log(text);
  });
  const ended = endOf(child).then((how) => (lastWords === "" ? how : `${how}: ${lastWords}`));
  const stop = (): Promise<void> => stopChild(child, ended);
  try {
    const info = await readyLine(child, ended, definition.name, options.signal);
    return {
      url: String(info["url"]),
      info,
      parts,
      ended,
      stop,
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function chosenParts(definition: SystemDefinition, wanted: Parts | undefined): Parts {
  const parts = wanted ?? definition.parts[0];
  if (parts !== undefined && definition.parts.includes(parts)) return parts;
  throw new HoldfastError(
    `--parts must be one of ${definition.parts.join(", ")} for ${definition.name}, got ${got(wanted)}`,
    { code: "HF_SYSTEM_PARTS" },
  );
}

function checkBug(definition: SystemDefinition, bug: string | undefined): void {
  if (bug === undefined || definition.bugs.some(({ name }) => name === bug)) return;
  const names = definition.bugs.map(({ name }) => name).join(", ");
  throw new HoldfastError(`--bug must be one of ${names} for ${definition.name}, got ${got(bug)}`, {
    code: "HF_SYSTEM_BUG",
  });
}

function systemArguments(
  definition: SystemDefinition,
  parts: Parts,
  options: SystemOptions,
): string[] {
  return [
    // The system is not the load generator: it keeps Node's own memory settings, but finds `holdfast` the same way.
    ...NODE_FLAGS.filter((flag) => flag.startsWith("--conditions")),
    "--disable-warning=ExperimentalWarning",
    fileURLToPath(definition.entry),
    "--parts",
    parts,
    "--port",
    String(options.port ?? 0),
    ...(options.bug === undefined ? [] : ["--bug", options.bug]),
  ];
}

async function readyLine(
  child: ChildProcess,
  ended: Promise<string>,
  name: string,
  signal: AbortSignal | undefined,
): Promise<Record<string, unknown>> {
  const ready = firstReadyLine(child);
  const early = ended.then((how) => {
    throw unreachable(`${name} ended before it was ready: ${how}`);
  });
  early.catch(() => undefined);
  const late = deadline(SYSTEM_START_MS_MAX, () =>
    unreachable(`${name} must say it is ready within ${SYSTEM_START_MS_MAX / 1000} s, got silence`),
  );
  try {
    return await Promise.race([ready, early, late.promise, abortedBy(signal)]);
  } finally {
    late.cancel();
  }
}

function abortedBy(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    const abort = (): void => reject(signal?.reason as Error);
    if (signal?.aborted === true) abort();
    signal?.addEventListener("abort", abort, { once: true });
  });
}

function firstReadyLine(child: ChildProcess): Promise<Record<string, unknown>> {
  return new Promise((resolve) => {
    let text = "";
    child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
      if (text.length > SYSTEM_OUTPUT_BYTES_MAX) return;
      text += chunk;
      for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
        const info = parseReady(text.slice(0, end));
        text = text.slice(end + 1);
        if (info !== undefined) resolve(info);
      }
    });
  });
}

function parseReady(line: string): Record<string, unknown> | undefined {
  try {
    const { ready } = JSON.parse(line) as { ready?: Record<string, unknown> };
    return typeof ready?.["url"] === "string" ? ready : undefined;
  } catch {
    return undefined;
  }
}

async function endOf(child: ChildProcess): Promise<string> {
  try {
    const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
    return signal === null ? `exit code ${code}` : `signal ${signal}`;
  } catch (error) {
    return `could not be started: ${String(error)}`;
  }
}

async function stopChild(child: ChildProcess, ended: Promise<string>): Promise<void> {
  child.kill("SIGTERM");
  const late = deadline(SYSTEM_STOP_MS_MAX, () => new Error("late"));
  try {
    await Promise.race([ended, late.promise]);
  } catch {
    child.kill("SIGKILL");
    await ended;
  } finally {
    late.cancel();
  }
}

function lastLine(text: string): string | undefined {
  return text.trim().split("\n").at(-1)?.trim().slice(0, LAST_WORDS_MAX);
}

function unreachable(message: string): HoldfastError {
  return new HoldfastError(message, {
    code: "HF_SYSTEM_START",
    exitCode: EXIT.targetUnreachable,
  });
}
