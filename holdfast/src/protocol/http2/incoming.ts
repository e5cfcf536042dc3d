/**
 * The receiving side of a connection: what the server's frames mean (RFC 9113 §6), and how far it may run ahead of us.
 * Whatever breaks the rules is thrown as a ConnectionError, or ends its own stream where the rules say so.
 */
import type { Buffer } from "node:buffer";
import { Failure } from "../http1/failures.ts";
import { NO_HEAD } from "../http1/head.ts";
import { ConnectionError, type ErrorName } from "./errors.ts";
import { FLAG, FRAME, FRAME_HEAD_BYTES } from "./frames.ts";
import type { FrameTaker } from "./frame-reader.ts";
import { HeaderDecoder } from "./header-decoder.ts";
import { CONNECTION_WINDOW_BYTES, STREAM_WINDOW_BYTES } from "./limits.ts";
import type { Outgoing } from "./outgoing.ts";
import type { PeerSettings } from "./peer-settings.ts";
import type { Stream } from "./stream.ts";
import type { StreamTable } from "./stream-table.ts";

/** The connection, as its receiving side sees it. */
export interface StreamOwner {
  readonly streams: StreamTable;
  /** The next stream of ours to be opened: from here on there are none. */
  readonly nextId: number;
  /** When the bytes came that are being read. */
  readonly readNs: number;
  /** The first SETTINGS make the connection ready. */
  ready(): void;
  /** More streams may be allowed, or longer windows. */
  changed(): void;
  pong(opaque: string): void;
  /** A part of the answer came; the next may take as long again. */
  progressed(stream: Stream): void;
  finish(stream: Stream): void;
  fail(stream: Stream, failure: Failure, reset: ErrorName): void;
  wasReset(stream: Stream, code: number): void;
  goaway(lastId: number, code: number): void;
}

/** Frames of the connection itself. */
const OWN: ReadonlySet<number> = new Set([FRAME.settings, FRAME.ping, FRAME.goaway]);

/** Payloads of a fixed size. */
const SIZES: Readonly<Record<number, number>> = {
  [FRAME.priority]: 5,
  [FRAME.rstStream]: 4,
  [FRAME.ping]: 8,
  [FRAME.windowUpdate]: 4,
};

export class Incoming implements FrameTaker {
  readonly #owner: StreamOwner;
  readonly #out: Outgoing;
  readonly #peer: PeerSettings;
  readonly #decoder = new HeaderDecoder();
  #greeted = false;
  #window = CONNECTION_WINDOW_BYTES;
  #consumed = 0;

  constructor(owner: StreamOwner, out: Outgoing, peer: PeerSettings) {
    this.#owner = owner;
    this.#out = out;
    this.#peer = peer;
  }

  /** HOT. */
  takeFrame(
    type: number,
    flags: number,
    id: number,
    bytes: Buffer,
    start: number,
    end: number,
    size: number,
  ): void {
    if (!this.#greeted && type !== FRAME.settings) throw wrong("the first frame is not SETTINGS");
    const stream = this.#owner.streams.get(id);
    if (stream === undefined || OWN.has(type)) this.#checkId(type, id);
    else stream.exchange.bytesReceived += size;
    if (type === FRAME.headers) {
      this.#takeHeaders(stream, (flags & FLAG.endStream) !== 0, bytes, start, end);
    } else if (type === FRAME.data) {
      this.#consume(size - FRAME_HEAD_BYTES);
      const endStream = (flags & FLAG.endStream) !== 0;
      if (stream !== undefined) this.#takeData(stream, endStream, bytes, start, end, size);
    } else {
      this.#takeControl(type, (flags & FLAG.ack) !== 0, id, stream, bytes, start, end);
    }
  }

  /** Of a stream that is over, too: the decoder has to keep up with the server. */
  #takeHeaders(
    stream: Stream | undefined,
    endStream: boolean,
    bytes: Buffer,
    start: number,
    end: number,
  ): void {
    const owner = this.#owner;
    if (stream !== undefined && stream.head !== NO_HEAD) {
      const failure =
        this.#decoder.trailers(bytes, start, end) ??
        (endStream ? undefined : new Failure("HF_ANSWER_HEADER", "headers within the body"));
      if (failure === undefined) owner.finish(stream);
      else owner.fail(stream, failure, "PROTOCOL_ERROR");
      return;
    }
    const head = this.#decoder.head(bytes, start, end);
    if (stream === undefined) return;
    if (stream.exchange.firstNs === 0) stream.exchange.firstNs = owner.readNs;
    const failure = head instanceof Failure ? head : stream.takeHead(head, endStream);
    if (failure !== undefined) owner.fail(stream, failure, "PROTOCOL_ERROR");
    else if (endStream) owner.finish(stream);
    else if (stream.head !== NO_HEAD) owner.progressed(stream);
  }

