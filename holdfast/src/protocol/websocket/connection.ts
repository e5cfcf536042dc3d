/**
 * One WebSocket on the wire: the state machine between a TCP or TLS socket and whoever uses it (an author's socket, a
 * Socket.IO session). There may be ten thousand of them in a thread, so it emits no events of its own: its user is one
 * object, and what only few connections need is made when it is needed.
 *
 *   state    event                              next     what happens
 *   opening  answered 101                       open     user.opened; what came behind the answer is read
 *   opening  refused, failed, too late          closed   user.ended with the failure
 *   open     message                            open     user.message
 *   open     ping                               open     answered with its own bytes
 *   open     farewell from the server           closing  returned; user.ended
 *   open     close()                            closing  farewell sent, the server's awaited
 *   open     malformed, too large, end, error   closing  farewell with the reason where possible; user.ended
 *   closing  the server's farewell              closing  user.ended, unless it was told already
 *   closing  end of TCP, error, too late        closed   user.ended, unless it was told already
 */
import { Buffer, isUtf8 } from "node:buffer";
import type { Socket } from "node:net";
import { NS_PER_MS } from "../../base/units.ts";
import type { Actor } from "../../record/recorder.ts";
import type { Expiring } from "../http1/deadlines.ts";
import { Failure } from "../http1/failures.ts";
import type { Shared } from "../http1/shared.ts";
import { brokenFailure } from "../http1/socket-errors.ts";
import { CLOSE_CODE, codeFor, readFarewell } from "./close-codes.ts";
import { Deflate } from "./deflate.ts";
import { bytesFrame, closeFrame, FINAL_BIT, OPCODE, PACKED_BIT, textFrame } from "./frame.ts";
import { FrameReader, type FrameSink } from "./frame-reader.ts";
import type { Agreement } from "./handshake.ts";
import { countsConnections, type Hub } from "./hub.ts";
import {
  CLOSE_TIMEOUT_NS,
  DEFLATE_BYTES_MIN,
  LEAVE_TIMEOUT_NS,
  SEND_BYTES_MAX,
  SEND_BYTES_WAITING,
} from "./limits.ts";
import { Opening, type OpeningRequest, type OpeningUser } from "./opening.ts";
import { Ping } from "./ping.ts";
import type { SocketSeries } from "./series.ts";

export interface ConnectionUser {
  opened(): void;
  /** HOT. Text, or bytes that are the receiver's to keep. */
  message(data: string | Buffer, receivedNs: number): void;
  /** Once. `failure`: it never opened, or ended without a farewell. */
  ended(failure: Failure | undefined): void;
}

export interface ConnectionOptions {
  readonly hub: Hub;
  readonly request: OpeningRequest;
  readonly series: SocketSeries;
  readonly timeoutNs: number;
  readonly messageBytesMax: number;
}

type State = "opening" | "open" | "closing" | "closed";

export class Connection implements Expiring, FrameSink, OpeningUser {
  deadlineNs: number = Number.POSITIVE_INFINITY;
  deadlineIndex = -1;
  /** Of the handshake; 0 without an answer. */
  status = 0;
  protocol = "";
  closeCode = 0;
  closeReason = "";
  error: Failure | undefined;
  readonly hub: Hub;
  readonly actor: Actor;
  readonly shared: Shared;
  readonly series: SocketSeries;
  readonly #user: ConnectionUser;
  readonly #messageBytesMax: number;
  readonly #url: string;
  readonly #startNs: number;
  #state: State = "opening";
  #opening: Opening | undefined;
  #socket: Socket | undefined;
  #reader: FrameReader | undefined;
  #deflate: Deflate | undefined;
  #ping: Ping | undefined;
  /** Of the bytes that are being read. */
  #readNs = 0;
  /** Whether its session is a sample. */
  #counted = false;
  #told = false;
  #draining: (() => void)[] | undefined;
  #closed: (() => void)[] | undefined;

