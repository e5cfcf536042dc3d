/**
 * The Node that runs this: which it is, how it was started, so that another can be started alike, and those of its
 * modules that are dear to load. Importing them by name would read every export: for TLS all root certificates.
 */
import type * as crypto from "node:crypto";
import type * as tls from "node:tls";

export const NODE_VERSION: string = process.versions.node;

/** Absolute path of its executable. */
export const NODE_PATH: string = process.execPath;

/** The flags it was started with, script and arguments left out. */
export const NODE_FLAGS: readonly string[] = process.execArgv;

/** What Node says of how an author's file is to be read; Holdfast reads it all the same, or says why it cannot. */
const NOISE = [/^Module type of .* is not specified/, /^Failed to load the ES module/];

/** Node's own warnings, a line each, without those that tell an author nothing. Of this thread alone. */
export function quietWarnings(): void {
  process.removeAllListeners("warning");
  process.on("warning", ({ name, message }) => {
    if (name === "ExperimentalWarning" || NOISE.some((pattern) => pattern.test(message))) return;
    process.stderr.write(`${name}: ${message}\n`);
  });
}

let loadedCrypto: typeof crypto | undefined;
let loadedTls: typeof tls | undefined;

/** Kept once it is loaded: asking Node takes microseconds each time, and every WebSocket asks. */
export function nodeCrypto(): typeof crypto {
  return (loadedCrypto ??= process.getBuiltinModule("node:crypto"));
}

export function nodeTls(): typeof tls {
  return (loadedTls ??= process.getBuiltinModule("node:tls"));
}

/** Processor time of this thread, in microseconds. */
export function threadCpuUs(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}
