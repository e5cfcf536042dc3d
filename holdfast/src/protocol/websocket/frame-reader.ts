/**
 * Takes the server's bytes apart into messages and control frames, in place: a message that lies whole in the read
 * buffer is never copied here. What arrives in parts is collected, growing with what has really come, whatever length
 * was announced.
 *
 *   head     the frame's first 2 to 10 bytes; those of a head that was cut are held
 *   payload  handed over at once when all of it is there, else collected
 *
 * Everything that RFC 6455 says a client must refuse ends in `failure`; from then on nothing more is read.
 */
import { Buffer } from "node:buffer";
import { ByteSink } from "../http1/byte-sink.ts";
import { Failure, type FailureCode } from "../http1/failures.ts";
import { FINAL_BIT, MASK_BIT, OPCODE, PACKED_BIT, RESERVED_BITS } from "./frame.ts";
import { CONTROL_BYTES_MAX, FRAGMENTS_MAX, FRAME_HEAD_BYTES_MAX } from "./limits.ts";

/** Who is told. The bytes are good only within the call. */
export interface FrameSink {
  /** HOT. */
  message(binary: boolean, packed: boolean, buffer: Buffer, start: number, end: number): void;
  control(opcode: number, buffer: Buffer, start: number, end: number): void;
}

/** What few connections need: the parts of a frame or message that has not all come. */
class Parts {
  readonly head: Buffer = Buffer.allocUnsafeSlow(FRAME_HEAD_BYTES_MAX);
  headBytes = 0;
  readonly message: ByteSink = new ByteSink();
  readonly control: ByteSink = new ByteSink();
  /** Of the frame being read. */
  opcode = 0;
  final = false;
  leftBytes = 0;
  /** Of the message being put together; 0 between messages. */
  messageOpcode = 0;
  packed = false;
  fragments = 0;
}

export class FrameReader {
  failure: Failure | undefined;
  /** Set by whoever has heard enough: what follows is not looked at. */
  stopped = false;
  readonly #messageBytesMax: number;
  readonly #mayBePacked: boolean;
  #state: "head" | "payload" = "head";
  #parts: Parts | undefined;

  /** `mayBePacked`: permessage-deflate was agreed upon. */
  constructor(messageBytesMax: number, mayBePacked: boolean) {
    this.#messageBytesMax = messageBytesMax;
    this.#mayBePacked = mayBePacked;
  }

  /** True between messages: nothing was cut off when the connection ends here. */
  get isClean(): boolean {
    const parts = this.#parts;
    if (parts === undefined) return true;
    return this.#state === "head" && parts.headBytes === 0 && parts.messageOpcode === 0;
  }

  /** HOT. Reads `buffer[start, end)`, all of it unless it fails or is stopped. */
  read(buffer: Buffer, start: number, end: number, sink: FrameSink): void {
    let at = start;
    while (at < end && this.failure === undefined && !this.stopped) {
      at =
        this.#state === "payload"
          ? this.#readPayload(buffer, at, end, sink)
          : this.#readHead(buffer, at, end, sink);
    }
  }

