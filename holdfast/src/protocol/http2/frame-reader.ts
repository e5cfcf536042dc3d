/**
 * Cuts what a socket reads into frames, in place: only a frame that is cut off by the buffer's end is copied. A header
 * block of several frames is put together here, since nothing may come between them (RFC 9113 §6.10).
 */
import { Buffer } from "node:buffer";
import { ConnectionError } from "./errors.ts";
import { FLAG, FRAME, FRAME_HEAD_BYTES } from "./frames.ts";
import { BLOCK_BYTES_MAX, FRAME_BYTES_MAX } from "./limits.ts";

export interface FrameTaker {
  /** HOT. `bytes[start, end)` is the payload, without padding and priority. `size`: of the whole frame. */
  takeFrame(
    type: number,
    flags: number,
    stream: number,
    bytes: Buffer,
    start: number,
    end: number,
    size: number,
  ): void;
}

interface OpenBlock {
  readonly stream: number;
  readonly flags: number;
  readonly parts: Buffer[];
  bytes: number;
}

export class FrameReader {
  readonly #taker: FrameTaker;
  #rest: Buffer | undefined;
  #block: OpenBlock | undefined;
  #stopped = false;

  constructor(taker: FrameTaker) {
    this.#taker = taker;
  }

  /** No frame is read any more. */
  stop(): void {
    this.#stopped = true;
    this.#rest = undefined;
  }

  /** HOT. Reads `buffer[0, length)`. Throws a ConnectionError. */
  read(buffer: Buffer, length: number): void {
    let bytes = buffer;
    let end = length;
    if (this.#rest !== undefined) {
      bytes = Buffer.concat([this.#rest, buffer.subarray(0, length)]);
      end = bytes.length;
      this.#rest = undefined;
    }
    let at = 0;
    while (end - at >= FRAME_HEAD_BYTES && !this.#stopped) {
      const b = bytes;
      const payload =
        ((b[at] as number) << 16) | ((b[at + 1] as number) << 8) | (b[at + 2] as number);
      if (payload > FRAME_BYTES_MAX) {
        throw new ConnectionError("FRAME_SIZE_ERROR", `a frame of ${payload} bytes`);
      }
      const next = at + FRAME_HEAD_BYTES + payload;
      if (next > end) break;
      const stream =
        (((b[at + 5] as number) & 0x7f) << 24) |
        ((b[at + 6] as number) << 16) |
        ((b[at + 7] as number) << 8) |
        (b[at + 8] as number);
      this.#frame(b, b[at + 3] as number, b[at + 4] as number, stream, at + FRAME_HEAD_BYTES, next);
      at = next;
    }
    if (at < end && !this.#stopped) this.#rest = Buffer.from(bytes.subarray(at, end));
  }

  #frame(
    bytes: Buffer,
    type: number,
    flags: number,
    stream: number,
    start: number,
    end: number,
  ): void {
    const size = FRAME_HEAD_BYTES + end - start;
    const block = this.#block;
    if (block !== undefined) {
      if (type !== FRAME.continuation || stream !== block.stream) {
        throw new ConnectionError("PROTOCOL_ERROR", "a header block that is interrupted");
      }
      return this.#continue(block, bytes, flags, start, end);
    }
    if (type !== FRAME.data && type !== FRAME.headers) {
      if (type === FRAME.continuation) {
        throw new ConnectionError("PROTOCOL_ERROR", "the continuation of nothing");
      }
      return this.#taker.takeFrame(type, flags, stream, bytes, start, end, size);
    }
    let from = start;
    let to = end;
    if ((flags & FLAG.padded) !== 0) {
      to = end - (bytes[start] ?? 0);
      from = start + 1;
    }
    if (type === FRAME.headers && (flags & FLAG.priority) !== 0) from += 5;
    if (from > to || from > end) throw new ConnectionError("PROTOCOL_ERROR", "too much padding");
    if (type === FRAME.headers && (flags & FLAG.endHeaders) === 0) {
      const parts = [Buffer.from(bytes.subarray(from, to))];
      this.#block = { stream, flags, parts, bytes: to - from };
      return;
    }
    this.#taker.takeFrame(type, flags, stream, bytes, from, to, size);
  }

  #continue(block: OpenBlock, bytes: Buffer, flags: number, start: number, end: number): void {
    block.bytes += end - start;
    if (block.bytes > BLOCK_BYTES_MAX) {
      throw new ConnectionError("ENHANCE_YOUR_CALM", `headers of over ${BLOCK_BYTES_MAX} bytes`);
    }
    block.parts.push(Buffer.from(bytes.subarray(start, end)));
    if ((flags & FLAG.endHeaders) === 0) {
      // Empty parts cost nothing on the wire, so they are counted as if they were not empty.
      block.bytes += FRAME_HEAD_BYTES;
      return;
    }
    this.#block = undefined;
    const whole = Buffer.concat(block.parts);
    const size = FRAME_HEAD_BYTES * block.parts.length + whole.length;
    const { stream, flags: first } = block;
    this.#taker.takeFrame(FRAME.headers, first, stream, whole, 0, whole.length, size);
  }
}
