/** Archives are made once and kept: the same seed, size and version are the same file in the cache folder. */
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { ARCHIVES_KEPT_MAX } from "../server/limits.ts";
import { hashPassword } from "../server/passwords.ts";
import { ARCHIVE_VERSION, type ArchiveSize } from "./archive-messages.ts";
import type { BuildOrder } from "./build-worker.ts";
import { ARCHIVE_PASSWORD } from "./people.ts";

/** Beside the runs, and as easy to throw away. */
export const CACHE_FOLDER: string = fileURLToPath(
  new URL("../../../.holdfast/cache/chat/", import.meta.url),
);
const ARCHIVE_FILE = /^archive-v\d+-\d+-\d+\.sqlite$/;

/** The path of the archive, made now if it is not there. Older ones beyond the newest few are removed. */
export async function keptArchive(size: ArchiveSize, folder: string): Promise<string> {
  const { seed, messages } = size;
  const path = join(folder, `archive-v${ARCHIVE_VERSION}-${seed}-${messages}.sqlite`);
  if (existsSync(path)) {
    const now = new Date();
    utimesSync(path, now, now);
    return path;
  }
  mkdirSync(folder, { recursive: true });
  const workerData: BuildOrder = { path, size, password: await hashPassword(ARCHIVE_PASSWORD) };
  const worker = new Worker(new URL("./build-worker.ts", import.meta.url), { workerData });
  await once(worker, "exit");
  if (!existsSync(path)) throw new Error(`the archive could not be written to ${folder}`);
  dropOldest(folder);
  return path;
}

function dropOldest(folder: string): void {
  const archives = readdirSync(folder)
    .filter((name) => ARCHIVE_FILE.test(name))
    .map((name) => join(folder, name))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  for (const path of archives.slice(ARCHIVES_KEPT_MAX)) rmSync(path, { force: true });
}