  #readHead(buffer: Buffer, start: number, end: number, sink: FrameSink): number {
    if (this.#parts !== undefined && this.#parts.headBytes > 0) {
      return this.#resumeHead(this.#parts, buffer, start, end, sink);
    }
    const size = headSize(buffer, start, end);
    if (start + size > end) {
      const parts = this.#own;
      buffer.copy(parts.head, 0, start, end);
      parts.headBytes = end - start;
      return end;
    }
    return this.#begin(buffer, start, size, buffer, end, start + size, sink);
  }

  /** The head came in parts: it is put together byte by byte, as its own first bytes say how long it is. */
  #resumeHead(parts: Parts, buffer: Buffer, start: number, end: number, sink: FrameSink): number {
    const { head } = parts;
    let at = start;
    while (at < end) {
      head[parts.headBytes] = buffer[at] as number;
      parts.headBytes += 1;
      at += 1;
      const size = headSize(head, 0, parts.headBytes);
      if (parts.headBytes === size) {
        parts.headBytes = 0;
        return this.#begin(head, 0, size, buffer, end, at, sink);
      }
    }
    return end;
  }

  /** The head is whole, in `head[from, from + size)`; the payload begins at `buffer[at]`. Gives where to go on. */
  #begin(
    head: Buffer,
    from: number,
    size: number,
    buffer: Buffer,
    end: number,
    at: number,
    sink: FrameSink,
  ): number {
    const first = head[from] as number;
    const bytes = lengthOf(head, from, size);
    const opcode = first & 0x0f;
    const final = (first & FINAL_BIT) !== 0;
    if (((head[from + 1] as number) & MASK_BIT) !== 0) return this.#fail(at, "a masked frame");
    const reserved = first & RESERVED_BITS;
    const control = opcode >= OPCODE.close;
    if (control) {
      if (reserved !== 0) return this.#fail(at, "a reserved bit in a control frame");
      if (!this.#isControl(opcode, final, bytes)) return at;
    } else if (!this.#isData(opcode, reserved, bytes)) {
      return at;
    }
    const whole = at + bytes <= end;
    const messageOpcode = this.#parts === undefined ? 0 : this.#parts.messageOpcode;
    if (whole && control) {
      sink.control(opcode, buffer, at, at + bytes);
      return at + bytes;
    }
    if (whole && final && messageOpcode === 0) {
      sink.message(opcode === OPCODE.binary, reserved !== 0, buffer, at, at + bytes);
      return at + bytes;
    }
    const parts = this.#own;
    parts.opcode = opcode;
    parts.final = final;
    parts.leftBytes = bytes;
    if (!control) this.#extend(parts, opcode, reserved);
    this.#state = "payload";
    // A frame without payload is over before another byte comes.
    return bytes === 0 ? this.#readPayload(buffer, at, end, sink) : at;
  }

  #extend(parts: Parts, opcode: number, reserved: number): void {
    if (opcode !== OPCODE.continuation) {
      parts.messageOpcode = opcode;
      parts.packed = reserved !== 0;
      parts.fragments = 0;
    }
    parts.fragments += 1;
  }

  #readPayload(buffer: Buffer, start: number, end: number, sink: FrameSink): number {
    const parts = this.#own;
    const to = Math.min(end, start + parts.leftBytes);
    const control = parts.opcode >= OPCODE.close;
    const into = control ? parts.control : parts.message;
    if (to > start) into.append(buffer, start, to);
    parts.leftBytes -= to - start;
    if (parts.leftBytes > 0) return to;
    this.#state = "head";
    if (control) {
      const size = into.size;
      into.size = 0;
      sink.control(parts.opcode, into.peek(), 0, size);
    } else if (parts.final) {
      const { size } = into;
      const binary = parts.messageOpcode === OPCODE.binary;
      parts.messageOpcode = 0;
      sink.message(binary, parts.packed, into.peek(), 0, size);
      into.clear();
    }
    return to;
  }

  #isControl(opcode: number, final: boolean, bytes: number): boolean {
    if (opcode > OPCODE.pong) return this.#refuse(`an unknown opcode, ${opcode}`);
    if (!final) return this.#refuse("a control frame in fragments");
    if (bytes > CONTROL_BYTES_MAX) {
      return this.#refuse(`a control frame of ${bytes} bytes, over ${CONTROL_BYTES_MAX}`);
    }
    return true;
  }

  #isData(opcode: number, reserved: number, bytes: number): boolean {
    const parts = this.#parts;
    const under = parts !== undefined && parts.messageOpcode !== 0;
    if (opcode > OPCODE.binary) return this.#refuse(`an unknown opcode, ${opcode}`);
    if (opcode === OPCODE.continuation && !under) {
      return this.#refuse("a continuation of nothing");
    }
    if (opcode !== OPCODE.continuation && under) {
      return this.#refuse("a new message before the last was whole");
    }
    const packable = this.#mayBePacked && opcode !== OPCODE.continuation;
    if (reserved !== 0 && !(packable && reserved === PACKED_BIT)) {
      return this.#refuse("a reserved bit that nothing gives a meaning");
    }
    const before = under ? parts.message.size : 0;
    if (before + bytes > this.#messageBytesMax) {
      return this.#refuse(`over ${this.#messageBytesMax} bytes`, "HF_WS_SIZE");
    }
    if (under && parts.fragments >= FRAGMENTS_MAX) {
      return this.#refuse(`over ${FRAGMENTS_MAX} fragments`, "HF_WS_SIZE");
    }
    return true;
  }

  #refuse(particulars: string, code: FailureCode = "HF_WS_FRAME"): false {
    this.failure = new Failure(code, particulars);
    return false;
  }

  #fail(at: number, particulars: string): number {
    this.#refuse(particulars);
    return at;
  }

  get #own(): Parts {
    return (this.#parts ??= new Parts());
  }
}

/** How many bytes the head at `start` has; more than are there when that cannot be told yet. */
function headSize(buffer: Buffer, start: number, end: number): number {
  if (end - start < 2) return 2;
  const second = buffer[start + 1] as number;
  const length = second & 0x7f;
  const lengthBytes = length < 126 ? 0 : length === 126 ? 2 : 8;
  // A server's frame has no mask (RFC 6455 §5.1): one that says so is refused before its mask would be read.
  return 2 + lengthBytes;
}

function lengthOf(head: Buffer, from: number, size: number): number {
  if (size === 2) return (head[from + 1] as number) & 0x7f;
  if (size === 4) return head.readUInt16BE(from + 2);
  // Inexact above 2^53, where every limit has long been passed.
  return head.readUInt32BE(from + 2) * 0x1_0000_0000 + head.readUInt32BE(from + 6);
}