  constructor(options: ConnectionOptions, user: ConnectionUser) {
    const { hub, request, series } = options;
    this.hub = hub;
    this.#user = user;
    this.series = series;
    this.actor = request.session.actor;
    this.shared = request.session.family.shared;
    this.#messageBytesMax = options.messageBytesMax;
    this.#url = request.line.route.url;
    this.#startNs = this.shared.clock.nowNs();
    hub.connections.add(this);
    this.#expireAt(this.#startNs + options.timeoutNs);
    this.#opening = new Opening(request, this);
  }

  get state(): State {
    return this.#state;
  }

  /** So much waits for the kernel that whoever sends should wait, too. */
  get isFull(): boolean {
    return this.#state === "open" && this.#waitingBytes > SEND_BYTES_WAITING;
  }

  get #waitingBytes(): number {
    return this.#socket?.writableLength ?? 0;
  }

  /** HOT. False when it is not open: then nothing was sent. */
  sendText(text: string): boolean {
    if (this.#state !== "open") return false;
    if (this.#deflate?.mayPack === true && text.length >= DEFLATE_BYTES_MIN) {
      return this.#sendPacked(OPCODE.text, Buffer.from(text, "utf8"));
    }
    return this.#sendFrame(textFrame(text, this.#mask()));
  }

  sendBytes(bytes: Uint8Array): boolean {
    if (this.#state !== "open") return false;
    if (this.#deflate?.mayPack === true && bytes.length >= DEFLATE_BYTES_MIN) {
      return this.#sendPacked(OPCODE.binary, Buffer.from(bytes));
    }
    return this.#sendFrame(bytesFrame(bytes, FINAL_BIT | OPCODE.binary, this.#mask()));
  }

  /** Resolves when there is room again for what is to be sent, or nothing can be sent any more. */
  drained(): Promise<void> {
    const socket = this.#socket;
    if (socket === undefined || !this.isFull) return Promise.resolve();
    if (this.#draining === undefined) {
      this.#draining = [];
      socket.once("drain", () => this.#haveDrained());
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#draining.push(resolve);
    return promise;
  }

  /** Round trip in ms; undefined when it takes too long, or the connection ends. */
  ping(): Promise<number | undefined> {
    if (this.#state !== "open") return Promise.resolve(undefined);
    if (this.#ping === undefined) {
      const ping = new Ping(this.shared.clock.nowNs());
      this.#ping = ping;
      this.#write(bytesFrame(ping.payload, FINAL_BIT | OPCODE.ping, this.#mask()));
      this.#expireAt(ping.deadlineNs);
    }
    return this.#ping.promise;
  }

  /** Says farewell; the server has `timeoutNs` to do so, too. Resolves when the connection is gone. */
  close(code: number, reason: string, timeoutNs: number): Promise<void> {
    if (this.#state === "closed") return Promise.resolve();
    const gone = new Promise<void>((resolve) => (this.#closed ??= []).push(resolve));
    if (this.#opening !== undefined) {
      this.#opening.cancel(new Failure("HF_ABORTED_UNSENT"));
    } else if (this.#state === "open") {
      this.#setClosing(timeoutNs);
      this.#write(closeFrame(code, reason, this.#mask()));
    } else {
      this.#expireAt(Math.min(this.deadlineNs, this.shared.clock.nowNs() + timeoutNs));
    }
    return gone;
  }

  /** Ends it with a farewell that names the failure. Every way to fail leads here. */
  fail(failure: Failure): void {
    const reader = this.#reader;
    if (reader !== undefined) reader.stopped = true;
    if (this.#state === "open") {
      const code = codeFor(failure.code);
      this.#write(closeFrame(code, failure.message.slice(0, REASON_CHARS), this.#mask()));
      this.#setClosing(LEAVE_TIMEOUT_NS);
      this.#socket?.destroySoon();
    }
    this.#end(failure);
  }

  /** Ends it without a farewell. */
  drop(): void {
    if (this.#opening === undefined) this.#close();
    else this.#opening.cancel(new Failure("HF_ABORTED_UNSENT"));
  }

  expire(nowNs: number): void {
    if (this.#opening !== undefined) this.#opening.late();
    else if (this.#state === "closing") this.#close();
    else this.#pingOver(nowNs, false);
  }

  // What the opening tells.

  written(bytes: number): void {
    this.#addOfConnection(this.hub.metrics.bytesSent, bytes);
  }

  refused(failure: Failure, status: number): void {
    this.#opening = undefined;
    this.status = status;
    this.#end(failure);
    this.#close();
  }

  dialled(socket: Socket): void {
    const gone = (why?: unknown): void => this.#lost(why instanceof Error ? why : undefined);
    this.#socket = socket;
    socket.on("end", gone);
    socket.on("close", gone);
    socket.on("error", gone);
  }

  accepted(agreement: Agreement): void {
    const { metrics } = this.hub;
    this.#opening = undefined;
    this.#state = "open";
    this.status = 101;
    this.protocol = agreement.protocol;
    if (agreement.deflate !== undefined) this.#deflate = new Deflate(agreement.deflate);
    this.#reader = new FrameReader(this.#messageBytesMax, agreement.deflate !== undefined);
    this.shared.deadlines.remove(this);
    this.deadlineNs = Number.POSITIVE_INFINITY;
    this.#counted = countsConnections(this.actor);
    this.#addOfConnection(metrics.sessions, 1);
    const tookMs = (this.shared.clock.nowNs() - this.#startNs) / NS_PER_MS;
    this.#addOfConnection(metrics.connecting, tookMs);
    this.#user.opened();
  }

  /** HOT. */
  read(bytes: number, buffer: Buffer): boolean {
    this.#addOfConnection(this.hub.metrics.bytesReceived, bytes);
    let at = 0;
    if (this.#opening !== undefined) at = this.#opening.read(bytes, buffer);
    const reader = this.#reader;
    if (reader === undefined || at === bytes) return true;
    this.#readNs = this.shared.clock.nowNs();
    reader.read(buffer, at, bytes, this);
    if (reader.failure !== undefined) this.fail(reader.failure);
    return true;
  }

  // What the reader tells.

  message(binary: boolean, packed: boolean, buffer: Buffer, start: number, end: number): void {
    if (this.#state !== "open") return;
    if (packed) return this.#unpack(binary, buffer, start, end);
    this.#take(binary, buffer, start, end);
  }

  control(opcode: number, buffer: Buffer, start: number, end: number): void {
    if (opcode === OPCODE.close) return this.#farewell(buffer, start, end);
    if (this.#state !== "open") return;
    if (opcode === OPCODE.pong) {
      if (this.#ping?.isAnsweredBy(buffer, start, end) === true) this.#pingOver(this.#readNs, true);
      return;
    }
    // A peer that asks and asks, and reads nothing, is owed no more than the last pong (RFC 6455 §5.5.3).
    if (this.#waitingBytes > SEND_BYTES_WAITING) return;
    this.#write(bytesFrame(buffer.subarray(start, end), FINAL_BIT | OPCODE.pong, this.#mask()));
  }

  #unpack(binary: boolean, buffer: Buffer, start: number, end: number): void {
    const deflate = this.#deflate as Deflate;
    const plain = deflate.unpack(buffer.subarray(start, end), this.#messageBytesMax);
    if (plain instanceof Failure) this.fail(plain);
    else this.#take(binary, plain, 0, plain.length);
  }

  /** HOT. */
  #take(binary: boolean, buffer: Buffer, start: number, end: number): void {
    this.#add(this.hub.metrics.received, 1);
    if (binary) return this.#user.message(Buffer.from(buffer.subarray(start, end)), this.#readNs);
    const text = buffer.toString("utf8", start, end);
    // What is no UTF-8 leaves this character behind; so does the character itself, hence the second look.
    if (text.includes("\ufffd") && !isUtf8(buffer.subarray(start, end))) {
      return this.fail(new Failure("HF_WS_UTF8"));
    }
    this.#user.message(text, this.#readNs);
  }

  #farewell(buffer: Buffer, start: number, end: number): void {
    const reader = this.#reader as FrameReader;
    reader.stopped = true;
    if (this.#told) return;
    const said = readFarewell(buffer, start, end);
    if (said instanceof Failure) return this.fail(said);
    this.closeCode = said.code;
    this.closeReason = said.reason;
    if (this.#state === "open") {
      const code = said.code === CLOSE_CODE.none ? 0 : said.code;
      this.#write(closeFrame(code, "", this.#mask()));
      this.#setClosing(CLOSE_TIMEOUT_NS);
    }
    this.#end(undefined);
  }

  #sendPacked(opcode: number, plain: Buffer): boolean {
    const packed = (this.#deflate as Deflate).pack(plain);
    return this.#sendFrame(bytesFrame(packed, FINAL_BIT | PACKED_BIT | opcode, this.#mask()));
  }

  /** HOT. */
  #sendFrame(frame: Buffer): boolean {
    this.#add(this.hub.metrics.sent, 1);
    this.#write(frame);
    if (this.#waitingBytes > SEND_BYTES_MAX) this.fail(new Failure("HF_WS_SEND_FULL", this.#url));
    return true;
  }

  /** HOT. */
  #write(frame: Buffer): void {
    this.#addOfConnection(this.hub.metrics.bytesSent, frame.length);
    (this.#socket as Socket).write(frame);
  }

  #pingOver(nowNs: number, answered: boolean): void {
    const ping = this.#ping;
    if (ping === undefined) return;
    this.#ping = undefined;
    this.shared.deadlines.remove(this);
    this.deadlineNs = Number.POSITIVE_INFINITY;
    const tookMs = answered ? (nowNs - ping.sentNs) / NS_PER_MS : undefined;
    if (tookMs !== undefined) this.#add(this.hub.metrics.ping, tookMs);
    ping.resolve(tookMs);
  }

  #setClosing(timeoutNs: number): void {
    this.#pingOver(0, false);
    this.#state = "closing";
    this.#expireAt(this.shared.clock.nowNs() + timeoutNs);
  }

  /** TCP has ended, in order or with an error. */
  #lost(error: NodeJS.ErrnoException | undefined): void {
    if (this.#opening !== undefined) return this.#opening.lost(error);
    const expected = this.#state !== "open";
    const failure =
      error === undefined ? new Failure("HF_WS_CUT", this.#url) : brokenFailure(error, this.#url);
    this.#end(expected ? undefined : failure);
    this.#close();
  }

  /** Tells the user, once, and counts. */
  #end(failure: Failure | undefined): void {
    if (this.#told) return;
    this.#told = true;
    if (this.closeCode === 0) this.closeCode = CLOSE_CODE.abnormal;
    this.error = failure;
    const { metrics } = this.hub;
    if (this.#counted) {
      const openMs = (this.shared.clock.nowNs() - this.#startNs) / NS_PER_MS;
      metrics.sink.add(metrics.sessionDuration, this.series.code, openMs);
    }
    if (failure !== undefined) this.hub.failed(this.series, this.actor, failure);
    this.#user.ended(failure);
  }

  #close(): void {
    if (this.#state === "closed") return;
    this.#pingOver(0, false);
    this.#state = "closed";
    this.shared.deadlines.remove(this);
    this.hub.connections.delete(this);
    this.#socket?.removeAllListeners().on("error", ignore).destroy();
    this.#end(undefined);
    this.#haveDrained();
    for (const resolve of this.#closed ?? []) resolve();
  }

  #haveDrained(): void {
    const draining = this.#draining ?? [];
    this.#draining = undefined;
    for (const resolve of draining) resolve();
  }

  #expireAt(atNs: number): void {
    const { deadlines } = this.shared;
    this.deadlineNs = atNs;
    if (this.deadlineIndex < 0) deadlines.add(this);
    else deadlines.tighten(atNs);
  }

  /** HOT. Fresh for each frame: it need only be new to those between here and the server. */
  #mask(): number {
    return this.shared.random.integer(0, 0xffff_ffff);
  }

  /** HOT. What is said over it. */
  #add(metric: number, value: number): void {
    if (this.actor.uncounted !== true) this.hub.metrics.sink.add(metric, this.series.code, value);
  }

  /** HOT. What it is itself. */
  #addOfConnection(metric: number, value: number): void {
    if (countsConnections(this.actor)) this.hub.metrics.sink.add(metric, this.series.code, value);
  }
}

/** ASCII, so within the 123 bytes that a reason may have. */
const REASON_CHARS = 100;

function ignore(): void {}
