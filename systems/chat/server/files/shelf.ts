/**
 * Files on disk. Each upload is written under a name of its own, which nobody chooses, and only then becomes a file: what
 * breaks off half way leaves nothing behind.
 */
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, mkdirSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { Transform, type Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { SHELF_BYTES_MAX } from "../limits.ts";
import { RequestProblem } from "../../../http/request-problem.ts";

/** What arrived of an upload. */
export interface Received {
  /** Where it lies on the shelf. */
  readonly place: string;
  readonly bytes: number;
  /** SHA-256 of the bytes as they came in, in hexadecimal. */
  readonly sha256: string;
}

export interface Shelf {
  /** Streams an upload to disk. `name` is the sender's; the shelf must not depend on it. */
  receive(content: Readable, name: string): Promise<Received>;
  /** Bytes `start` to `end`, both included. */
  read(place: string, range: { start: number; end: number }): Readable;
  /** The first bytes, by which one tells what it is. */
  beginning(place: string, bytes: number): Promise<Buffer>;
  /** What lies there now, read again from the disk. */
  checksum(place: string): Promise<Pick<Received, "bytes" | "sha256">>;
  remove(received: Received): Promise<void>;
}

export class DiskShelf implements Shelf {
  readonly #folder: string;
  #lastPlace = 0;
  #bytes = 0;

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    this.#folder = folder;
  }

  receive(content: Readable, _name: string): Promise<Received> {
    this.#lastPlace += 1;
    // The time makes it a name of its own also after a restart in the same folder.
    return this.receiveAt(`${Date.now().toString(36)}-${this.#lastPlace}`, content);
  }

  /** Throws 507 when the shelf is full. */
  async receiveAt(place: string, content: Readable): Promise<Received> {
    const hash = createHash("sha256");
    let bytes = 0;
    const counting = new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        bytes += chunk.length;
        this.#bytes += chunk.length;
        hash.update(chunk);
        done(this.#bytes > SHELF_BYTES_MAX ? full() : null, chunk);
      },
    });
    try {
      await pipeline(content, counting, createWriteStream(this.pathOf(place)));
      return { place, bytes, sha256: hash.digest("hex") };
    } catch (error) {
      await this.remove({ place, bytes, sha256: "" });
      throw error;
    }
  }

  read(place: string, range: { start: number; end: number }): Readable {
    return createReadStream(this.pathOf(place), range);
  }

  async beginning(place: string, bytes: number): Promise<Buffer> {
    await using file = await open(this.pathOf(place));
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0);
    return buffer.subarray(0, bytesRead);
  }

  async checksum(place: string): Promise<Pick<Received, "bytes" | "sha256">> {
    const hash = createHash("sha256");
    let bytes = 0;
    for await (const chunk of createReadStream(this.pathOf(place))) {
      const read = chunk as Buffer;
      bytes += read.length;
      hash.update(read);
    }
    return { bytes, sha256: hash.digest("hex") };
  }

  async remove({ place, bytes }: Received): Promise<void> {
    this.#bytes -= bytes;
    await rm(this.pathOf(place), { force: true });
  }

  pathOf(place: string): string {
    return join(this.#folder, place);
  }
}

function full(): RequestProblem {
  return new RequestProblem(507, "full", "the shelf is full; no more files are taken");
}