  #takeData(
    stream: Stream,
    endStream: boolean,
    bytes: Buffer,
    start: number,
    end: number,
    size: number,
  ): void {
    const owner = this.#owner;
    if (stream.head === NO_HEAD) {
      const failure = new Failure("HF_ANSWER_FRAMING", "a body before its head");
      return owner.fail(stream, failure, "PROTOCOL_ERROR");
    }
    stream.receiveWindow -= size - FRAME_HEAD_BYTES;
    if (stream.receiveWindow < 0) {
      const failure = new Failure("HF_ANSWER_FRAMING", "more than the window allows");
      return owner.fail(stream, failure, "FLOW_CONTROL_ERROR");
    }
    const failure = stream.takeData(bytes, start, end);
    if (failure !== undefined) return owner.fail(stream, failure, "CANCEL");
    if (endStream) return owner.finish(stream);
    const consumed = STREAM_WINDOW_BYTES - stream.receiveWindow;
    if (consumed >= STREAM_WINDOW_BYTES / 2) {
      stream.receiveWindow = STREAM_WINDOW_BYTES;
      this.#out.frames.windowUpdate(stream.id, consumed);
      this.#out.soon();
    }
    owner.progressed(stream);
  }

  #consume(bytes: number): void {
    this.#window -= bytes;
    if (this.#window < 0) {
      throw new ConnectionError("FLOW_CONTROL_ERROR", "more than the window allows");
    }
    this.#consumed += bytes;
    if (this.#consumed < CONNECTION_WINDOW_BYTES / 2) return;
    this.#window += this.#consumed;
    this.#out.frames.windowUpdate(0, this.#consumed);
    this.#out.soon();
    this.#consumed = 0;
  }

  #takeControl(
    type: number,
    isAck: boolean,
    id: number,
    stream: Stream | undefined,
    bytes: Buffer,
    start: number,
    end: number,
  ): void {
    const size = end - start;
    const wanted = SIZES[type] ?? size;
    if (size !== wanted || (type === FRAME.goaway && size < 8)) {
      throw new ConnectionError("FRAME_SIZE_ERROR", `a frame of type ${type} of ${size} bytes`);
    }
    if (type === FRAME.settings) this.#takeSettings(isAck, bytes, start, end);
    else if (type === FRAME.ping) this.#takePing(isAck, bytes.toString("latin1", start, end));
    else if (type === FRAME.windowUpdate) {
      this.#takeWindow(id, stream, bytes.readUInt32BE(start) & 0x7fff_ffff);
    } else if (type === FRAME.rstStream && stream !== undefined) {
      this.#owner.wasReset(stream, bytes.readUInt32BE(start));
    } else if (type === FRAME.goaway) {
      const lastId = bytes.readUInt32BE(start) & 0x7fff_ffff;
      this.#owner.goaway(lastId, bytes.readUInt32BE(start + 4));
    } else if (type === FRAME.pushPromise) throw wrong("a push that was not allowed");
  }

  #takeSettings(isAck: boolean, bytes: Buffer, start: number, end: number): void {
    if (isAck) {
      if (end === start && this.#greeted) return;
      throw wrong("an acknowledgement of SETTINGS out of place");
    }
    const before = this.#peer.windowBytes;
    this.#peer.take(bytes, start, end, !this.#greeted);
    this.#out.resize(this.#owner.streams.all(), this.#peer.windowBytes - before);
    this.#out.frames.settingsAck();
    this.#out.answer();
    if (this.#greeted) return this.#owner.changed();
    this.#greeted = true;
    this.#owner.ready();
  }

  #takePing(isAck: boolean, opaque: string): void {
    if (isAck) return this.#owner.pong(opaque);
    this.#out.frames.ping(opaque, true);
    this.#out.answer();
  }

  /** Of a stream that is over it says nothing any more. */
  #takeWindow(id: number, stream: Stream | undefined, bytes: number): void {
    if (bytes === 0) throw wrong("a window that grows by 0");
    if (id === 0) this.#out.grow(bytes);
    else if (stream !== undefined) this.#out.growStream(stream, bytes);
  }

  /** A frame of no open stream: the connection's own, of a stream that is over, or wrong. */
  #checkId(type: number, id: number): void {
    if (type > FRAME.continuation) return;
    const isOwn = OWN.has(type);
    if (id === 0 ? !isOwn && type !== FRAME.windowUpdate : isOwn) {
      throw wrong(`a frame of type ${type} on stream ${id}`);
    }
    const isIdle = id !== 0 && (id % 2 === 0 || id >= this.#owner.nextId);
    if (isIdle && type !== FRAME.priority) {
      throw wrong(`a frame of type ${type} on stream ${id}, which is not open`);
    }
  }
}

function wrong(message: string): ConnectionError {
  return new ConnectionError("PROTOCOL_ERROR", message);
}
