/**
 * Steering a run that is under way: a socket in the run's folder takes one JSON command a line and answers with one
 * line. Only this machine's user can reach it; it is gone when the run is.
 */
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createConnection, createServer } from "node:net";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HoldfastError, messageOf } from "../base/errors.ts";
import { hash32 } from "../base/random.ts";

export type ControlCommand =
  | { do: "vus"; vus: number }
  | { do: "pause" }
  | { do: "resume" }
  | { do: "stop" };

const LINE_BYTES_MAX = 4_096;
/** The kernel's limit for the path of a unix socket, with room for the terminating zero. */
const SOCKET_PATH_MAX = 100;

/** `act` answers with what it did, in words. */
export async function listenForControl(
  folder: string,
  act: (command: ControlCommand) => string,
): Promise<AsyncDisposable> {
  const path = socketPath(folder);
  await rm(path, { force: true });
  const server = createServer((socket) => answerLines(socket, act));
  server.on("error", () => undefined);
  await new Promise<void>((resolve) => {
    server.once("error", () => resolve());
    server.listen({ path, readableAll: false, writableAll: false }, resolve);
  });
  server.unref();
  return {
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      await rm(path, { force: true });
    },
  };
}

/** Sends one command to a run; resolves with its answer. */
export async function sendControl(folder: string, command: ControlCommand): Promise<string> {
  const path = socketPath(folder);
  if (!existsSync(path)) throw notRunning(folder);
  return new Promise((resolve, reject) => {
    const socket = createConnection(path);
    let text = "";
    socket.setEncoding("utf8");
    socket.on("connect", () => socket.write(`${JSON.stringify(command)}\n`));
    socket.on("data", (chunk: string) => {
      text += chunk;
    });
    socket.on("end", () => resolve(text.trim()));
    socket.on("error", () => reject(notRunning(folder)));
  });
}

function answerLines(socket: Socket, act: (command: ControlCommand) => string): void {
  let text = "";
  socket.setEncoding("utf8");
  socket.on("error", () => undefined);
  socket.on("data", (chunk: string) => {
    text += chunk;
    if (text.length > LINE_BYTES_MAX) socket.destroy();
    const end = text.indexOf("\n");
    if (end >= 0) socket.end(`${answer(text.slice(0, end), act)}\n`);
  });
}

function answer(line: string, act: (command: ControlCommand) => string): string {
  try {
    return act(JSON.parse(line) as ControlCommand);
  } catch (error) {
    return messageOf(error);
  }
}

function socketPath(folder: string): string {
  const beside = join(folder, "control.sock");
  if (beside.length <= SOCKET_PATH_MAX) return beside;
  return join(tmpdir(), `holdfast-${hash32(folder).toString(16)}.sock`);
}

function notRunning(folder: string): HoldfastError {
  return new HoldfastError(`RUN must be a run that is under way, got ${folder}, which is not`, {
    code: "HF_RUN_OVER",
  });
}
