/**
 * One Engine.IO connection and the namespaces on it: handshake, heartbeat, packets with their attachments, and coming
 * back after a loss. There may be ten thousand, so it has no timer of its own.
 *
 *   state    event                              next     what happens
 *   opening  WebSocket open, `0{…}` came        open     every namespace asks to be let in
 *   open     ping                               open     answered; the next is due within interval and timeout
 *   open     packet                             open     its namespace takes it
 *   open     lost, may reconnect                waiting  what was asked is unknown; a delay begins
 *   waiting  the delay is over                  opening  dialled again
 *   opening  failed again, attempts left        waiting  a longer delay
 *   any      lost for good, left                ended    every namespace is told
 */
import type { Buffer } from "node:buffer";
import type { Expiring } from "../http1/deadlines.ts";
import { Failure } from "../http1/failures.ts";
import type { Shared } from "../http1/shared.ts";
import type { Leaving } from "../websocket/belongings.ts";
import { CLOSE_CODE } from "../websocket/close-codes.ts";
import {
  Connection,
  type ConnectionOptions,
  type ConnectionUser,
} from "../websocket/connection.ts";
import { CLOSE_TIMEOUT_NS } from "../websocket/limits.ts";
import { putBytes } from "./attachments.ts";
import { HEARTBEAT_NS, RECONNECT_JITTER } from "./limits.ts";
import { ENGINE, type Packet, readPacket } from "./packet.ts";
import type { ReconnectSettings } from "./settings.ts";
import { NS_PER_MS } from "../../base/units.ts";

/** One namespace, as the session sees it. */
export interface Namespace {
  /** The connection is there: time to ask to be let in. */
  engineOpen(): void;
  /** HOT. `size`: characters of its text. */
  packet(packet: Packet, receivedNs: number, size: number): void;
  /** The connection is gone. `forGood`: it will not come back. */
  lost(failure: Failure | undefined, forGood: boolean): void;
}

export interface SessionOptions extends ConnectionOptions {
  readonly reconnect: ReconnectSettings | undefined;
  /** It has ended: nobody need close it any more. */
  readonly gone: (session: Session) => void;
}

export class Session implements ConnectionUser, Expiring, Leaving {
  deadlineNs: number = Number.POSITIVE_INFINITY;
  deadlineIndex = -1;
  readonly options: SessionOptions;
  reconnects = 0;
  readonly #shared: Shared;
  readonly #namespaces = new Map<string, Namespace>();
  #connection: Connection;
  #state: "opening" | "open" | "waiting" | "ended" = "opening";
  #heartbeatNs = HEARTBEAT_NS;
  /** It has been open before: from then on a loss may be made good. */
  #wasOpen = false;
  #attempt = 0;
  #left = false;
  #incomplete: { packet: Packet; bytes: Buffer[]; byteCount: number; size: number } | undefined;

  constructor(options: SessionOptions) {
    this.options = options;
    this.#shared = options.request.session.family.shared;
    this.#connection = new Connection(options, this);
  }

  get isOpen(): boolean {
    return this.#state === "open";
  }

  get isOver(): boolean {
    return this.#left || this.#state === "ended";
  }

  has(name: string): boolean {
    return this.#namespaces.has(name);
  }

  add(name: string, namespace: Namespace): void {
    this.#namespaces.set(name, namespace);
    if (this.isOpen) namespace.engineOpen();
  }

