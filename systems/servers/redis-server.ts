/**
 * A private Redis: reached by a socket in a folder of its own, so that it can meet no other, on no port.
 *
 * The append-only file is written before an answer is sent, and flushed to the disk every second: what was answered
 * survives a kill −9 of Redis, and all but the last second survives the machine.
 */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findRedis } from "./find-server.ts";
import { KeptServer } from "./kept-server.ts";

export interface PrivateRedis {
  readonly server: KeptServer;
  readonly socketPath: string;
}

export async function startRedis(log: (line: string) => void): Promise<PrivateRedis> {
  const path = findRedis();
  const folder = mkdtempSync(join(tmpdir(), "holdfast-redis-"));
  const socketPath = join(folder, "redis.sock");
  const args = [
    ["--port", "0"],
    ["--unixsocket", socketPath],
    ["--unixsocketperm", "700"],
    ["--dir", folder],
    ["--save", ""],
    ["--appendonly", "yes"],
    ["--appendfsync", "everysec"],
  ].flat();
  const ready = /eady to accept connections|now ready to accept connections at/;
  const command = { name: "redis-server", path, args, folder, ready, stopSignal: "TERM" } as const;
  return { server: await KeptServer.start(command, log), socketPath };
}
