/** The system under test: started for this run, or somebody else's that must at least accept a connection. */
import { createConnection } from "node:net";
import { EXIT, HoldfastError, messageOf } from "../base/errors.ts";
import type { LoadTest } from "../scenario/load-test.ts";
import type { Parts } from "../scenario/system.ts";
import { REACH_MS_MAX } from "./limits.ts";

export interface Target extends AsyncDisposable {
  readonly url: string;
  /** What a started system said of itself. */
  readonly info: Readonly<Record<string, unknown>>;
  readonly parts: Parts | null;
  /** Resolves, with how, when a started system has ended by itself; never for a URL. */
  readonly ended: Promise<string>;
}

export interface TargetOptions {
  target?: string | undefined;
  parts?: Parts | undefined;
  bug?: string | undefined;
  log(text: string): void;
  signal: AbortSignal;
}

/** Throws exit 108 when it cannot be reached or started, before any load is sent. */
export async function openTarget(test: LoadTest, options: TargetOptions): Promise<Target> {
  const url = options.target ?? test.target;
  if (url !== undefined) return reach(url, options);
  if (test.system === undefined) throw new Error("a plan has a system or a target");
  const { startSystem } = await import("./system-process.ts");
  const running = await startSystem(test.system, options);
  return {
    url: running.url,
    info: running.info,
    parts: running.parts,
    ended: running.ended,
    [Symbol.asyncDispose]: () => running.stop(),
  };
}

async function reach(url: string, options: TargetOptions): Promise<Target> {
  const flag = options.bug === undefined ? undefined : "--bug";
  if (flag !== undefined || options.parts !== undefined) {
    throw new HoldfastError(
      `${flag ?? "--parts"} needs a system that Holdfast starts, got the target ${url}`,
      { code: "HF_TARGET_OPTION" },
    );
  }
  await connectOnce(url);
  return {
    url,
    info: {},
    parts: null,
    ended: new Promise(() => undefined),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function connectOnce(url: string): Promise<void> {
  const { hostname, port, protocol } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, "");
  const number = port === "" ? (protocol === "https:" ? 443 : 80) : Number(port);
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host, port: number, timeout: REACH_MS_MAX });
    const fail = (why: string): void => {
      socket.destroy();
      reject(
        new HoldfastError(`the target ${url} could not be reached: ${why}`, {
          code: "HF_TARGET_REACH",
          exitCode: EXIT.targetUnreachable,
        }),
      );
    };
    socket.once("connect", () => {
      socket.destroy();
      resolve();
    });
    socket.once("timeout", () => fail(`no connection within ${REACH_MS_MAX / 1000} s`));
    socket.once("error", (error) =>
      fail(messageOf(error) || String((error as { code?: string }).code)),
    );
  });
}