  /** The last one to go ends the connection. */
  remove(name: string): Promise<void> {
    this.#namespaces.delete(name);
    if (this.#namespaces.size > 0) return Promise.resolve();
    return this.leave(CLOSE_CODE.normal, CLOSE_TIMEOUT_NS);
  }

  get size(): number {
    return this.#namespaces.size;
  }

  /** HOT. False when there is no connection: then nothing was sent. */
  send(text: string, bytes: readonly Uint8Array[]): boolean {
    if (this.#state !== "open" || !this.#connection.sendText(text)) return false;
    for (const one of bytes) this.#connection.sendBytes(one);
    return true;
  }

  /** Resolves when the kernel, or the room kept for it, has taken what was sent. */
  drained(): Promise<void> {
    return this.#connection.drained();
  }

  get isFull(): boolean {
    return this.#connection.isFull;
  }

  /** Ends the connection with a farewell that names the failure. */
  fail(failure: Failure): void {
    this.#connection.fail(failure);
  }

  leave(code: number, timeoutNs: number): Promise<void> {
    this.#left = true;
    if (this.#state === "waiting") this.#end(undefined);
    const gone = this.#connection.close(code, "", timeoutNs);
    if (this.#state !== "ended") this.#end(undefined);
    return gone;
  }

  expire(): void {
    if (this.#state === "waiting") this.#dialAgain();
    else if (this.#state === "open") this.fail(new Failure("HF_IO_HEARTBEAT"));
    else this.fail(new Failure("HF_IO_HANDSHAKE", "too late"));
  }

  // What the connection tells.

  opened(): void {
    this.#expireIn(this.options.timeoutNs);
  }

  /** HOT. */
  message(data: string | Buffer, receivedNs: number): void {
    if (typeof data !== "string") return this.#attach(data, receivedNs);
    if (this.#incomplete !== undefined) {
      return this.fail(new Failure("HF_IO_PACKET", "text where an attachment was due"));
    }
    const kind = data[0];
    if (this.#state === "opening") return this.#shakeHands(data);
    if (kind === ENGINE.message) return this.#takePacket(data, receivedNs);
    if (kind === ENGINE.ping) return this.#answerPing(data, receivedNs);
    if (kind === ENGINE.close) return this.fail(new Failure("HF_IO_CLOSED"));
    if (kind !== ENGINE.noop && kind !== ENGINE.pong) {
      this.fail(new Failure("HF_IO_PACKET", `an Engine.IO packet "${kind ?? ""}"`));
    }
  }

  ended(reason: Failure | undefined): void {
    this.#incomplete = undefined;
    this.#shared.deadlines.remove(this);
    if (this.#state === "ended") return;
    // To a session a server's farewell is a loss like any other: only a namespace is left in order.
    const failure = reason ?? (this.#left ? undefined : this.#haveBeenClosed());
    const { reconnect } = this.options;
    const mayReturn = this.#wasOpen && !this.#left;
    if (!mayReturn || reconnect === undefined || this.#attempt >= reconnect.attempts) {
      return this.#end(failure);
    }
    this.#state = "waiting";
    for (const namespace of this.#all) namespace.lost(failure, false);
    this.#attempt += 1;
    this.#expireIn(this.#delayNs(reconnect));
  }

  #haveBeenClosed(): Failure {
    const { hub, series, request } = this.options;
    const failure = new Failure("HF_IO_CLOSED", `code ${this.#connection.closeCode}`);
    hub.failed(series, request.session.actor, failure);
    return failure;
  }

  #shakeHands(data: string): void {
    const said = data[0] === ENGINE.open ? handshakeOf(data) : undefined;
    if (said === undefined) {
      return this.fail(new Failure("HF_IO_HANDSHAKE", JSON.stringify(data.slice(0, SHOWN_CHARS))));
    }
    this.#heartbeatNs = said.heartbeatNs;
    this.#state = "open";
    this.#wasOpen = true;
    if (this.#attempt > 0) this.reconnects += 1;
    this.#attempt = 0;
    this.#expireIn(this.#heartbeatNs);
    for (const namespace of this.#all) namespace.engineOpen();
  }

  /** HOT. */
  #takePacket(data: string, receivedNs: number): void {
    const packet = readPacket(data);
    if (packet instanceof Failure) return this.fail(packet);
    if (packet.attachments > 0) {
      this.#incomplete = { packet, bytes: [], byteCount: 0, size: data.length };
      return;
    }
    this.#namespaces.get(packet.namespace)?.packet(packet, receivedNs, data.length);
  }

  #attach(data: Buffer, receivedNs: number): void {
    const incomplete = this.#incomplete;
    if (incomplete === undefined) {
      return this.fail(new Failure("HF_IO_PACKET", "an attachment to nothing"));
    }
    incomplete.bytes.push(data);
    incomplete.byteCount += data.length;
    if (incomplete.byteCount > this.options.messageBytesMax) {
      return this.fail(
        new Failure("HF_WS_SIZE", `attachments of over ${this.options.messageBytesMax} bytes`),
      );
    }
    const { packet, bytes, size, byteCount } = incomplete;
    if (bytes.length < packet.attachments) return;
    this.#incomplete = undefined;
    const payload = putBytes(packet.payload, bytes);
    if (payload instanceof Failure) return this.fail(payload);
    const whole = { ...packet, payload };
    this.#namespaces.get(packet.namespace)?.packet(whole, receivedNs, size + byteCount);
  }

  #answerPing(data: string, receivedNs: number): void {
    this.#connection.sendText(ENGINE.pong + data.slice(1));
    this.deadlineNs = receivedNs + this.#heartbeatNs;
  }

  #dialAgain(): void {
    this.#shared.deadlines.remove(this);
    this.#state = "opening";
    this.#connection = new Connection(this.options, this);
  }

  #delayNs({ delayNs, delayMaxNs }: ReconnectSettings): number {
    const doubled = Math.min(delayMaxNs, delayNs * 2 ** (this.#attempt - 1));
    const chance = this.#shared.random.next() * 2 - 1;
    return doubled * (1 + chance * RECONNECT_JITTER);
  }

  #end(failure: Failure | undefined): void {
    this.#state = "ended";
    this.#shared.deadlines.remove(this);
    for (const namespace of this.#all) namespace.lost(failure, true);
    this.#namespaces.clear();
    this.options.gone(this);
  }

  /** A copy: what they do may change who is there. */
  get #all(): Namespace[] {
    return [...this.#namespaces.values()];
  }

  #expireIn(ns: number): void {
    const { deadlines, clock } = this.#shared;
    this.deadlineNs = clock.nowNs() + ns;
    if (this.deadlineIndex < 0) deadlines.add(this);
    else deadlines.tighten(this.deadlineNs);
  }
}

const SHOWN_CHARS = 60;

function handshakeOf(data: string): { heartbeatNs: number } | undefined {
  try {
    const said = JSON.parse(data.slice(1)) as Record<string, unknown> | null;
    if (typeof said !== "object" || said === null || typeof said["sid"] !== "string") return;
    const interval = said["pingInterval"];
    const timeout = said["pingTimeout"];
    const known = typeof interval === "number" && typeof timeout === "number";
    return { heartbeatNs: known ? (interval + timeout) * NS_PER_MS : HEARTBEAT_NS };
  } catch {
    return undefined;
  }
}
