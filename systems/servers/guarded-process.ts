/**
 * A server of our own in a process of its own, which cannot outlive us. Between us and it stands a small shell:
 *
 *     we ──stdin──► sh ──► server
 *
 * The shell waits for the server, and beside that for the end of its own standard input. That end comes when we close
 * it, and also when we die, however we die: the kernel closes it. Then the server is told to stop and its folder is
 * removed. If the server dies first, the shell ends with its exit code and leaves the folder for the next start.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { SERVER_OUTPUT_CHARS_MAX, SERVER_START_MS_MAX, SERVER_STOP_MS_MAX } from "./limits.ts";

export interface ServerCommand {
  /** For messages: `redis-server`. */
  readonly name: string;
  readonly path: string;
  readonly args: readonly string[];
  /** Its working folder, removed when it was stopped. */
  readonly folder: string;
  /** What it prints when it is ready. */
  readonly ready: RegExp;
  readonly stopSignal: "TERM" | "INT";
  /** Whom it runs as; default: as we do. */
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
}

export interface GuardedProcess {
  readonly pid: number;
  /** Resolves with how it ended. */
  readonly ended: Promise<string>;
  /** Resolves when it is gone, and its folder with it. */
  stop(): Promise<void>;
}

/**
 * `$1` stop signal, `$2` folder, then the command. File 3 tells us the server's process id, 4 is our end of the line. A
 * file named `stopping` tells an asked-for end from the server's own: a finished subshell looks alive until waited for.
 * The shell itself must not print (it would announce "Terminated"): when we are dead, that would be the death of it.
 */
const GUARD = `
  stop=$1 folder=$2; shift 2
  exec 4<&0
  "$@" </dev/null 3>&- 4<&- &
  server=$!
  echo $server >&3
  exec 3>&- >/dev/null 2>&1
  ( read -r _ <&4; : > "$folder/stopping"; kill -s "$stop" $server ) &
  line=$!
  wait $server; code=$?
  kill $line
  if [ -e "$folder/stopping" ]; then rm -rf "$folder"; fi
  exit $code
`;

/** Resolves when the server says it is ready; rejects with its last words when it does not. */
export async function startGuarded(command: ServerCommand): Promise<GuardedProcess> {
  const { path, args, folder, stopSignal, user } = command;
  const guard = spawn("/bin/sh", ["-c", GUARD, "guard", stopSignal, folder, path, ...args], {
    cwd: folder,
    // A group of its own, so that Ctrl-C in the terminal reaches us only, and we stop things in order.
    detached: true,
    stdio: ["pipe", "pipe", "pipe", "pipe"],
    ...user,
  });
  guard.stdin?.on("error", () => undefined);
  const output = collectOutput(guard);
  const ended = endOf(guard);
  const pid = pidFrom(guard.stdio[3] as Readable);
  try {
    await untilReady(command, output, ended);
    const serverPid = await pid;
    return { pid: serverPid, ended, stop: () => stopGuarded(guard, serverPid, ended) };
  } catch (error) {
    guard.stdin?.end();
    throw error;
  }
}

async function stopGuarded(
  guard: ChildProcess,
  pid: number,
  ended: Promise<string>,
): Promise<void> {
  guard.stdin?.end();
  const late = setTimeout(() => kill(pid), SERVER_STOP_MS_MAX);
  await ended;
  clearTimeout(late);
}

function untilReady(
  { name, ready }: ServerCommand,
  output: Output,
  ended: Promise<string>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (how: string): void => {
      reject(new Error(`${name} must come up, got ${how}; its last words:\n${output.text}`));
    };
    const late = setTimeout(() => fail("no ready line"), SERVER_START_MS_MAX);
    void ended.then((how) => {
      clearTimeout(late);
      fail(how);
    });
    output.onText = () => {
      if (!ready.test(output.text)) return;
      clearTimeout(late);
      resolve();
    };
  });
}

interface Output {
  text: string;
  onText: () => void;
}

/** Both streams are read for as long as the server lives: a full pipe would stop it. */
function collectOutput(guard: ChildProcess): Output {
  const output: Output = { text: "", onText: () => undefined };
  const take = (text: string): void => {
    output.text = (output.text + text).slice(-SERVER_OUTPUT_CHARS_MAX);
    output.onText();
  };
  guard.stdout?.setEncoding("utf8").on("data", take);
  guard.stderr?.setEncoding("utf8").on("data", take);
  return output;
}

async function endOf(guard: ChildProcess): Promise<string> {
  try {
    const [code, signal] = (await once(guard, "exit")) as [number | null, string | null];
    return signal === null ? `exit code ${code}` : `signal ${signal}`;
  } catch (error) {
    return String(error);
  }
}

async function pidFrom(stream: Readable): Promise<number> {
  let text = "";
  for await (const chunk of stream.setEncoding("utf8")) text += String(chunk);
  return Number(text);
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It is gone already.
  }
}
