/**
 * A private NATS with JetStream, its files in a folder of its own. NATS knows no socket files, so it takes a port of the
 * loopback interface, the same one again when it is brought back.
 */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findNats } from "./find-server.ts";
import { freePort } from "./free-port.ts";
import { KeptServer } from "./kept-server.ts";

export interface PrivateNats {
  readonly server: KeptServer;
  readonly url: string;
}

export async function startNats(log: (line: string) => void): Promise<PrivateNats> {
  const path = findNats();
  const folder = mkdtempSync(join(tmpdir(), "holdfast-nats-"));
  const port = await freePort();
  const args = [
    "--addr",
    "127.0.0.1",
    "--port",
    String(port),
    "--jetstream",
    "--store_dir",
    folder,
  ];
  const ready = /Server is ready/;
  const command = { name: "nats-server", path, args, folder, ready, stopSignal: "TERM" } as const;
  return { server: await KeptServer.start(command, log), url: `nats://127.0.0.1:${port}` };
}
