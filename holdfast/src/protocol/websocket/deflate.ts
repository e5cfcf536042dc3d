/**
 * permessage-deflate (RFC 7692). The context that one message leaves to the next is nothing but the last 32 KiB of
 * plain bytes, and zlib can be handed those as a dictionary: so each message is packed or unpacked in one call, and a
 * connection keeps a window of bytes instead of two zlib streams of hundreds of kilobytes.
 */
import { Buffer } from "node:buffer";
import { constants, deflateRawSync, inflateRawSync } from "node:zlib";
import { Failure } from "../http1/failures.ts";
import { WINDOW_BYTES_MAX } from "./limits.ts";

/** What client and server agreed upon. */
export interface DeflateTerms {
  /** Each message of the server's stands alone. */
  readonly serverFresh: boolean;
  /** Each message of ours must stand alone. */
  readonly clientFresh: boolean;
  /** How far back ours may look: 2^n bytes. zlib cannot do 8: then ours go unpacked. */
  readonly clientWindowBits: number;
}

/** What every packed message ends in, and leaves out on the wire (RFC 7692 §7.2.1). */
const TAIL: Buffer = Buffer.from([0x00, 0x00, 0xff, 0xff]);
const CLIENT_WINDOW_BITS_MIN = 9;

export class Deflate {
  readonly #terms: DeflateTerms;
  readonly #theirs = new Window(WINDOW_BYTES_MAX);
  readonly #ours: Window;

  constructor(terms: DeflateTerms) {
    this.#terms = terms;
    this.#ours = new Window(2 ** terms.clientWindowBits);
  }

  get mayPack(): boolean {
    return this.#terms.clientWindowBits >= CLIENT_WINDOW_BITS_MIN;
  }

  /** The plain bytes; a bomb is defused at `bytesMax`. */
  unpack(packed: Buffer, bytesMax: number): Buffer | Failure {
    let plain: Buffer;
    try {
      plain = inflateRawSync(Buffer.concat([packed, TAIL]), {
        finishFlush: constants.Z_SYNC_FLUSH,
        maxOutputLength: Math.max(1, bytesMax),
        ...this.#theirs.option,
      });
    } catch (error) {
      const tooLarge = (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE";
      if (tooLarge) return new Failure("HF_WS_SIZE", `over ${bytesMax} bytes when unpacked`);
      return new Failure("HF_WS_UNPACK", (error as Error).message);
    }
    if (plain.length > bytesMax) {
      return new Failure("HF_WS_SIZE", `over ${bytesMax} bytes when unpacked`);
    }
    if (!this.#terms.serverFresh) this.#theirs.push(plain);
    return plain;
  }

  pack(plain: Buffer): Buffer {
    const packed = deflateRawSync(plain, {
      finishFlush: constants.Z_SYNC_FLUSH,
      windowBits: this.#terms.clientWindowBits,
      ...this.#ours.option,
    });
    if (!this.#terms.clientFresh) this.#ours.push(plain);
    return packed.subarray(0, packed.length - TAIL.length);
  }
}

/** The last plain bytes that went one way. */
class Window {
  readonly #bytesMax: number;
  #bytes: Buffer | undefined;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get option(): { dictionary?: Buffer } {
    return this.#bytes === undefined ? {} : { dictionary: this.#bytes };
  }

  push(plain: Buffer): void {
    if (plain.length === 0) return;
    const before = this.#bytes ?? Buffer.alloc(0);
    const kept = Math.max(0, this.#bytesMax - plain.length);
    const all = Buffer.concat([
      before.subarray(Math.max(0, before.length - kept)),
      plain.subarray(Math.max(0, plain.length - this.#bytesMax)),
    ]);
    this.#bytes = all;
  }
}
