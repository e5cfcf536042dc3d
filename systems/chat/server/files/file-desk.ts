/**
 * Takes uploads and gives downloads. An upload is answered when it is on disk and its checksum is known; after that it is
 * looked through, a few at a time, and only then it is `ready`.
 *
 *     receive ──► processing ──► ready
 *                     └────────► damaged      (it could not be read back)
 */
import type { Readable } from "node:stream";
import { PROCESSING_AT_ONCE, UPLOADS_AT_ONCE_MAX } from "../limits.ts";
import type { ChatStore, StoredFile } from "../parts/store.ts";
import { RequestProblem } from "../../../http/request-problem.ts";
import { KIND_BYTES, kindOf } from "./kind.ts";
import type { Shelf } from "./shelf.ts";

export interface Upload {
  readonly channelId: number;
  readonly ownerId: number;
  readonly name: string;
  readonly clientId: string;
  readonly content: Readable;
  /** Asked when the content has ended: whether it was cut off at the limit. */
  readonly isCutOff: () => boolean;
}

export class FileDesk {
  readonly #store: ChatStore;
  readonly #shelf: Shelf;
  readonly #log: (line: string) => void;
  readonly #queue: StoredFile[] = [];
  #receiving = 0;
  #processing = 0;

  constructor(store: ChatStore, shelf: Shelf, log: (line: string) => void) {
    this.#store = store;
    this.#shelf = shelf;
    this.#log = log;
  }

  /** Files that were received and are not ready yet. */
  get waiting(): number {
    return this.#queue.length + this.#processing;
  }

  /** Throws 413 for one that is too large, 503 when too many come at once. */
  async receive({ content, isCutOff, ...upload }: Upload): Promise<StoredFile> {
    if (this.#receiving >= UPLOADS_AT_ONCE_MAX) {
      throw new RequestProblem(503, "busy", `${UPLOADS_AT_ONCE_MAX} uploads are under way`);
    }
    this.#receiving += 1;
    try {
      const received = await this.#shelf.receive(content, upload.name);
      if (isCutOff()) {
        await this.#shelf.remove(received);
        throw new RequestProblem(413, "too-large", "the file must be at most 50 MiB");
      }
      const file = await this.#store.addFile({ ...upload, ...received });
      this.#queue.push(file);
      this.#processNext();
      return file;
    } finally {
      this.#receiving -= 1;
    }
  }

  #processNext(): void {
    if (this.#processing >= PROCESSING_AT_ONCE) return;
    const file = this.#queue.shift();
    if (file === undefined) return;
    this.#processing += 1;
    void this.#process(file).finally(() => {
      this.#processing -= 1;
      this.#processNext();
    });
  }

  async #process(file: StoredFile): Promise<void> {
    try {
      const kind = kindOf(await this.#shelf.beginning(file.place, KIND_BYTES));
      await this.#store.fileIs(file.id, "ready", kind);
    } catch (error) {
      this.#log(`file ${file.id} could not be looked through: ${String(error)}`);
      await this.#store.fileIs(file.id, "damaged", null).catch(() => undefined);
    }
  }
}
