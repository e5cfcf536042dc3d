/**
 * The sending side of a connection: what its streams have to say within the windows that the server grants, gathered
 * into one write a turn.
 *
 *     request ─┐                                        ┌── HEADERS, DATA as far as the windows reach
 *     request ─┼─ frames, gathered until the turn ends ─┤
 *     request ─┘                                        └── the rest when WINDOW_UPDATE comes
 */
import { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import type { Clock } from "../../base/clock.ts";
import type { Exchange } from "../http1/exchange.ts";
import type { Shared } from "../http1/shared.ts";
import { ConnectionError, type ErrorName } from "./errors.ts";
import { FRAME_HEAD_BYTES, FrameWriter } from "./frames.ts";
import type { HeaderEncoder } from "./header-encoder.ts";
import { FIRST_WINDOW_BYTES, UNSENT_BYTES_MAX, WINDOW_BYTES_MAX } from "./limits.ts";
import type { PeerSettings } from "./peer-settings.ts";
import type { Slabs } from "./slabs.ts";
import type { Stream } from "./stream.ts";

export class Outgoing {
  readonly frames: FrameWriter;
  readonly #slabs: Slabs;
  readonly #clock: Clock;
  readonly #encoder: HeaderEncoder;
  readonly #peer: PeerSettings;
  readonly #socket: Socket;
  #window = FIRST_WINDOW_BYTES;
  /** Those with something to send and no window for it, longest waiting first. */
  readonly #blocked = new Set<Stream>();
  /** Begun since the last write. */
  #unsent: Exchange[] = [];
  /** Whose bodies, longer than a window, have come to their end since the last write. */
  #ended: Exchange[] = [];
  #flushing = false;
  #closed = false;

  constructor(shared: Shared, encoder: HeaderEncoder, peer: PeerSettings, socket: Socket) {
    this.#clock = shared.clock;
    this.#slabs = shared.slabs;
    this.frames = new FrameWriter(shared.slabs);
    this.#encoder = encoder;
    this.#peer = peer;
    this.#socket = socket;
  }

  /**
   * HOT. The request, as far as the windows reach: of its text what stands before `upTo`. Whether it ends there is
   * `stream.isLast`.
   */
  request(stream: Stream, upTo: number): void {
    const { exchange, isLast, id } = stream;
    const { wire, encoding, extras } = exchange;
    const { block, bodyAt } = this.#encoder.encode(wire);
    const source = extras?.source;
    const isBare = isLast && source === undefined && bodyAt === upTo;
    const { frameBytesMax } = this.#peer;
    this.frames.headers(id, block, isBare, frameBytesMax);
    exchange.bytesSent += block.length + FRAME_HEAD_BYTES;
    this.#unsent.push(exchange);
    this.soon();
    if (isBare) {
      stream.isSent = true;
      return;
    }
    if (source instanceof Uint8Array) return this.body(stream, source);
    const length = upTo - bodyAt;
    if (length === 0) return;
    const text = wire.slice(bodyAt, upTo);
    const reach = Math.min(this.#window, stream.sendWindow, frameBytesMax);
    if (encoding === "latin1" && isLast && length <= reach) {
      this.#window -= length;
      stream.sendWindow -= length;
      exchange.bytesSent += length + FRAME_HEAD_BYTES;
      this.frames.dataText(id, text);
      stream.isSent = true;
    } else this.body(stream, Buffer.from(text, encoding));
  }

  /** More of a request's body. Whether it is the last is `stream.isLast`. */
  body(stream: Stream, bytes: Uint8Array): void {
    const { pending } = stream;
    stream.pending = pending === undefined ? bytes : Buffer.concat([pending, bytes]);
    this.#pour(stream);
  }

  /** The server lets the connection send more. Throws a ConnectionError for a window beyond all bounds. */
  grow(bytes: number): void {
    this.#window += bytes;
    if (this.#window > WINDOW_BYTES_MAX) throw tooFar();
    this.#pourAll();
  }

  /** The server lets a stream send more. Throws a ConnectionError for a window beyond all bounds. */
  growStream(stream: Stream, bytes: number): void {
    stream.sendWindow += bytes;
    if (stream.sendWindow > WINDOW_BYTES_MAX) throw tooFar();
    if (this.#blocked.has(stream)) this.#pour(stream);
  }

  /** The server has changed every stream's window by so much. */
  resize(streams: Iterable<Stream>, bytes: number): void {
    if (bytes === 0) return;
    for (const stream of streams) {
      stream.sendWindow += bytes;
      if (stream.sendWindow > WINDOW_BYTES_MAX) throw tooFar();
    }
    this.#pourAll();
  }

  /** Nothing more of this stream is to be sent. */
  forget(stream: Stream): void {
    stream.pending = undefined;
    this.#blocked.delete(stream);
  }

  /** Those of which not a byte has left. */
  unsent(): ReadonlySet<Exchange> {
    return new Set(this.#unsent);
  }

  /** Throws a ConnectionError when the server asks for answers and does not read them. */
  answer(): void {
    if (this.frames.size + this.#socket.writableLength > UNSENT_BYTES_MAX) {
      throw new ConnectionError("ENHANCE_YOUR_CALM", "the server asks and does not read");
    }
    this.soon();
  }

  /** What is gathered leaves at the end of this turn. */
  soon(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    this.#clock.soon(() => {
      this.#flushing = false;
      this.flush();
    });
  }

  /** Writes what is gathered, now. */
  flush(): void {
    if (this.frames.size === 0 || this.#closed) return;
    this.#write();
    const nowNs = this.#clock.nowNs();
    for (const exchange of this.#unsent) if (exchange.firstNs === 0) exchange.sentNs = nowNs;
    for (const exchange of this.#ended) if (exchange.firstNs === 0) exchange.sentNs = nowNs;
    if (this.#unsent.length > 0) this.#unsent = [];
    if (this.#ended.length > 0) this.#ended = [];
  }

  /** The last word: what is gathered is not sent any more, only why. */
  close(code: ErrorName): void {
    this.#closed = true;
    this.#blocked.clear();
    if (code === "NO_ERROR") return;
    this.frames.take();
    this.frames.goaway(code);
    this.#write();
  }

  #write(): void {
    const { bytes, slab } = this.frames.take();
    this.#socket.write(bytes, () => this.#slabs.giveBack(slab));
  }

  #pourAll(): void {
    for (const stream of this.#blocked) this.#pour(stream);
  }

  #pour(stream: Stream): void {
    const bytes = stream.pending ?? NOTHING;
    const { frameBytesMax } = this.#peer;
    const { exchange, id } = stream;
    let at = 0;
    do {
      const reach = Math.min(bytes.length - at, stream.sendWindow, this.#window, frameBytesMax);
      if (reach <= 0 && bytes.length > at) break;
      const last = stream.isLast && at + reach === bytes.length;
      if (reach === 0 && !last) break;
      this.frames.data(id, bytes.subarray(at, at + reach), last);
      exchange.bytesSent += reach + FRAME_HEAD_BYTES;
      stream.isSent = last;
      stream.sendWindow -= reach;
      this.#window -= reach;
      at += reach;
    } while (at < bytes.length);
    if (stream.isSent) this.#ended.push(exchange);
    if (at > 0 || stream.isSent) this.soon();
    if (at < bytes.length) {
      stream.pending = bytes.subarray(at);
      this.#blocked.add(stream);
      return;
    }
    stream.pending = undefined;
    this.#blocked.delete(stream);
    stream.onDrained?.();
  }
}

const NOTHING: Uint8Array = new Uint8Array(0);

function tooFar(): ConnectionError {
  return new ConnectionError("FLOW_CONTROL_ERROR", "a window beyond all bounds");
}
