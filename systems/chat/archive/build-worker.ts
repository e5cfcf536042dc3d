/** Makes an archive in a thread of its own: it takes ten seconds of computing, and the chat goes on meanwhile. */
import { workerData } from "node:worker_threads";
import type { ArchiveSize } from "./archive-messages.ts";
import { buildArchive } from "./build-sqlite.ts";

export interface BuildOrder {
  readonly path: string;
  readonly size: ArchiveSize;
  readonly password: string;
}

const { path, size, password } = workerData as BuildOrder;
buildArchive(path, size, password);
