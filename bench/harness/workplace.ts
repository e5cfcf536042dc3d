/** One temporary folder for all that a run of the bench makes: configs, keys, compiled programs, logs. Gone at exit. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";

let folder: string | undefined;

/** The path of a file or folder of this name in the workplace; the same name is the same path. */
export function workplace(name: string): string {
  if (folder === undefined) {
    const made = mkdtempSync(join(tmpdir(), "holdfast-bench-"));
    process.on("exit", () => rmSync(made, { recursive: true, force: true }));
    folder = made;
  }
  return join(folder, name);
}

/** A port on 127.0.0.1 that was free a moment ago: for programs that cannot choose one themselves. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
