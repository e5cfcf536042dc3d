/**
 * Writes blocks into a run's `history/` folder: per engine thread a row of files, none above CHUNK_BYTES_MAX.
 *
 * Load must never wait for the disk. Blocks are written at positions counted here, so a write that fails half way
 * (disk full) leaves nothing behind that counts: the next block goes to the same place. What could not be written, or
 * came while too much was waiting, is counted as lost and takes the verdict's certainty, never the run's pace.
 */
import type { FileHandle } from "node:fs/promises";
import { mkdir, open, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../base/errors.ts";
import type { Invariant } from "../record/invariant.ts";
import { OUTCOME_RULES } from "../record/outcome.ts";
import type { Value } from "../record/value.ts";
import { finished, HEADER } from "./block-layout.ts";
import { BLOCKS_OUTSTANDING_MAX, CHUNK_BYTES_MAX } from "./limits.ts";
import type { Manifest } from "./manifest.ts";
import { MANIFEST_FILE, MANIFEST_SCHEMA } from "./manifest.ts";

export interface HistoryStart {
  run: Readonly<Record<string, Value>>;
  threads: number;
  operations: readonly string[];
  invariants: readonly Invariant[];
}

/** Makes the folder and writes the manifest of a run that has begun. Rejects when the folder cannot be written. */
export async function createHistory(
  folder: string,
  start: HistoryStart,
  chunkBytesMax: number = CHUNK_BYTES_MAX,
): Promise<HistoryFiles> {
  await mkdir(folder, { recursive: true });
  const manifest: Manifest = {
    schema: MANIFEST_SCHEMA,
    ...start,
    rules: OUTCOME_RULES,
    end: null,
  };
  await writeManifest(folder, manifest);
  return new HistoryFiles(folder, manifest, chunkBytesMax);
}

/** The open files of one thread; writes to it follow one another. */
interface ThreadFile {
  chunk: number;
  handle: FileHandle | undefined;
  bytes: number;
  waiting: number;
  last: Promise<void>;
}

export class HistoryFiles {
  readonly folder: string;
  readonly #manifest: Manifest;
  readonly #chunkBytesMax: number;
  readonly #threads = new Map<number, ThreadFile>();
  #records = 0;
  #lostRecords = 0;
  #firstError: string | undefined;

  constructor(folder: string, manifest: Manifest, chunkBytesMax: number) {
    this.folder = folder;
    this.#manifest = manifest;
    this.#chunkBytesMax = chunkBytesMax;
  }

  /** Rows written so far. */
  get records(): number {
    return this.#records;
  }

  /** Rows that reached here and could not be written. */
  get lostRecords(): number {
    return this.#lostRecords;
  }

  /** Why the first row was lost, in the system's words. */
  get firstError(): string | undefined {
    return this.#firstError;
  }

  /** Takes one sealed block; resolves when it is written or counted as lost. Never rejects. */
  append(block: ArrayBuffer): Promise<void> {
    const header = new DataView(block);
    const rows = header.getUint32(HEADER.rows, true);
    const file = this.#fileOf(header.getUint32(HEADER.thread, true));
    if (file.waiting >= BLOCKS_OUTSTANDING_MAX) {
      this.#lose(rows, "the disk is slower than the load");
      return Promise.resolve();
    }
    file.waiting += 1;
    file.last = file.last
      .then(() => this.#write(file, header.getUint32(HEADER.thread, true), block))
      .then(
        () => {
          this.#records += rows;
        },
        (error: unknown) => this.#lose(rows, messageOf(error)),
      )
      .then(() => {
        file.waiting -= 1;
      });
    return file.last;
  }

  /**
   * Waits for all writes, closes the files and completes the manifest. `lostRecords` are those the recorders dropped.
   * Rejects when the manifest cannot be written; the blocks can then still be read as those of an unfinished run.
   */
  async finish(end: {
    endedNs: number;
    auditComplete: boolean;
    lostRecords: number;
  }): Promise<void> {
    await this.#close();
    await writeManifest(this.folder, {
      ...this.#manifest,
      end: {
        endedNs: end.endedNs,
        auditComplete: end.auditComplete,
        records: this.#records,
        lostRecords: this.#lostRecords + end.lostRecords,
      },
    });
  }

  /** Closes the files and leaves the manifest unfinished, as after a crash. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }

  async #close(): Promise<void> {
    for (const file of this.#threads.values()) {
      await file.last;
      const { handle } = file;
      file.handle = undefined;
      await handle?.close().catch((error: unknown) => this.#lose(0, messageOf(error)));
    }
  }

  async #write(file: ThreadFile, thread: number, buffer: ArrayBuffer): Promise<void> {
    const block = finished(buffer);
    if (file.handle !== undefined && file.bytes + block.byteLength > this.#chunkBytesMax) {
      await file.handle.close();
      file.handle = undefined;
      file.chunk += 1;
      file.bytes = 0;
    }
    file.handle ??= await open(join(this.folder, blockFile(thread, file.chunk)), "w");
    let written = 0;
    while (written < block.length) {
      const rest = block.length - written;
      const at = file.bytes + written;
      const { bytesWritten } = await file.handle.write(block, written, rest, at);
      written += bytesWritten;
    }
    file.bytes += written;
  }

  #fileOf(thread: number): ThreadFile {
    let file = this.#threads.get(thread);
    if (file === undefined) {
      file = { chunk: 0, handle: undefined, bytes: 0, waiting: 0, last: Promise.resolve() };
      this.#threads.set(thread, file);
    }
    return file;
  }

  #lose(rows: number, reason: string): void {
    this.#lostRecords += rows;
    this.#firstError ??= reason;
  }
}

const BLOCK_FILE = /^thread-(\d+)-(\d+)\.blocks$/;

function blockFile(thread: number, chunk: number): string {
  return `thread-${thread}-${String(chunk).padStart(3, "0")}.blocks`;
}

/** Those of a folder's files that hold blocks, by thread and then in the order they were written. */
export function blockFilesIn(names: readonly string[]): string[] {
  return names
    .map((name) => ({ name, match: BLOCK_FILE.exec(name) }))
    .filter((file) => file.match !== null)
    .map(({ name, match }) => ({ name, thread: Number(match?.[1]), chunk: Number(match?.[2]) }))
    .sort((a, b) => a.thread - b.thread || a.chunk - b.chunk)
    .map(({ name }) => name);
}

/** By way of a second file, so that a crash leaves the old manifest or the new one, never half of one. */
async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const draft = join(folder, `${MANIFEST_FILE}.new`);
  await writeFile(draft, `${JSON.stringify(manifest, null, 2)}\n`);
  await rename(draft, join(folder, MANIFEST_FILE));
}
