/** The frames of RFC 9113 §6, and a writer that gathers them: what is asked in one turn leaves in one write. */
import { Buffer } from "node:buffer";
import { ERROR_CODES, type ErrorName } from "./errors.ts";
import type { Slabs } from "./slabs.ts";

export const FRAME_HEAD_BYTES = 9;

export const FRAME = {
  data: 0,
  headers: 1,
  priority: 2,
  rstStream: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

export const FLAG = { endStream: 1, ack: 1, endHeaders: 4, padded: 8, priority: 32 } as const;

export const SETTING = {
  headerTableSize: 1,
  enablePush: 2,
  maxConcurrentStreams: 3,
  initialWindowSize: 4,
  maxFrameSize: 5,
  maxHeaderListSize: 6,
} as const;

const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/** What was gathered for one write; `slab` goes back when the kernel has taken it. */
export interface Gathered {
  readonly bytes: Buffer;
  readonly slab: Buffer;
}

export class FrameWriter {
  readonly #slabs: Slabs;
  #slab: Buffer = EMPTY;
  #end = 0;

  constructor(slabs: Slabs) {
    this.#slabs = slabs;
  }

  /** Bytes that wait to be taken. */
  get size(): number {
    return this.#end;
  }

  /** What was gathered since the last call. */
  take(): Gathered {
    const slab = this.#slab;
    const bytes = slab.subarray(0, this.#end);
    this.#slab = EMPTY;
    this.#end = 0;
    return { bytes, slab };
  }

  preface(): void {
    const at = this.#room(PREFACE.length);
    this.#slab.write(PREFACE, at, "latin1");
  }

  settings(values: readonly (readonly [id: number, value: number])[]): void {
    let at = this.#frame(values.length * 6, FRAME.settings, 0, 0);
    for (const [id, value] of values) {
      at = this.#slab.writeUInt16BE(id, at);
      at = this.#slab.writeUInt32BE(value, at);
    }
  }

  settingsAck(): void {
    this.#frame(0, FRAME.settings, FLAG.ack, 0);
  }

  /** `opaque`: eight bytes of latin1. */
  ping(opaque: string, ack: boolean): void {
    const at = this.#frame(8, FRAME.ping, ack ? FLAG.ack : 0, 0);
    this.#slab.write(opaque, at, "latin1");
  }

  windowUpdate(stream: number, bytes: number): void {
    const at = this.#frame(4, FRAME.windowUpdate, 0, stream);
    this.#slab.writeUInt32BE(bytes, at);
  }

  rstStream(stream: number, code: ErrorName): void {
    const at = this.#frame(4, FRAME.rstStream, 0, stream);
    this.#slab.writeUInt32BE(ERROR_CODES[code], at);
  }

  goaway(code: ErrorName): void {
    const at = this.#frame(8, FRAME.goaway, 0, 0);
    this.#slab.writeUInt32BE(0, at);
    this.#slab.writeUInt32BE(ERROR_CODES[code], at + 4);
  }

  /** HOT. `block`: an encoded header block as latin1; in more than one frame where `frameBytesMax` wants it. */
  headers(stream: number, block: string, endStream: boolean, frameBytesMax: number): void {
    const last = block.length <= frameBytesMax;
    const flags = (endStream ? FLAG.endStream : 0) | (last ? FLAG.endHeaders : 0);
    const first = last ? block : block.slice(0, frameBytesMax);
    const at = this.#frame(first.length, FRAME.headers, flags, stream);
    this.#slab.write(first, at, "latin1");
    for (let from = frameBytesMax; from < block.length; from += frameBytesMax) {
      const part = block.slice(from, from + frameBytesMax);
      const done = from + frameBytesMax >= block.length;
      const partAt = this.#frame(
        part.length,
        FRAME.continuation,
        done ? FLAG.endHeaders : 0,
        stream,
      );
      this.#slab.write(part, partAt, "latin1");
    }
  }

  /** HOT. A body of latin1 characters only, in one frame, the last. */
  dataText(stream: number, text: string): void {
    const at = this.#frame(text.length, FRAME.data, FLAG.endStream, stream);
    this.#slab.write(text, at, "latin1");
  }

  data(stream: number, bytes: Uint8Array, endStream: boolean): void {
    const at = this.#frame(bytes.length, FRAME.data, endStream ? FLAG.endStream : 0, stream);
    this.#slab.set(bytes, at);
  }

  /** Where the payload goes; it must be written before the next frame. */
  #frame(length: number, type: number, flags: number, stream: number): number {
    const at = this.#room(FRAME_HEAD_BYTES + length);
    const slab = this.#slab;
    slab[at] = length >>> 16;
    slab[at + 1] = length >>> 8;
    slab[at + 2] = length;
    slab[at + 3] = type;
    slab[at + 4] = flags;
    slab[at + 5] = stream >>> 24;
    slab[at + 6] = stream >>> 16;
    slab[at + 7] = stream >>> 8;
    slab[at + 8] = stream;
    return at + FRAME_HEAD_BYTES;
  }

  #room(bytes: number): number {
    const at = this.#end;
    if (at + bytes > this.#slab.length) return this.#move(bytes);
    this.#end = at + bytes;
    return at;
  }

  /** On to a larger slab, with what is gathered already. */
  #move(bytes: number): number {
    const at = this.#end;
    const slab = this.#slabs.borrow(at === 0 ? bytes : (at + bytes) * 2);
    this.#slab.copy(slab, 0, 0, at);
    this.#slabs.giveBack(this.#slab);
    this.#slab = slab;
    this.#end = at + bytes;
    return at;
  }
}

const EMPTY: Buffer = Buffer.alloc(0);
